// Finds values that depend on a few bits only, and what they are for each value of those.

import { at } from "@chisel-ts/core";
import { type Cell, evaluateCell, type OperationCell } from "../../../cells.ts";
import type { Netlist } from "../../../netlist.ts";

/** A bit of a slot that is looked at as it stands. */
export interface Bit {
  readonly slot: number;
  readonly place: number;
}

/** Bits at most. */
export const maxBits = 5;

const same = (a: Bit, b: Bit): boolean => a.slot === b.slot && a.place === b.place;

/** The few bits that values of a netlist depend on, and their truth tables. */
export class Truth {
  readonly #netlist: Netlist;
  readonly #cells = new Map<number, OperationCell>();
  readonly #bits = new Map<number, readonly Bit[]>();
  /** Slots that lanes have in elements of a byte: they and all that they are computed from are that narrow. */
  readonly #inBytes: Set<number>;
  readonly #values = new Map<number, readonly bigint[]>();

  constructor(netlist: Netlist) {
    this.#netlist = netlist;
    const cells = new Set(netlist.cells.map(({ slot }) => slot));
    const narrow = [...netlist.widths.keys()].filter((slot) => at(netlist.widths, slot) <= 8);
    this.#inBytes = new Set(narrow.filter((slot) => !cells.has(slot)));
    for (const cell of netlist.cells) {
      if (
        at(netlist.widths, cell.slot) <= 8 &&
        cell.operands.every((one) => this.#inBytes.has(one))
      )
        this.#inBytes.add(cell.slot);
      const bits = this.#bitsOf(cell);
      if (!bits || !("operation" in cell)) continue;
      this.#cells.set(cell.slot, cell);
      this.#bits.set(cell.slot, bits);
    }
  }

  /** The bits that a cell's result depends on, by slot and place; none where they are many. */
  bits(slot: number): readonly Bit[] | undefined {
    return this.#bits.get(slot);
  }

  /** A result that depends on few bits, for each value of these as a number, the first the lowest. */
  values(slot: number): readonly bigint[] {
    const open = [slot];
    for (let next = open.at(-1); next !== undefined; next = open.at(-1)) {
      const unknown = this.#cells
        .get(next)
        ?.operands.filter((operand) => this.#bits.has(operand) && !this.#values.has(operand));
      if (unknown?.length && !this.#values.has(next)) open.push(...unknown);
      else {
        open.pop();
        if (!this.#values.has(next)) this.#values.set(next, this.#evaluate(next));
      }
    }
    return this.#values.get(slot) ?? [];
  }

  #evaluate(slot: number): readonly bigint[] {
    const cell = this.#cells.get(slot);
    const bits = this.#bits.get(slot);
    if (!cell || !bits) throw new Error(`slot ${slot} depends on many bits`);
    const operands = cell.operands.map((operand) => this.#operand(operand, bits));
    const { widths } = this.#netlist;
    const given: bigint[] = [];
    return Array.from({ length: 2 ** bits.length }, (_, state) => {
      cell.operands.forEach((operand, index) => {
        given[operand] = at(operands, index)(state);
      });
      return evaluateCell(cell, given, widths);
    });
  }

  #bitsOf(cell: Cell): readonly Bit[] | undefined {
    const all: Bit[] = [];
    for (const operand of cell.operands) {
      const read = this.#read(cell, operand);
      if (!read) return undefined;
      for (const bit of read) if (!all.some((one) => same(one, bit))) all.push(bit);
      if (all.length > maxBits) return undefined;
    }
    return all.sort((a, b) => a.slot - b.slot || a.place - b.place);
  }

  /** The bits of an operand that a cell reads; none where they are many. */
  #read(cell: Cell, operand: number): readonly Bit[] | undefined {
    if (this.#netlist.constants.has(operand)) return [];
    const known = this.#bits.get(operand);
    if (known) return known;
    const slice = "operation" in cell && cell.operation === "slice";
    const [high = 0, low = 0] = slice ? cell.parameters : [at(this.#netlist.widths, operand) - 1];
    if (high - low >= maxBits || !this.#inBytes.has(operand)) return undefined;
    return Array.from({ length: high - low + 1 }, (_, i) => ({ slot: operand, place: low + i }));
  }

  /** The value of an operand for a value of some bits; bits of it that are not among them are 0, since nothing reads them. */
  #operand(slot: number, bits: readonly Bit[]): (state: number) => bigint {
    const constant = this.#netlist.constants.get(slot);
    if (constant !== undefined) return () => constant;
    const place = (bit: Bit): number => bits.findIndex((one) => same(one, bit));
    const own = this.#bits.get(slot)?.map(place);
    if (own) {
      const values = this.#values.get(slot) ?? [];
      return (state) =>
        at(
          values,
          own.reduce((sum, from, to) => sum + (((state >> from) & 1) << to), 0),
        );
    }
    return (state) =>
      bits.reduce(
        (sum, bit, from) =>
          bit.slot === slot ? sum | (BigInt((state >> from) & 1) << BigInt(bit.place)) : sum,
        0n,
      );
  }
}
