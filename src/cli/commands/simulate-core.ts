import { stdout } from "node:process";
import { type Command, Option } from "commander";
import type { CoreCounters, TokenRead } from "../../accelerator/core/index.ts";
import { promptTokens } from "../../accelerator/run/index.ts";
import { isDecoder } from "../../network/index.ts";
import type { AcceleratorFlags } from "../accelerator-options.ts";
import { UsageError } from "../errors.ts";
import { openModel } from "../open-model.ts";
import { count, seconds } from "../output.ts";
import { simulatorOf } from "../simulator-options.ts";
import { promptFrom, type TextFlags } from "../text-options.ts";
import { wholeNumber } from "../whole-number.ts";

/** Flags of the whole core. */
export interface CoreFlags extends AcceleratorFlags, TextFlags {
  readonly core?: boolean;
  readonly engine: string;
  readonly verilator?: string;
  readonly vectorLanes: number;
  readonly batch: string;
  readonly cache: "rf8" | "rf8x2";
  readonly context?: number;
  readonly outstanding: number;
  readonly check?: string;
  readonly json?: boolean;
}

export const addCoreOptions = (command: Command): Command =>
  command
    .option(
      "--core",
      "the whole network on the decoder core, not only its matrices on the accelerator",
    )
    .addOption(
      new Option("--vector-lanes <n>", "with --core: elements of a vector in a cycle")
        .choices(["1", "2", "4", "8"])
        .default("1"),
    )
    .addOption(
      new Option(
        "--batch <n>",
        "with --core: tokens of the prompt that share each pass over the weights",
      )
        .choices(["1", "2", "4", "8", "16"])
        .default("1"),
    )
    .addOption(
      new Option(
        "--cache <codes>",
        "with --core: a key or value is one RF8 code, or the sum of two",
      )
        .choices(["rf8", "rf8x2"])
        .default("rf8x2"),
    )
    .addOption(
      new Option(
        "--context <n>",
        "with --core: positions of the cache (default: as many as are read)",
      ).argParser(wholeNumber("--context", 1, 2 ** 24)),
    )
    .addOption(
      new Option("--outstanding <n>", "with --core: requests that the memory holds at a time")
        .argParser(wholeNumber("--outstanding", 1, 1024))
        .default(16),
    );

/** Options of each that the other has no use for. */
const coreOnly = ["vectorLanes", "batch", "cache", "context", "outstanding"];
const acceleratorOnly = [
  ...[
    "rows",
    "terms",
    "pipeline",
    "bandwidth",
    "clock",
    "scales",
    "program",
    "wave",
    "decode",
    "from",
  ],
  "record",
  ...["cycles", "temperature", "topK", "topP", "seed"],
];

/** @throws UsageError for an option that has no use with, or without, --core. */
export function refuseUnused(command: Command, core: boolean): void {
  const unused = (core ? acceleratorOnly : coreOnly).find(
    (name) => command.getOptionValueSource(name) === "cli",
  );
  if (unused === undefined) return;
  const flag = unused.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(core ? `--${flag} has no use with --core` : `--${flag} goes with --core`);
}

/** @throws UsageError for an option of the circuit or its memory where no circuit runs. */
function refuseCircuitOptions(command: Command, engine: string): void {
  const unused = ["verilator", "check", "latency", "outstanding"].find(
    (name) => command.getOptionValueSource(name) === "cli",
  );
  if (unused !== undefined)
    throw new UsageError(`--${unused} has no use with --engine ${engine}, which runs no circuit`);
}

/** `rf8 simulate MODEL --core`: tokens from the whole core. */
export async function simulateWhole(
  path: string,
  flags: CoreFlags,
  command: Command,
): Promise<void> {
  // The core is half as large again as all that the other simulations load.
  const { simulateCore } = await import("../../accelerator/core/index.ts");
  const model = openModel(path);
  if (!isDecoder(model))
    throw new UsageError(
      `${path}: its model_type is ${model.config.model_type}; --core runs decoders`,
    );
  const given = promptFrom(path, model, flags);
  const prompt = typeof given === "string" ? promptTokens(model, given) : given;
  const { json = false, engine, tokens } = flags;
  const level = engine === "integers" || engine === "descriptors" ? engine : simulatorOf(flags);
  if (typeof level === "string") refuseCircuitOptions(command, engine);
  const began = performance.now();
  const show = (tokens: number[]): string => model.tokenizer?.decode(tokens) ?? tokens.join(" ");
  const reads = simulateCore(model, {
    level,
    prompt,
    tokens,
    activation: flags.activation,
    lanes: flags.lanes,
    vectorLanes: Number(flags.vectorLanes),
    batch: Number(flags.batch),
    terms: flags.cache === "rf8x2" ? 2 : 1,
    context: flags.context ?? prompt.length + tokens - 1,
    memory: { latency: flags.latency, outstanding: flags.outstanding },
    check: flags.check !== undefined,
    onRead(read) {
      if (!json) stdout.write(`${lineOf(read, show)}\n`);
    },
  });
  const wall = (performance.now() - began) / 1000;
  const result = resultOf(engine, reads, wall, (ids) => model.tokenizer?.decode(ids) ?? null);
  stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `\n${summary(result)}\n`);
}

const share = ({ product_cycles }: CoreCounters, cycles: number): string =>
  `${((100 * product_cycles) / cycles).toFixed(1)} % products`;

function lineOf(
  { tokens, next, generated, cycles, counters }: TokenRead,
  show: (tokens: number[]) => string,
): string {
  const what = JSON.stringify(show(generated ? [next] : [...tokens]));
  const kind = generated ? "token " : "prompt";
  if (cycles === null || counters === null) return `${kind} ${what}`;
  return `${kind} ${what}  ${count(cycles)} cycles, ${share(counters, cycles)}`;
}

function resultOf(
  engine: string,
  reads: readonly TokenRead[],
  wall_s: number,
  text: (ids: number[]) => string | null,
) {
  const generated = reads.filter((read) => read.generated).map(({ next }) => next);
  const total = (of: (read: TokenRead) => number | null | undefined): number | null =>
    reads.some(({ cycles }) => cycles === null)
      ? null
      : reads.reduce((sum, read) => sum + (of(read) ?? 0), 0);
  const cycles = total((read) => read.cycles);
  const tokens_read = reads.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    engine,
    tokens: generated,
    text: text(generated),
    tokens_read,
    cycles,
    cycles_per_token: cycles === null ? null : cycles / tokens_read,
    counters:
      cycles === null
        ? null
        : {
            product_cycles: total((read) => read.counters?.product_cycles),
            vector_cycles: total((read) => read.counters?.vector_cycles),
            memory_cycles: total((read) => read.counters?.memory_cycles),
            sequencing_cycles: total((read) => read.counters?.sequencing_cycles),
          },
    wall_s,
    tokens_per_wall_s: tokens_read / wall_s,
  };
}

function summary({
  text,
  tokens,
  tokens_read,
  cycles,
  counters,
  engine,
  wall_s,
}: ReturnType<typeof resultOf>): string {
  const said = text ?? tokens.join(" ");
  const took = `Simulated in ${seconds(wall_s)}.`;
  if (cycles === null || counters === null)
    return `${said}\n\n${count(tokens_read)} tokens read, by ${engine}. ${took}`;
  const parts = Object.entries(counters).map(
    ([name, value]) => `${name.replace("_cycles", "")} ${count(value ?? 0)}`,
  );
  return `${said}\n\n${count(cycles)} cycles for ${count(tokens_read)} tokens read: ${parts.join(", ")}; the circuit in ${engine} equals its model. ${took}`;
}
