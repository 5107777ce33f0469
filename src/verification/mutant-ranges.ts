import { type Module, type Mutant, mutants } from "@chisel-ts/core";
import { propertiesAbout } from "../../formal/index.ts";
import { circuits } from "../../hdl/parts.ts";
import { yosysVersion } from "../../tools/yosys-version.ts";
import { verilogOf } from "../cost/index.ts";
import { codeOf, digest, type Kind, languageCode } from "../farm/index.ts";
import { referenceOf } from "./model-of.ts";
import { expectationsOf, type MutantOutcome, outcomesOf, type Trial } from "./mutation.ts";

/** Some mutants of a circuit of the catalogue. */
export interface MutantRange {
  readonly circuit: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The digest of the circuit's Verilog. */
  readonly verilog: string;
  readonly from: number;
  readonly to: number;
}

/** Mutants of a piece: simulating one takes milliseconds, a proof of one seconds. */
const mutantsOfPiece = 32;

/** All mutants of a circuit, in pieces. */
export function mutantRanges(
  circuit: string,
  parameters: Readonly<Record<string, string | number>>,
  module: Module,
): MutantRange[] {
  const count = [...mutants(module)].length;
  const common = { circuit, parameters, verilog: verilogDigest(module) };
  return Array.from({ length: Math.ceil(count / mutantsOfPiece) }, (_, index) => ({
    ...common,
    from: index * mutantsOfPiece,
    to: Math.min(count, (index + 1) * mutantsOfPiece),
  }));
}

/** Mutants of the catalogue's circuits as pieces of work. */
export const mutation: Kind<MutantRange, readonly MutantOutcome[]> = {
  name: "mutate",
  depends: () => [
    ...["formal", "tools", "hdl", "sim", "src/model", "src/verification"].map(codeOf),
    ...[languageCode(), yosysVersion()],
  ],
  async run(range) {
    const { all, trial } = opened(range);
    return outcomesOf(all.slice(range.from, range.to), trial);
  },
  expected: ({ from, to }) => to - from,
};

interface Opened {
  readonly key: string;
  readonly all: readonly Mutant[];
  readonly trial: Trial;
}

/** Pieces of one circuit come one after the other, and share its stimulus and the model's answers. */
let last: Opened | undefined;

function opened({ circuit, parameters, verilog }: MutantRange): Opened {
  const key = JSON.stringify([circuit, parameters, verilog]);
  if (last?.key === key) return last;
  const module = circuits.find(({ name }) => name === circuit)?.build(parameters);
  if (!module || verilogDigest(module) !== verilog)
    throw new Error(`${key} is another circuit here`);
  const trial = {
    module,
    properties: propertiesAbout(module),
    expectations: expectationsOf(module, referenceOf(module)),
  };
  last = { key, all: [...mutants(module)], trial };
  return last;
}

const verilogDigest = (module: Module): string => digest(JSON.stringify(verilogOf(module).sources));
