// The values of 16 lanes, in the element sizes and forms that operations ask for.

import { at, mask } from "@chisel-ts/core";
import type { Code } from "../encoder.ts";
import { type ElementBytes, elementFor, instruction, splat } from "./element.ts";
import { VectorCode } from "./vector-code.ts";

/**
 * What the bits of an element above the value's own are: zeros, copies of its top bit, or anything.
 * Most operations take anything, so that few values ever need their upper bits put right. A 1-bit value
 * in sign form is a mask.
 */
export type Form = "zero" | "sign" | "dirty";

/** A slot's value in 16 lanes: vectors of `bytes`-wide elements, as many as an element has bytes. */
export interface Vectors {
  readonly locals: readonly number[];
  readonly bytes: ElementBytes;
  readonly form: Form;
  /** The value is the extension of so many low bits; at most the slot's width. */
  readonly bits: number;
  /** Every lane holds the same value. */
  readonly uniform?: boolean;
}

/** The values of one block of lanes; a slot may be at hand in several forms and element sizes. */
export class LaneValues extends VectorCode {
  /** Runs once before the loop: constants. */
  readonly before: Code;
  readonly #widths: readonly number[];
  readonly #constants: ReadonlyMap<number, bigint>;
  readonly #known = new Map<number, Vectors[]>();
  readonly #loads = new Map<number, () => Vectors>();
  readonly #patterns = new Map<string, number>();

  constructor(
    code: Code,
    before: Code,
    widths: readonly number[],
    constants: ReadonlyMap<number, bigint>,
  ) {
    super(code);
    this.before = before;
    this.#widths = widths;
    this.#constants = constants;
  }

  width(slot: number): number {
    return at(this.#widths, slot);
  }
  constant(slot: number): bigint | undefined {
    return this.#constants.get(slot);
  }

  /** Says how a slot is read from memory when it is first needed. */
  loaded(slot: number, load: () => Vectors): void {
    this.#loads.set(slot, load);
  }

  /** Says that a slot is at hand. */
  define(slot: number, vectors: Vectors): Vectors {
    const known = this.#known.get(slot);
    if (known) known.push(vectors);
    else this.#known.set(slot, [vectors]);
    return vectors;
  }

  /** Whether a slot that is at hand or can be loaded has the same value in every lane. */
  isUniform(slot: number): boolean {
    return this.at(slot).uniform === true;
  }

  /** Begins code that may be left out; what is called afterwards ends it. */
  branch(): () => void {
    const before = new Map([...this.#known].map(([slot, known]) => [slot, known.length]));
    return () => {
      for (const [slot, known] of this.#known) {
        // What was converted or loaded within is not there for what follows.
        const count = before.get(slot) ?? (this.#loads.has(slot) ? 0 : known.length);
        if (count > 0) known.length = count;
        else this.#known.delete(slot);
      }
    };
  }

  /** A local with one constant element in every lane. */
  splat(bytes: ElementBytes, value: bigint): number {
    return this.#constant(splat(bytes, value));
  }

  /** A local with 16 bytes to look up in, the first one lowest. */
  table(bytes: bigint): number {
    return this.#constant(
      Array.from({ length: 16 }, (_, i) => Number((bytes >> BigInt(8 * i)) & 255n)),
    );
  }

  #constant(pattern: readonly number[]): number {
    const key = pattern.join();
    const local = this.#patterns.get(key) ?? this.code.local("v128");
    if (!this.#patterns.has(key)) this.before.lanes("v128.const", pattern).set(local);
    this.#patterns.set(key, local);
    return local;
  }

  /** The value as it is at hand: in the form asked for where it is, then in the fewest vectors. */
  at(slot: number, form: Form = "dirty"): Vectors {
    const constant = this.#constants.get(slot);
    if (constant !== undefined) return this.#constantVectors(slot, constant, form);
    const load = this.#loads.get(slot);
    if (load && !this.#known.has(slot)) this.define(slot, load());
    const cost = (v: Vectors): number => (this.#isIn(slot, v, form) ? 0 : 16) + v.bytes;
    const [best] = [...(this.#known.get(slot) ?? [])].sort((a, b) => cost(a) - cost(b));
    if (!best) throw new Error(`slot ${slot} is used before it is computed`);
    return best;
  }

  /**
   * The vectors of a value in a form and element size: one that holds the slot, or at least the bits of
   * the value at hand.
   */
  want(slot: number, bytes: ElementBytes, form: Form): readonly number[] {
    const constant = this.#constants.get(slot);
    if (constant !== undefined) {
      const value = form === "sign" ? BigInt.asIntN(this.width(slot), constant) : constant;
      return new Array<number>(bytes).fill(this.splat(bytes, value));
    }
    const from = this.at(slot, form);
    if (this.#isIn(slot, from, form)) return this.#resize(slot, from, bytes, form).locals;
    const width = this.width(slot);
    const holds = 8 * from.bytes >= width;
    const target = !holds
      ? elementFor(width)
      : 8 * bytes >= width && bytes < from.bytes
        ? bytes
        : from.bytes;
    const base = this.#resize(slot, from, target, "dirty");
    const right = this.#isIn(slot, base, form) ? base : this.#normalise(slot, base, form);
    return this.#resize(slot, right, bytes, form).locals;
  }

  #constantVectors(slot: number, constant: bigint, form: Form): Vectors {
    const width = this.width(slot);
    const bytes = elementFor(width);
    const signed = form === "sign" || (form === "dirty" && width === 1);
    return {
      locals: this.want(slot, bytes, signed ? "sign" : "zero"),
      bytes,
      uniform: true,
      form: signed ? "sign" : "zero",
      bits: constant === 0n ? 1 : width,
    };
  }

  /** Whether vectors are in a form as they stand. */
  #isIn(slot: number, { bytes, form, bits }: Vectors, wanted: Form): boolean {
    const width = this.width(slot);
    if (wanted === "dirty" || form === wanted || 8 * bytes === width) return true;
    return wanted === "sign" && form === "zero" && bits < width;
  }

  /** Vectors that are in a form, in another element size. */
  #resize(slot: number, from: Vectors, bytes: ElementBytes, wanted: Form): Vectors {
    if (from.bytes === bytes) return from;
    const width = this.width(slot);
    const positive = from.form === "zero" && from.bits < width;
    const signed = wanted === "dirty" ? from.form === "sign" : wanted === "sign" && !positive;
    if (bytes > from.bytes) {
      const extended = from.form !== "dirty" || 8 * from.bytes === width;
      const form = extended ? (signed ? "sign" : "zero") : "dirty";
      const uniform = from.uniform === true;
      const locals =
        width === 1 && from.form === "sign" && form === "sign"
          ? this.widenMask(from.locals, from.bytes, bytes, uniform)
          : this.widen(from.locals, from.bytes, bytes, signed, uniform);
      return this.define(slot, { ...from, locals, bytes, form });
    }
    const fits = from.form !== "dirty" && from.bits <= 8 * bytes;
    const locals = this.narrow(from.locals, from.bytes, bytes, fits, from.form === "sign");
    return this.define(slot, { ...from, locals, bytes, form: fits ? from.form : "dirty" });
  }

  /** Puts the bits above the value right; the elements hold the slot. */
  #normalise(slot: number, { locals, bytes, uniform }: Vectors, form: Form): Vectors {
    const width = this.width(slot);
    const spare = 8 * bytes - width;
    const clear = (): number[] => this.map(locals, "v128.and", this.splat(bytes, mask(width)));
    const signed = (): number[] => {
      if (width === 1) return this.map(clear(), instruction(bytes, "neg"));
      if (bytes === 2 || bytes === 4) {
        return this.shift(this.shift(locals, bytes, "shl", spare), bytes, "shr_s", spare);
      }
      // Arithmetic shifts of bytes and of 64-bit elements are slow: flip the sign bit, and take it away.
      const sign = this.splat(bytes, 1n << BigInt(width - 1));
      return this.map(this.map(clear(), "v128.xor", sign), instruction(bytes, "sub"), sign);
    };
    const result = form === "zero" ? clear() : signed();
    return this.define(slot, {
      locals: result,
      bytes,
      form,
      bits: width,
      ...(uniform ? { uniform } : {}),
    });
  }
}
