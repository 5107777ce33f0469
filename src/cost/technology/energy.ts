import { at } from "@chisel-ts/core";
import {
  constant,
  difference,
  type Expression,
  parseExpression,
  pinsOf,
  substitute,
} from "../liberty/expression.ts";
import type { Structure } from "./cells.ts";
import { type GateName, gates } from "./gates.ts";
import { innerDrive } from "./stages.ts";

/** Volts, and femtofarads of an input of the inverter of drive 1: nominal, since the technology is no foundry's. */
export const nominal = { volts: 0.9, inverterFf: 1 } as const;

/** ½ C V² of a capacitance in inverter inputs, in the library's unit of energy: its capacitive unit times V². */
export const half = (capacitance: number): number => (capacitance * nominal.volts ** 2) / 2;

/** What each gate computes of a, b, c and d, as Liberty writes it. */
const functions: Readonly<Record<GateName, string>> = {
  inv: "!a",
  nand2: "!(a&b)",
  nand3: "!(a&b&c)",
  nand4: "!(a&b&c&d)",
  nor2: "!(a|b)",
  nor3: "!(a|b|c)",
  aoi21: "!((a&b)|c)",
  oai21: "!((a|b)&c)",
  aoi22: "!((a&b)|(c&d))",
  oai22: "!((a|b)&(c|d))",
  selector: "!((a&d)|(b&c))",
  clocked: "!a",
};

/** A node inside a cell: what it is of the cell's pins, and its capacitance in inverter inputs. */
interface Node {
  readonly is: Expression;
  readonly capacitance: number;
}

/** The nodes of a structure, the output with its own parasitic capacitance first. */
function nodesOf([name, ...operands]: Structure, drive: number): readonly [Node, ...Node[]] {
  const { effort, parasitic }: (typeof gates)[GateName] = gates[name];
  const inner: Node[] = [];
  const inputs = operands.map((operand, input): Expression => {
    if (typeof operand === "string") return { kind: "pin", name: operand };
    const [output, ...others] = nodesOf(operand, innerDrive(drive));
    const load = at(effort, input) * drive;
    inner.push({ is: output.is, capacitance: output.capacitance + load }, ...others);
    return output.is;
  });
  const written = parseExpression(functions[name]) ?? constant(false);
  const is = substitute(written, (letter) => inputs["abcd".indexOf(letter)] ?? constant(false));
  return [{ is, capacitance: parasitic * drive }, ...inner];
}

/** Energy that a cell takes inside: with each change of its output, and with changes of its inputs that reach a node. */
export interface InternalEnergy {
  readonly output: number;
  readonly inputs: readonly {
    readonly pin: string;
    /** As Liberty writes it; always where it is left out. */
    readonly when: string | undefined;
    readonly energy: number;
  }[];
}

/**
 * By logical effort a gate's parasitic delay is the capacitance at its output, in inverter inputs a unit of drive, so the same
 * figures that give a delay give an energy: ½ C V² of each node inside that changes. A node before an output inverter changes
 * with the output; any other with each input that it follows at the time.
 */
export function internalEnergy(structure: Structure, drive: number): InternalEnergy {
  const [output, ...inner] = nodesOf(structure, drive);
  const withOutput = structure[0] === "inv" ? inner.slice(0, 1) : [];
  return {
    output: half([output, ...withOutput].reduce((sum, { capacitance }) => sum + capacitance, 0)),
    inputs: inner.slice(withOutput.length).flatMap(({ is, capacitance }) =>
      [...pinsOf(is)].map((pin) => {
        const when = difference(is, pin);
        return {
          pin,
          energy: half(capacitance),
          when: when.kind === "constant" ? undefined : written(when),
        };
      }),
    ),
  };
}

/** An expression as Liberty writes it. */
function written(given: Expression): string {
  switch (given.kind) {
    case "constant":
      return given.value ? "1" : "0";
    case "pin":
      return given.name;
    case "not":
      return `!${written(given.of)}`;
    default: {
      const operator = { and: "&", or: "|", xor: "^" }[given.kind];
      return `(${written(given.left)}${operator}${written(given.right)})`;
    }
  }
}
