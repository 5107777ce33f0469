import type { Module } from "@chisel-ts/core";
import { circuits } from "../../hdl/parts.ts";
import { engines, failureText } from "../../sim/index.ts";
import { verilogOf } from "../cost/index.ts";
import { codeOf, digest, type Kind, languageCode } from "../farm/index.ts";
import { referenceOf } from "./model-of.ts";
import { verify } from "./verify.ts";

/** Runs of a circuit of the catalogue with the seeds from `from` to `to`, both included. */
export interface SeedRange {
  readonly circuit: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The digest of the circuit's Verilog. */
  readonly verilog: string;
  readonly engine: keyof typeof engines;
  /** Cycles of each seed. */
  readonly vectors: number;
  readonly from: number;
  readonly to: number;
}

/** What a seed found. */
export interface SeedVerdict {
  readonly seed: number;
  readonly vectors: number;
  readonly mismatches: number;
  readonly failed_checks: number;
  /** The waves of the first mismatch and of checks that failed; empty where all is right. */
  readonly waves: readonly string[];
}

/** Seeds of a piece, which begins at a multiple of it: ranges that overlap share pieces. */
const seedsOfPiece = 8;

/** The pieces of a range of seeds. */
export function seedRanges(whole: Omit<SeedRange, "verilog">, module: Module): SeedRange[] {
  const ranges: SeedRange[] = [];
  for (let from = whole.from; from <= whole.to; ) {
    const to = Math.min(whole.to, from - (from % seedsOfPiece) + seedsOfPiece - 1);
    ranges.push({ ...whole, verilog: digestOf(module), from, to });
    from = to + 1;
  }
  return ranges;
}

/** Random runs beside the model as pieces of work. */
export const seeds: Kind<SeedRange, readonly SeedVerdict[]> = {
  name: "verify",
  depends: () => [
    ...["tools", "hdl", "sim", "src/format", "src/model", "src/verification"].map(codeOf),
    languageCode(),
  ],
  errors: ["EngineUnavailableError"],
  async run({ circuit, parameters, verilog, engine, vectors, from, to }) {
    const module = circuits.find(({ name }) => name === circuit)?.build(parameters);
    if (!module || digestOf(module) !== verilog)
      throw new Error(`${circuit} is another circuit here`);
    const found: SeedVerdict[] = [];
    for (let seed = from; seed <= to; seed++) {
      const options = { reference: referenceOf(module), engine: engines[engine], vectors, seed };
      const { vectors: compared, mismatches, first, checks } = await verify(module, options);
      const waves = [...(first ? [first.wave] : []), ...checks.map(failureText)];
      found.push({ seed, vectors: compared, mismatches, failed_checks: checks.length, waves });
    }
    return found;
  },
  expected: ({ vectors, from, to }) => (vectors / 400_000) * (to - from + 1),
};

const digestOf = (module: Module): string => digest(JSON.stringify(verilogOf(module).sources));
