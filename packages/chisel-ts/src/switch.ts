import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import { SInt, Signal, UInt } from "./signal.ts";
import { toBits, typeName } from "./types.ts";
import { Chain } from "./when.ts";

/** A value that an arm of a `switchOn` is taken for: a number, a literal or a member of an enumeration. */
export type SwitchValue<S extends UInt | SInt> = number | bigint | S;

/** The rest of a `switchOn`. */
export interface SwitchChain<S extends UInt | SInt> {
  /**
   * What takes effect where the signal is one of the values.
   *
   * @throws CircuitError for no value, one that does not fit the signal or that an arm before has, after `default`, and
   *   outside the scope in which the chain began.
   */
  case(values: SwitchValue<S> | readonly SwitchValue<S>[], body: () => void): SwitchChain<S>;
  /** What takes effect for every other value. @throws CircuitError where there is none, and as `case`. */
  default(body: () => void): void;
}

/**
 * A choice by the value of a signal, several values an arm. Arms that have every value of the signal drive on every
 * path, without a default.
 *
 * @example
 * const unit = module({ name: "unit", ports: { opcode: input(uint(2)), x: input(uint(8)), y: output(uint(8)) } }, (io) => {
 *   switchOn(io.opcode)
 *     .case([0, 1], () => io.y.set(io.x))
 *     .case(2, () => io.y.set(io.x.not()))
 *     .default(() => io.y.set(0));
 * });
 * const dut = engines.wasm.open(unit);
 * [dut.in.opcode, dut.in.x] = [2n, 1n];
 * console.log(dut.out.y); // 254
 */
export const switchOn = <S extends UInt | SInt>(signal: S): SwitchChain<S> => new Switch(signal);

class Switch<S extends UInt | SInt> implements SwitchChain<S> {
  readonly #signal: S;
  readonly #chain: Chain;
  readonly #cases = new Map<bigint, Location>();

  constructor(signal: S) {
    if (!(signal instanceof UInt || signal instanceof SInt)) {
      const found = (signal as unknown) instanceof Signal ? "a Bool" : typeof signal;
      throw new CircuitError(
        `switchOn chooses by a UInt or an SInt, not by ${found}; when chooses by a Bool`,
        Location.capture(),
      );
    }
    this.#signal = signal;
    this.#chain = new Chain({ choice: "switchOn", arm: "case", last: "default" }, true);
  }

  case(values: SwitchValue<S> | readonly SwitchValue<S>[], body: () => void): this {
    const location = Location.capture();
    const list = Array.isArray(values) ? (values as readonly SwitchValue<S>[]) : [values];
    if (list.length === 0) throw new CircuitError("a case has one value or more", location);
    if (this.#isComplete && this.#cases.size > 0)
      throw new CircuitError("every value has a case already", location);
    this.#chain.check("case");
    const tests = list.map((value) => this.#equals(value as SwitchValue<S>, location));
    const any = tests.reduce((some, one) => some.or(one));
    if (this.#isComplete) this.#chain.last(() => any.node, body);
    else this.#chain.elsewhen(any, body);
    return this;
  }

  default(body: () => void): void {
    if (this.#isComplete)
      throw new CircuitError("every value has a case: there is none left", Location.capture());
    this.#chain.otherwise(body);
  }

  get #isComplete(): boolean {
    return BigInt(this.#cases.size) === 1n << BigInt(this.#signal.width);
  }

  #equals(value: SwitchValue<S>, location: Location) {
    const { type } = this.#signal;
    if (value instanceof Signal && (value.type.kind !== type.kind || value.width !== type.width)) {
      const words = `a case of a ${typeName(type)} cannot be a ${typeName(value.type)}`;
      throw new CircuitError(words, location);
    }
    const number = value instanceof Signal ? value.value : value;
    const code = toBits(type, number, "a case", location);
    const before = this.#cases.get(code);
    if (before) {
      const words = `${number} has two cases; the first is at ${before}`;
      throw new CircuitError(words, location);
    }
    this.#cases.set(code, location);
    // A member of an enumeration keeps its name in the Verilog.
    return this.#signal.eq(value as number & S);
  }
}
