// Emits instructions on vectors in locals, and brings them to elements of another size.

import { at } from "@chisel-ts/core";
import type { Code } from "../encoder.ts";
import type { InstructionName } from "../instructions.ts";
import { type ElementBytes, halves, instruction } from "./element.ts";

/** Code that computes with vectors in locals. */
export class VectorCode {
  /** The loop's body. */
  readonly code: Code;

  constructor(code: Code) {
    this.code = code;
  }

  /** New locals, one for each of the vectors that `emit` pushes. */
  make(count: number, emit: (index: number) => void): number[] {
    return Array.from({ length: count }, (_, index) => {
      emit(index);
      const local = this.code.local("v128");
      this.code.set(local);
      return local;
    });
  }

  /** Applies an instruction to each of some vectors, with another one that all share if there is one. */
  map(locals: readonly number[], name: InstructionName, shared?: number): number[] {
    return this.make(locals.length, (i) => {
      this.code.get(at(locals, i));
      if (shared !== undefined) this.code.get(shared);
      this.code.emit(name);
    });
  }

  /** Shifts every element by a constant. */
  shift(
    locals: readonly number[],
    bytes: ElementBytes,
    direction: "shl" | "shr_u" | "shr_s",
    by: number,
  ): number[] {
    if (by === 0) return [...locals];
    return this.make(locals.length, (i) =>
      this.code.get(at(locals, i)).i32(by).emit(instruction(bytes, direction)),
    );
  }

  /** The same elements in a larger size, extended with zeros or signs. */
  widen(
    locals: readonly number[],
    from: ElementBytes,
    to: ElementBytes,
    signed: boolean,
    uniform = false,
  ): readonly number[] {
    if (from === to) return locals;
    const next = (2 * from) as ElementBytes;
    const [low, high] = halves(next, "extend", signed);
    const [first = 0] = locals;
    const wider = uniform
      ? new Array<number>(next).fill(at(this.map([first], low), 0))
      : locals.flatMap((local) => [...this.map([local], low), ...this.map([local], high)]);
    return this.widen(wider, next, to, signed, uniform);
  }

  /** A mask for elements of another size. */
  resizeMask(locals: readonly number[], from: ElementBytes, to: ElementBytes): readonly number[] {
    return from < to ? this.widenMask(locals, from, to) : this.narrow(locals, from, to, true, true);
  }

  /** Repeats the bytes of masks: each larger vector takes one instruction, whatever the sizes. */
  widenMask(
    locals: readonly number[],
    from: ElementBytes,
    to: ElementBytes,
    uniform = false,
  ): readonly number[] {
    const [first = 0] = locals;
    if (uniform) return new Array<number>(to).fill(first);
    return this.make(to, (index) => {
      const source = at(locals, Math.floor((index * from) / to));
      this.code
        .get(source)
        .get(source)
        .lanes("i8x16.shuffle", repeated(from, to, index));
    });
  }

  /** Keeps the low bits; where the value fits, the instructions that saturate do it at once. */
  narrow(
    locals: readonly number[],
    from: ElementBytes,
    to: ElementBytes,
    fits: boolean,
    signed: boolean,
  ): readonly number[] {
    if (from === to) return locals;
    const next = (from / 2) as ElementBytes;
    const narrower = this.make(locals.length / 2, (i) => {
      this.code.get(at(locals, 2 * i)).get(at(locals, 2 * i + 1));
      if (!fits || next === 4) this.code.lanes("i8x16.shuffle", lowHalves(next));
      else {
        const source = next === 1 ? "i16x8" : "i32x4";
        this.code.emit(instruction(next, `narrow_${source}_${signed ? "s" : "u"}`));
      }
    });
    return this.narrow(narrower, next, to, fits, signed);
  }
}

/** Byte places of the low halves of the elements of two vectors, `bytes` each. */
const lowHalves = (bytes: number): number[] =>
  Array.from({ length: 16 }, (_, i) => Math.floor(i / bytes) * 2 * bytes + (i % bytes));

/** Byte places that repeat the elements of a vector in the vector of that index of as many larger ones. */
const repeated = (from: ElementBytes, to: ElementBytes, index: number): number[] =>
  Array.from({ length: 16 }, (_, byte) => (from * Math.floor((16 * index + byte) / to)) % 16);
