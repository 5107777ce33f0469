// Small expressions and statements on 32-bit words in memory.

import type { Code } from "./encoder.ts";
import type { InstructionName } from "./instructions.ts";

/** Pushes a 32-bit integer. */
export type Value = (code: Code) => unknown;
/** Leaves the stack as it was. */
export type Statement = (code: Code) => unknown;

export const constant =
  (value: number): Value =>
  (code) =>
    code.i32(value);

/** A 32-bit word at an address, or the narrower element that another instruction loads. */
export const load =
  (address: Value, offset = 0, name: InstructionName = "i32.load"): Value =>
  (code) => {
    address(code);
    code.memory(name, offset);
  };

export const store =
  (address: Value, value: Value, offset = 0, name: InstructionName = "i32.store"): Statement =>
  (code) => {
    address(code);
    value(code);
    code.memory(name, offset);
  };

/** Two values, and an instruction that makes one of them. */
export const binary =
  (name: InstructionName) =>
  (a: Value, b: Value): Value =>
  (code) => {
    a(code);
    b(code);
    code.emit(name);
  };

/** A value, and an instruction that makes another of it. */
export const unary =
  (name: InstructionName) =>
  (value: Value): Value =>
  (code) => {
    value(code);
    code.emit(name);
  };

export const add = binary("i32.add");
export const multiply = binary("i32.mul");
export const and = binary("i32.and");
export const or = binary("i32.or");
export const equal = binary("i32.eq");
export const unequal = binary("i32.ne");
export const below = binary("i32.lt_u");

export const isZero = unary("i32.eqz");
export const isSet = (value: Value): Value => isZero(isZero(value));
export const notBelow = (a: Value, b: Value): Value => isZero(below(a, b));

export const when =
  (condition: Value, then: readonly Statement[], otherwise: readonly Statement[] = []): Statement =>
  (code) => {
    condition(code);
    code.emit("if");
    for (const statement of then) statement(code);
    if (otherwise.length > 0) code.emit("else");
    for (const statement of otherwise) statement(code);
    code.emit("end");
  };

export const call =
  (name: string): Statement =>
  (code) =>
    code.call(name);

/** Copies bytes between places that do not overlap. */
export const copy =
  (to: Value, from: Value, bytes: number): Statement =>
  (code) => {
    if (bytes === 0) return;
    to(code);
    from(code);
    code.i32(bytes).emit("memory.copy");
  };

/** Words in memory at fixed places, by name. */
export class Words<N extends string> {
  readonly #places: ReadonlyMap<string, number>;

  constructor(names: readonly N[], address: number) {
    this.#places = new Map(names.map((name, index) => [name, address + 4 * index]));
  }

  address(name: N): number {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`there is no word ${name}`);
    return place;
  }
  get(name: N): Value {
    return load(constant(0), this.address(name));
  }
  set(name: N, value: Value): Statement {
    return store(constant(0), value, this.address(name));
  }
  add(name: N, value: number): Statement {
    return this.set(name, add(this.get(name), constant(value)));
  }
}
