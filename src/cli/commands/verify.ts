import { type Command, Option } from "commander";
import { type CheckFailure, engines, failureText } from "../../../sim/index.ts";
import { type Checkpoint, openCheckpoint } from "../../checkpoint/index.ts";
import { referenceOf } from "../../verification/model-of.ts";
import { modelled } from "../../verification/modelled.ts";
import { RandomStimulus, type Stimulus, stimuli, vectorsOf } from "../../verification/stimulus.ts";
import { verify } from "../../verification/verify.ts";
import { dotProducts, rf8Matrices } from "../../verification/weights.ts";
import { addCircuitOptions, circuitParameters, findModelled } from "../circuit-options.ts";
import { UsageError } from "../errors.ts";
import { addFarmOptions, type FarmFlags, withoutFarm } from "../farm-options.ts";
import { count, print, progress, seconds } from "../output.ts";
import { simulatorOf, verilatorOption } from "../simulator-options.ts";
import { parseSeeds, type Seeds, verifySeeds } from "../verify-seeds.ts";
import { decodeOption, waveWriter } from "../wave-writer.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags extends FarmFlags {
  readonly seeds?: Seeds;
  readonly engine: string;
  readonly verilator?: string;
  readonly vectors?: number;
  readonly seed: number;
  readonly weights?: string;
  readonly tensor?: string;
  readonly wave?: string;
  readonly watch?: string;
  readonly decode?: string;
  readonly paths?: true;
  readonly json?: boolean;
}

/** `rf8 verify CIRCUIT`: an engine against the model, every output in every cycle. */
export function addVerify(program: Command): void {
  const command = program
    .command("verify")
    .description("compare a circuit on an engine with the bit-accurate model")
    .argument("<circuit>", `one of ${modelled.map((entry) => entry.name).join(", ")}`)
    .addOption(
      new Option("--engine <name>", "simulator that runs the circuit")
        .choices(Object.keys(engines))
        .default("wasm"),
    )
    .addOption(verilatorOption())
    .addOption(
      new Option("--vectors <n>", "cycles to compare (default 65536)").argParser(
        wholeNumber("--vectors", 1, 2 ** 40),
      ),
    )
    .addOption(
      new Option("--seed <n>", "seed of the random inputs")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 1))
        .default(1),
    )
    .addOption(
      new Option("--seeds <range>", "random runs with each of these seeds, such as 1..1000")
        .argParser(parseSeeds)
        .conflicts(["seed", "weights", "tensor", "wave", "watch", "decode", "paths", "verilator"]),
    )
    .option("--weights <file>", "mac only: rows of an RF8 checkpoint as dot products")
    .option("--tensor <name>", "with --weights: only this tensor")
    .option("--wave <file>", "the first cycles as a wave: .vcd, .svg or .json (WaveDrom)")
    .option(
      "--watch <names>",
      "with --wave: internal signals to add to the ports, such as multiplier.sum",
    )
    .addOption(decodeOption())
    .option("--paths", "with --wave FILE.svg or .json: each signal by the path of its instance")
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(addFarmOptions(command), modelled).action(run);
}

async function run(name: string, flags: Flags): Promise<void> {
  const entry = findModelled(name);
  const given = circuitParameters(entry, { ...flags });
  if (flags.seeds) return verifySeeds(entry, given, flags.seeds, flags);
  const { farm } = withoutFarm(flags);
  if (farm !== undefined)
    throw new UsageError(`--${farm} goes with --seeds: other runs are one piece of work`);
  const module = entry.build(given);
  const engine = simulatorOf(flags);
  if (flags.tensor !== undefined && flags.weights === undefined) {
    throw new UsageError("--tensor goes with --weights FILE");
  }
  if (flags.weights !== undefined && (name !== "mac" || flags.vectors !== undefined)) {
    throw new UsageError("--weights goes with the circuit mac and without --vectors");
  }
  if (flags.weights !== undefined && (given.format ?? "rf8") !== "rf8") {
    throw new UsageError(
      `--format ${given.format}: --weights reads RF8 codes, so it must be rf8 or left out`,
    );
  }
  const writeWave = waveWriter(module, engine, flags);
  const bar = progress("vectors");
  const checkpoint = flags.weights === undefined ? undefined : await openCheckpoint(flags.weights);
  try {
    const tensors = checkpoint ? matrices(checkpoint, flags) : [];
    const { vectors, exhaustive } = vectorsOf(module, flags.vectors);
    const total = checkpoint
      ? tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0)
      : vectors;
    const blocks = checkpoint
      ? dotProducts(module, checkpoint, tensors, new RandomStimulus(module, flags.seed))
      : stimuli(module, flags.seed, vectors);
    let shown: Stimulus | undefined;
    async function* remembered(): AsyncGenerator<Stimulus> {
      for await (const block of blocks) {
        shown ??= block;
        yield block;
      }
    }
    const verdict = await verify(module, {
      reference: referenceOf(module),
      engine,
      blocks: remembered(),
      onBlock: (done) => bar.update(Math.min(done, total), total, name),
    });
    bar.stop();
    const rows = tensors.reduce((sum, { shape: [first = 0] }) => sum + first, 0);
    const coverage = checkpoint
      ? { weights: flags.weights, tensors: tensors.length, rows }
      : { exhaustive };
    const document = {
      circuit: name,
      parameters: entry.complete(given),
      engine: engine.name,
      vectors: verdict.vectors,
      mismatches: verdict.mismatches,
      seconds: verdict.seconds,
      seed: flags.seed,
      ...coverage,
      ...(verdict.first ? { first_mismatch: verdict.first } : {}),
      ...(verdict.checks.length > 0 ? { failed_checks: verdict.checks.map(checkRow) } : {}),
    };
    print(flags.json ?? false, document, () => {
      const what = checkpoint
        ? `${count(rows)} dot products of ${tensors.length} tensors`
        : exhaustive
          ? "all inputs"
          : `seed ${flags.seed}`;
      const line =
        `${name} on ${engine.name}: ${count(verdict.vectors)} vectors (${what}), ` +
        `${count(verdict.mismatches)} mismatches, ${seconds(verdict.seconds)}`;
      const waves = verdict.first ? [verdict.first.wave] : [];
      const found = [...waves, ...verdict.checks.map(failureText)];
      return found.length > 0 ? [line, ...found, `replay: rf8 ${replay()}`].join("\n\n") : line;
    });
    if (verdict.mismatches > 0 || verdict.checks.length > 0) process.exitCode = 1;
    // Last: a wave that cannot be written must not hide the verdict.
    writeWave(shown);
  } finally {
    bar.stop();
    await checkpoint?.close();
  }
}

/** A failing check as JSON shows it. */
const checkRow = (failure: CheckFailure) => {
  const { kind, label, instance, location, cycle } = failure;
  return { kind, label, instance, location, cycle, wave: failureText(failure) };
};

/** The arguments of this run, which with the same seed repeat it. */
const replay = (): string =>
  process.argv
    .slice(2)
    .filter((argument) => argument !== "--json")
    .join(" ");

/** The RF8 tensors of rank 2 or more. @throws UsageError when there is none, or none of the name asked for. */
function matrices(checkpoint: Checkpoint, { weights, tensor }: Flags): Checkpoint["tensors"] {
  const all = rf8Matrices(checkpoint);
  if (all.length === 0) {
    throw new UsageError(
      `${weights} holds no RF8 matrix; make one with rf8 quantize ${weights} -o OUT`,
    );
  }
  if (tensor === undefined) return all;
  const chosen = all.filter((item) => item.name === tensor);
  if (chosen.length === 0) {
    const [first] = all;
    throw new UsageError(
      `${weights} has no RF8 matrix ${tensor}; it has ${all.length}, such as ${first?.name}; rf8 inspect ${weights} lists them`,
    );
  }
  return chosen;
}
