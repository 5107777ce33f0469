import type { GateName } from "./gates.ts";

/** The structure of a cell, one gate a stage: a gate over pins and other gates. */
export type Structure = readonly [GateName, ...(string | Structure)[]];

export interface CombinationalCell {
  readonly name: string;
  readonly inputs: readonly string[];
  /** As Liberty writes it. */
  readonly function: string;
  readonly structure: Structure;
  readonly drives: readonly number[];
}

const [small, both, many] = [[1], [1, 2], [1, 2, 4, 8]] as const;

/** The combinational cells of the generic technology, with their drive strengths. */
export const combinationalCells: readonly CombinationalCell[] = [
  cell("INV", "!A", ["inv", "A"], many),
  cell("BUF", "A", ["inv", ["inv", "A"]], [1, 2, 4, 8, 16]),
  cell("NAND2", "!(A&B)", ["nand2", "A", "B"], [1, 2, 4]),
  cell("NAND3", "!(A&B&C)", ["nand3", "A", "B", "C"], both),
  cell("NAND4", "!(A&B&C&D)", ["nand4", "A", "B", "C", "D"], both),
  cell("NOR2", "!(A|B)", ["nor2", "A", "B"], [1, 2, 4]),
  cell("NOR3", "!(A|B|C)", ["nor3", "A", "B", "C"], both),
  cell("AND2", "A&B", ["inv", ["nand2", "A", "B"]], [1, 2, 4]),
  cell("OR2", "A|B", ["inv", ["nor2", "A", "B"]], [1, 2, 4]),
  cell("AOI21", "!((A&B)|C)", ["aoi21", "A", "B", "C"], both),
  cell("OAI21", "!((A|B)&C)", ["oai21", "A", "B", "C"], both),
  cell("AOI22", "!((A&B)|(C&D))", ["aoi22", "A", "B", "C", "D"], both),
  cell("OAI22", "!((A|B)&(C|D))", ["oai22", "A", "B", "C", "D"], both),
  cell("XOR2", "A^B", ["aoi21", "A", "B", ["nor2", "A", "B"]], both),
  cell("XNOR2", "!(A^B)", ["oai21", "A", "B", ["nand2", "A", "B"]], both),
  cell("MUXI2", "!((A&!S)|(B&S))", ["selector", "A", "B", "S", ["inv", "S"]], both),
  cell("MUX2", "(A&!S)|(B&S)", ["inv", ["selector", "A", "B", "S", ["inv", "S"]]], both),
];

/** A cell whose inputs are the letters of its function. */
function cell(
  name: string,
  booleanFunction: string,
  structure: Structure,
  drives: readonly number[] = small,
): CombinationalCell {
  const inputs = [...new Set(booleanFunction.match(/[A-Z]/g))].sort();
  return { name, inputs, function: booleanFunction, structure, drives };
}

export interface FlipFlopCell {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly nextState: string;
  /** From the inputs to the first latch. */
  readonly structure: Structure;
}

/** Rising-edge flip-flops, with and without an enable. A synchronous reset is logic before them. */
export const flipFlopCells: readonly FlipFlopCell[] = [
  { name: "DFF", inputs: ["D"], nextState: "D", structure: ["clocked", "D"] },
  {
    name: "DFFE",
    inputs: ["D", "E"],
    nextState: "(D&E)|(IQ&!E)",
    structure: ["clocked", ["inv", ["selector", "IQ", "D", "E", ["inv", "E"]]]],
  },
];

/**
 * What is behind the first clocked inverter of a flip-flop of two clocked latches: two clock inverters,
 * two storing inverters, a transfer gate, two clocked feedback inverters and an output inverter, 10 pairs
 * of transistors. Delays in τ.
 */
export const latches = {
  pairs: 10,
  /** On the clocked inverter: a storing inverter, and the parasitic of its feedback. */
  load: 3,
  /** Through the first storing inverter to the transfer gate: parasitic 1 and a load of 4. */
  setup: 5,
  /** Two clock inverters with a load of 4, the transfer gate into the storing inverter, and that one. */
  clockToOutput: 5 + 5 + 4 + 2,
  /**
   * Capacitances that change, in inverter inputs. With the clock: both clock inverters, parasitic 1 and a load of 4 each. With the
   * data: the clocked inverter's output with its parasitic 2, and the first storing inverter's with its parasitic and its load
   * of 4. With the output: the transfer gate into the second storing inverter, that one's output, and the output inverter's.
   */
  capacitance: { clock: 5 + 5, data: 2 + 3 + 5, output: 4 + 2 + 2 + 1 },
} as const;
