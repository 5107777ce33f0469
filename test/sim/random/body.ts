import {
  type Bool,
  bool,
  type HardwareType,
  type ir,
  literal,
  operandsOf,
  register,
  sint,
  type UInt,
  uint,
} from "@chisel-ts/core";
import type { Shape } from "./recipe.ts";

/** A value of a body and the inputs it depends on within the cycle: 1 the even ones, 2 the odd ones. */
export interface Value {
  readonly signal: UInt;
  readonly reads: number;
}

export const typeOf = ({ kind, width }: Shape): HardwareType =>
  kind === 2 ? bool() : kind === 1 ? sint(width) : uint(width);

/** What a module's body has computed so far. */
export class Body {
  readonly values: Value[] = [];
  readonly #used = new Set<Value>();
  /** For every register, what sets it once all values are there. */
  readonly feedback: (() => void)[] = [];
  readonly limit: number;
  readonly #known: boolean;
  #started: Bool | undefined;

  /** @param known state without reset is read as 0 until it is set, for Icarus, which starts it as x. */
  constructor(limit: number, known: boolean) {
    this.limit = limit;
    this.#known = known;
  }

  add(signal: UInt, reads: number): Value {
    const value = { signal, reads };
    this.values.push(value);
    return value;
  }

  /** An earlier value that depends on no other inputs than those of `side`. */
  find(side: number, index: number): Value {
    const able = this.values.filter(({ reads }) => (reads & ~side) === 0);
    return able[index % able.length] ?? this.add(literal(uint(1), 1), 0);
  }

  /** Such a value, which will be read. */
  pick(side: number, index: number): Value {
    const value = this.find(side, index);
    this.use(value);
    return value;
  }

  use(value: Value): void {
    this.#used.add(value);
  }

  /** Adds what was computed from operands, of which it may not have read all. */
  compute(signal: UInt, operands: readonly Value[]): void {
    const reached = new Set<ir.Node>();
    const visit = (node: ir.Node): void => {
      if (reached.has(node)) return;
      reached.add(node);
      const isOperand = operands.some((operand) => operand.signal.node === node);
      if (!isOperand) operandsOf(node).forEach(visit);
    };
    visit(signal.node);
    const read = operands.filter((operand) => reached.has(operand.signal.node));
    // A result that is one of its operands adds nothing.
    if (read.some((operand) => operand.signal.node === signal.node)) return;
    for (const value of read) this.use(value);
    this.add(
      signal,
      read.reduce((all, value) => all | value.reads, 0),
    );
  }

  /** The values nothing has read that depend on no other inputs than those of `side`. */
  unread(side: number): UInt[] {
    return this.values
      .filter((value) => !this.#used.has(value) && (value.reads & ~side) === 0)
      .map(({ signal }) => signal);
  }

  /** False in the first cycle after reset: where it is false, state without reset is not looked at. */
  get started(): Bool | undefined {
    if (!this.#known) return undefined;
    if (!this.#started) {
      const started = register("started", bool(), { reset: false });
      this.feedback.push(() => started.set(true));
      this.#started = started;
    }
    return this.#started;
  }
}
