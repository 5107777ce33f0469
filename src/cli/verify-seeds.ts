import { InvalidArgumentError } from "commander";
import type { CircuitEntry } from "../../hdl/catalogue.ts";
import type { engines } from "../../sim/index.ts";
import { seedRanges, seeds } from "../verification/seed-ranges.ts";
import { vectorsOf } from "../verification/stimulus.ts";
import { UsageError } from "./errors.ts";
import { type FarmFlags, farmed } from "./farm-options.ts";
import { count, print, seconds } from "./output.ts";

/** A range of seeds, both ends included. */
export interface Seeds {
  readonly from: number;
  readonly to: number;
}

/** Seeds of one command at most. */
const maxSeeds = 1_000_000;

export function parseSeeds(text: string): Seeds {
  const [, from = "", to = ""] = /^(\d{1,10})\.\.(\d{1,10})$/.exec(text) ?? [];
  const range = { from: Number(from), to: Number(to) };
  const isRange = from !== "" && range.from <= range.to && range.to < 2 ** 32;
  if (!isRange || range.to - range.from >= maxSeeds)
    throw new InvalidArgumentError(
      `--seeds must be FROM..TO, whole numbers below 2^32 and ${maxSeeds} seeds at most.`,
    );
  return range;
}

interface Flags extends FarmFlags {
  readonly engine: string;
  readonly vectors?: number;
  readonly json?: boolean;
}

/** `rf8 verify CIRCUIT --seeds FROM..TO`: as many random runs as there are seeds, in pieces. */
export async function verifySeeds(
  entry: CircuitEntry,
  parameters: Readonly<Record<string, string | number>>,
  range: Seeds,
  flags: Flags,
): Promise<void> {
  const module = entry.build(parameters);
  const { vectors, exhaustive } = vectorsOf(module, flags.vectors);
  if (exhaustive)
    throw new UsageError(
      `--seeds: ${entry.name} is compared for all inputs, so that seeds have no use`,
    );
  const engine = flags.engine as keyof typeof engines;
  const circuit = entry.name;
  const ranges = seedRanges({ circuit, parameters, engine, vectors, ...range }, module);
  const answers = await farmed(flags, seeds, ranges, { unit: "groups of seeds" });
  const done = answers.flatMap((answer) => ("result" in answer ? [answer] : []));
  const rows = done.flatMap(({ result }) => result);
  const sum = (value: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + value(row), 0);
  const wrong = rows.filter((row) => row.mismatches > 0 || row.failed_checks > 0);
  const document = {
    circuit,
    parameters: entry.complete(parameters),
    engine,
    seeds: [range.from, range.to],
    vectors: sum((row) => row.vectors),
    mismatches: sum((row) => row.mismatches),
    seconds: done.reduce((total, answer) => total + answer.seconds, 0),
    lost_groups: answers.length - done.length,
    failing_seeds: wrong,
  };
  print(flags.json ?? false, document, () => {
    const line =
      `${circuit} on ${engine}: ${count(document.vectors)} vectors (seeds ${range.from} to ${range.to}), ` +
      `${count(document.mismatches)} mismatches, ${seconds(document.seconds)} of work`;
    const [first] = wrong;
    return first
      ? [line, `seed ${first.seed}, of ${count(wrong.length)} that fail:`, ...first.waves].join(
          "\n\n",
        )
      : line;
  });
  if (wrong.length > 0) process.exitCode = 1;
}
