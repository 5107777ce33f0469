// Cells that take the place of others, and their new slots.

import { mask } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";

export class Addition {
  /** Of the new slots, which begin at one that is free. */
  readonly widths: number[] = [];
  readonly constants = new Map<number, bigint>();
  /** Each after those that it reads. */
  readonly cells: Cell[] = [];
  readonly #first: number;
  readonly #placed = new Map<string, number>();

  constructor(first: number) {
    this.#first = first;
  }

  slot(width: number): number {
    return this.#first + this.widths.push(width) - 1;
  }

  constant(value: bigint, width: number): number {
    const key = `${value} in ${width}`;
    const slot = this.#placed.get(key) ?? this.slot(width);
    this.#placed.set(key, slot);
    this.constants.set(slot, value & mask(width));
    return slot;
  }
}
