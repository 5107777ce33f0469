// Looks narrow values up that depend on a few bits, where that takes fewer instructions.

import { at } from "@chisel-ts/core";
import type { OperationCell } from "../../../cells.ts";
import type { Netlist } from "../../../netlist.ts";
import type { Addition } from "../addition.ts";
import { Rewriting } from "../rewriting.ts";
import { type Bit, Truth } from "./truth.ts";

/** Bits that one instruction looks up: it chooses among 16 bytes. */
const indexBits = 4;
const widest = 8;

/** A netlist with the same values: a table takes the place of cells that decode a state of a few bits. */
export function lookUpCones(netlist: Netlist): Netlist {
  const truth = new Truth(netlist);
  return new Rewriting(netlist).replaceCells((cell, addition) => {
    const bits = truth.bits(cell.slot);
    const width = at(netlist.widths, cell.slot);
    if (!("operation" in cell) || !bits?.length || width > widest || !cell.location) return false;
    const writer = new LookupWriter(addition, netlist.widths, cell);
    writer.write(bits, truth.values(cell.slot));
    return true;
  });
}

/** Writes what computes a cell's result from a truth table. */
class LookupWriter {
  readonly #addition: Addition;
  readonly #widths: readonly number[];
  readonly #cell: OperationCell;

  constructor(addition: Addition, widths: readonly number[], cell: OperationCell) {
    this.#addition = addition;
    this.#widths = widths;
    this.#cell = cell;
  }

  write(bits: readonly Bit[], values: readonly bigint[]): void {
    const { slot } = this.#cell;
    if (bits.length <= indexBits) {
      this.#lookUp(slot, bits, values);
      return;
    }
    const halves = bits.map((_, place) =>
      [1, 0].map((is) => values.filter((_, state) => ((state >> place) & 1) === is)),
    );
    // One half is nothing to look up where it is 0.
    const zeros = halves.findIndex((both) => both.some((half) => half.every((one) => one === 0n)));
    const place = zeros < 0 ? bits.length - 1 : zeros;
    const rest = bits.filter((_, index) => index !== place);
    const [select, ...branches] = [
      this.#part([at(bits, place)]),
      ...at(halves, place).map((half) => this.#half(rest, half)),
    ];
    this.#operation(slot, "mux", [select ?? -1, ...branches]);
  }

  #half(bits: readonly Bit[], values: readonly bigint[]): number {
    const width = at(this.#widths, this.#cell.slot);
    if (values.every((value) => value === 0n)) return this.#addition.constant(0n, width);
    const slot = this.#addition.slot(width);
    this.#lookUp(slot, bits, values);
    return slot;
  }

  #lookUp(slot: number, bits: readonly Bit[], contents: readonly bigint[]): void {
    const { location } = this.#cell;
    if (!location) throw new Error("a table has no place in the source");
    const runs: Bit[][] = [];
    for (const bit of bits) {
      const last = runs.at(-1);
      const before = last?.at(-1);
      if (last && before?.slot === bit.slot && before.place + 1 === bit.place) last.push(bit);
      else runs.push([bit]);
    }
    const parts = runs.map((run) => this.#part(run)).reverse();
    const index = parts.length === 1 ? at(parts, 0) : this.#addition.slot(bits.length);
    if (parts.length > 1) this.#operation(index, "concat", parts);
    const width = at(this.#widths, this.#cell.slot);
    const name = `table_${slot}`;
    const from = { name, depth: contents.length, width, contents, location };
    this.#addition.cells.push({ slot, from, operands: [index], location });
  }

  /** Some bits of a slot side by side. */
  #part(bits: readonly Bit[]): number {
    const { slot, place } = at(bits, 0);
    if (bits.length === at(this.#widths, slot)) return slot;
    const part = this.#addition.slot(bits.length);
    this.#operation(part, "slice", [slot], [place + bits.length - 1, place]);
    return part;
  }

  #operation(
    slot: number,
    operation: OperationCell["operation"],
    operands: readonly number[],
    parameters: readonly number[] = [],
  ): void {
    const { location } = this.#cell;
    this.#addition.cells.push({ slot, operation, operands, parameters, location });
  }
}
