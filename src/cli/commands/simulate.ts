import { basename, dirname } from "node:path";
import { type Command, Option } from "commander";
import { acceleratorCore } from "../../../hdl/accelerator/core.ts";
import {
  listing,
  prepare,
  type Simulated,
  type SimulatedLayer,
  type SimulateOptions,
  simulate,
} from "../../accelerator/run/index.ts";
import { saveIntegers } from "../../checkpoint/index.ts";
import { InputRecorder } from "../../network/index.ts";
import {
  type AcceleratorFlags,
  acceleratorOf,
  addAcceleratorOptions,
  memoryOf,
} from "../accelerator-options.ts";
import { UsageError } from "../errors.ts";
import { openModel } from "../open-model.ts";
import { count, print, progress, seconds, type TableColumn, table } from "../output.ts";
import { recordOption } from "../record-option.ts";
import { simulatorOf, verilatorOption } from "../simulator-options.ts";
import { addTextOptions, chooserOf, promptFrom, type TextFlags } from "../text-options.ts";
import { decodeOption, waveFormat } from "../wave-writer.ts";
import { wholeNumber } from "../whole-number.ts";
import { Window } from "../window.ts";
import { writeFiles } from "../write-files.ts";
import { addCoreOptions, type CoreFlags, refuseUnused, simulateWhole } from "./simulate-core.ts";

interface Flags extends AcceleratorFlags, TextFlags {
  readonly engine: "model" | "wasm" | "verilator" | "icarus" | "integers" | "descriptors";
  readonly verilator?: string;
  readonly scales: "token" | "calibrated";
  readonly check?: "sums" | "beats";
  readonly program?: boolean;
  readonly wave?: string;
  readonly decode?: string;
  readonly record?: string;
  readonly from: number;
  readonly cycles: number;
  readonly json?: boolean;
}

type AllFlags = Omit<Flags, "check"> &
  Omit<CoreFlags, "check"> & { readonly check?: "sums" | "beats" | "descriptor" };

/** `rf8 simulate DIR`: a network's tokens from the accelerator, cycle by cycle. */
export function addSimulate(program: Command): void {
  const command = program
    .command("simulate")
    .description("generate tokens with every matrix on the simulated accelerator")
    .argument("<model>", "model folder, or llama2.c .bin; float matrices become RF8")
    .addOption(
      new Option(
        "--engine <name>",
        "the RTL in a simulator, or the functional model alone; with --core also integers or descriptors",
      )
        .choices(["wasm", "verilator", "icarus", "model", "integers", "descriptors"])
        .default("wasm"),
    )
    .addOption(verilatorOption())
    .addOption(
      new Option(
        "--scales <of>",
        "scales of activations: one a token, or for an MLP fixed ones with bias, scale and ReLU on the accelerator",
      )
        .choices(["token", "calibrated"])
        .default("token"),
    );
  addTextOptions(command, 20);
  addCoreOptions(addAcceleratorOptions(command))
    .addOption(
      new Option(
        "--check <what>",
        "of the RTL: the sums, counters, status and bus rules of every job, or the handshakes of every cycle too; with --core every descriptor's result, up to the first that differs",
      ).choices(["sums", "beats", "descriptor"]),
    )
    .option("--program", "print what runs where, and run nothing")
    .addOption(recordOption("with the accelerator, not with --core"))
    .option("--wave <file>", "the accelerator's ports over a window of cycles: .vcd, .svg or .json")
    .addOption(decodeOption())
    .addOption(
      new Option("--from <cycle>", "first cycle of the wave")
        .argParser(wholeNumber("--from", 0, 2 ** 40))
        .default(0),
    )
    .addOption(
      new Option("--cycles <n>", "length of the wave in cycles")
        .argParser(wholeNumber("--cycles", 1, 65_536))
        .default(256),
    )
    .option("--json", "one JSON document on stdout")
    .action(async (path: string, flags: AllFlags, own: Command) => {
      refuseUnused(own, flags.core ?? false);
      const levels = ["integers", "descriptors"];
      if (flags.core ? flags.engine === "model" : levels.includes(flags.engine))
        throw new UsageError(
          flags.core
            ? "--engine model is the accelerator's; --core has integers and descriptors"
            : `--engine ${flags.engine} goes with --core`,
        );
      if (flags.check !== undefined && (flags.core ?? false) !== (flags.check === "descriptor"))
        throw new UsageError(
          flags.core
            ? `--check ${flags.check} is the accelerator's; --core has --check descriptor`
            : "--check descriptor goes with --core",
        );
      if (flags.core) await simulateWhole(path, flags, own);
      else await run(path, flags as Flags);
    });
}

async function run(path: string, flags: Flags): Promise<void> {
  const model = openModel(path);
  const accelerator = acceleratorOf(flags);
  const memory = memoryOf(flags);
  if (flags.wave !== undefined && flags.engine === "model")
    throw new UsageError("--wave goes with an engine that runs the RTL, not with --engine model");
  if (flags.check !== undefined && flags.engine === "model")
    throw new UsageError("--check goes with an engine that runs the RTL, not with --engine model");
  if (flags.wave !== undefined && flags.check === "sums")
    throw new UsageError("--wave shows every cycle, which --check sums does not look at");
  const write = waveFormat(acceleratorCore(accelerator), flags);
  const recorder = flags.record === undefined ? undefined : new InputRecorder(flags.activation);
  const window = write && new Window(acceleratorCore(accelerator), flags.from, flags.cycles);
  const bar = progress("tokens");
  const options: SimulateOptions = {
    accelerator,
    prompt: promptFrom(path, model, flags),
    tokens: flags.tokens,
    scales: flags.scales,
    choose: chooserOf(flags),
    ...(flags.engine !== "model" && { simulator: simulatorOf(flags) }),
    ...(memory && { memory }),
    ...(flags.check && { check: flags.check }),
    ...(window && { onCycles: (columns, cycles) => window.add(columns, cycles) }),
    ...(recorder && { onInput: (name, integers) => recorder.add(name, integers) }),
    onToken: (done) => bar.update(done, Math.max(done, flags.tokens), flags.engine),
  };
  if (flags.program) {
    if (recorder) throw new UsageError("--record goes with a run, which --program is not");
    const { simulator: _, ...alone } = options;
    const { program } = prepare(model, alone);
    print(
      flags.json ?? false,
      { steps: program.steps.map(({ on, ...step }) => describe(on, step)) },
      () => listing(program).join("\n"),
    );
    return;
  }
  const prepared = prepare(model, options);
  try {
    const result = simulate(prepared, options);
    bar.stop();
    if (flags.record !== undefined && recorder)
      await saveIntegers(flags.record, recorder.tensors());
    print(flags.json ?? false, result, () => report(result, flags));
    const wave = window?.wave();
    if (flags.wave !== undefined && write) {
      if (!wave) throw new UsageError(`--from ${flags.from}: the run ended before that cycle`);
      writeFiles(dirname(flags.wave), [{ name: basename(flags.wave), text: write(wave) }]);
    }
  } finally {
    bar.stop();
    prepared.executor.close();
  }
}

/** A step without its codes. */
const describe = (on: string, step: object): object =>
  Object.fromEntries(Object.entries({ on, ...step }).filter(([key]) => key !== "rf8"));

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const columns: readonly TableColumn<SimulatedLayer>[] = [
  { heading: "matrix", value: (row) => row.name },
  { heading: "shape", value: (row) => `${row.rows}×${row.columns}` },
  { heading: "bits", align: "right", value: (row) => String(row.bits) },
  { heading: "vectors", align: "right", value: (row) => count(row.vectors) },
  { heading: "cycles a vector", align: "right", value: (row) => count(row.cycles) },
  { heading: "no weights", align: "right", value: (row) => count(row.weight_wait) },
  { heading: "utilisation", align: "right", value: (row) => percent(row.utilisation) },
];

function report(result: Simulated, flags: Flags): string {
  const { lanes, rows, activation, clock, check, wave } = flags;
  const compared = check === "beats" || wave !== undefined ? "handshake" : "job's status";
  const agree =
    result.engine === "model"
      ? "the functional model; cycles by its closed form"
      : `the RTL in ${result.engine}; every ${compared}, counter and sum equal to the models'`;
  const speed = (clock * 1e6) / result.cycles_per_token;
  return `${result.text ?? result.tokens.join(" ")}

${table(columns, result.layers)}

${rows} × ${lanes} lanes, ${activation}: ${agree}.
${count(result.cycles)} cycles for ${count(result.tokens_read)} tokens read, ${count(Math.round(result.cycles_per_token))} a token, utilisation ${percent(result.utilisation)}; ${count(Math.round(speed))} tokens/s at ${clock} MHz without the host.
Simulated in ${seconds(result.wall_s)}, ${result.tokens_per_wall_s.toPrecision(3)} tokens/s.`;
}
