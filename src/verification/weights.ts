import type { Module } from "@chisel-ts/core";
import { columnOf } from "../../sim/index.ts";
import type { RandomStimulus, Stimulus } from "./stimulus.ts";

/** Cycles after the last operand in which its sum becomes visible and is compared. */
const drain = 8;

/**
 * The rows of a weight matrix as dot products on a MAC: the first term of each row clears, every term is
 * enabled, activations are random. Rows are packed into one block until it is full.
 *
 * @param codes RF8 codes, row after row; a row holds `columns` codes.
 */
export function* dotProducts(
  module: Module,
  codes: Uint8Array,
  columns: number,
  random: RandomStimulus,
): Generator<Stimulus> {
  const activation = module.portList.find((port) => port.name === "activation");
  if (!activation) throw new Error(`${module.name} has no activation port`);
  const rowsPerBlock = Math.max(1, Math.floor(65_536 / columns));
  const rows = codes.length / columns;
  for (let row = 0; row < rows; row += rowsPerBlock) {
    const weights = codes.subarray(row * columns, (row + rowsPerBlock) * columns);
    const cycles = weights.length + drain;
    const weight = new Uint8Array(cycles);
    weight.set(weights);
    const x = columnOf(activation.type, cycles);
    for (let cycle = 0; cycle < cycles; cycle++) x[cycle] = random.integer(activation.type);
    const enable = new Uint8Array(cycles).fill(1, 0, weights.length);
    const clear = new Uint8Array(cycles);
    for (let first = 0; first < weights.length; first += columns) clear[first] = 1;
    yield { columns: { weight, activation: x, enable, clear }, cycles };
  }
}
