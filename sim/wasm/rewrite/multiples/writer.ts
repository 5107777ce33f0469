// Writes a multiple as cells: its factor, and one multiplication.

import type { Addition } from "../addition.ts";
import type { Factor } from "./factor.ts";
import { bitsOf, product, rangeOf } from "./range.ts";

/** A slot and its width. */
interface Sized {
  readonly slot: number;
  readonly width: number;
}

export class MultipleWriter {
  readonly #addition: Addition;
  /** Slots by what is in them. */
  readonly #written = new Map<Factor | string, number>();

  constructor(addition: Addition) {
    this.#addition = addition;
  }

  /**
   * Puts `factor` times a value in `target`. The product has the bits that its range needs, which may be fewer than those of both
   * operands.
   */
  write(target: Sized, factor: Factor, value: Sized): void {
    const { location } = factor;
    const operands = [this.#factor(factor, factor.bits), value.slot];
    const width = bitsOf(product(factor, rangeOf(value.width)));
    const slot = width === target.width ? target.slot : this.#addition.slot(width);
    this.#addition.cells.push({
      slot,
      operation: "multiplySigned",
      operands,
      parameters: [],
      location,
    });
    if (slot === target.slot) return;
    const extension = { operation: "signExtend", parameters: [target.width], location } as const;
    this.#addition.cells.push({ ...extension, slot: target.slot, operands: [slot] });
  }

  /** The slot that has something already, or that a function puts it in. */
  #once(what: Factor | string, make: () => number): number {
    const slot = this.#written.get(what) ?? make();
    this.#written.set(what, slot);
    return slot;
  }

  /** A factor in `width` bits, which are at least its own. */
  #factor(factor: Factor, width: number): number {
    if (factor.operation === "constant") return this.#addition.constant(factor.low, width);
    const { bits, location } = factor;
    const from = this.#once(factor, () => this.#expression(factor));
    if (bits === width) return from;
    return this.#once(`${from} in ${width}`, () => {
      const slot = this.#addition.slot(width);
      const parameters = [width];
      this.#addition.cells.push({
        slot,
        operation: "signExtend",
        operands: [from],
        parameters,
        location,
      });
      return slot;
    });
  }

  #expression({ operation, operands, parameter, bits, location }: Factor): number {
    if (operation === "constant") throw new Error("a constant is no expression");
    const shift = operation === "shiftLeft";
    const values = operands.map((one) => this.#factor(one, shift ? one.bits : bits));
    const all = shift
      ? [...values, this.#addition.constant(0n, parameter)]
      : operation === "mux"
        ? [parameter, ...values]
        : values;
    const slot = this.#addition.slot(bits);
    const name = shift ? "concat" : operation;
    this.#addition.cells.push({ slot, operation: name, operands: all, parameters: [], location });
    return slot;
  }
}
