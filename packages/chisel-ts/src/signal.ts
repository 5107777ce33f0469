import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { Location } from "./location.ts";
import { constant, describe, operate, signExtend, slice, zeroExtend } from "./operate.ts";
import type { OperationName } from "./operations.ts";
import {
  bool,
  fromBits,
  type HardwareType,
  type Kind,
  type SignalOf,
  sint,
  toBits,
  typeName,
  uint,
} from "./types.ts";

/** A number where a signal is expected takes the type of the signal it meets, and must fit it. */
type Or<S extends Signal> = S | number | bigint;

/** A value on a wire: a node of the IR and how its bits are read. */
export abstract class Signal<K extends Kind = Kind> {
  readonly type: HardwareType<K>;
  readonly node: Node;

  constructor(type: HardwareType<K>, node: Node) {
    this.type = type;
    this.node = node;
  }

  get width(): number {
    return this.type.width;
  }

  /** The integer this literal stands for. @throws CircuitError for a signal that is no literal. */
  get value(): bigint {
    if (this.node.kind !== "constant") {
      throw new CircuitError(
        `${describe(this.node)} has no value before simulation`,
        Location.capture(),
      );
    }
    return fromBits(this.type, this.node.value);
  }

  /** Bit `index`, 0 the least significant. */
  bit(index: number): Bool {
    return new Bool(bool(), slice(this.node, index, index));
  }

  /** Bits `high` down to `low`, both included: high − low + 1 bits. */
  bits(high: number, low: number): UInt {
    return unsigned(slice(this.node, high, low));
  }

  /** The same bits, unsigned. */
  asUInt(): UInt {
    return unsigned(this.node);
  }

  /** The same bits as two's complement. */
  asSInt(): SInt {
    return signed(this.node);
  }
}

/** What every signal of one type can do with another of the same type and width. */
abstract class Same<K extends Kind, Self extends Signal<K>> extends Signal<K> {
  protected abstract readonly lessThan: OperationName;

  and(other: Or<Self>): Self {
    return this.same("and", other);
  }
  or(other: Or<Self>): Self {
    return this.same("or", other);
  }
  xor(other: Or<Self>): Self {
    return this.same("xor", other);
  }
  not(): Self {
    return wrap(this.type, operate("not", [this.node])) as unknown as Self;
  }
  eq(other: Or<Self>): Bool {
    return truth(operate("equal", [this.node, this.lift(other)]));
  }
  ne(other: Or<Self>): Bool {
    return this.eq(other).not();
  }
  lt(other: Or<Self>): Bool {
    return truth(operate(this.lessThan, [this.node, this.lift(other)]));
  }
  gt(other: Or<Self>): Bool {
    return truth(operate(this.lessThan, [this.lift(other), this.node]));
  }
  le(other: Or<Self>): Bool {
    return this.gt(other).not();
  }
  ge(other: Or<Self>): Bool {
    return this.lt(other).not();
  }

  protected same(operation: OperationName, other: Or<Self>): Self {
    return wrap(this.type, operate(operation, [this.node, this.lift(other)])) as unknown as Self;
  }

  protected lift(other: Or<Self>): Node {
    return other instanceof Signal ? other.node : literal(this.type, other).node;
  }
}

/** What integers, signed or not, can do. Results grow so that nothing is lost, unless the name says so. */
abstract class Integer<K extends "uint" | "sint", Self extends Signal<K>> extends Same<K, Self> {
  /** Exactly: one bit wider than the wider operand. */
  add(other: Or<Self>): Self {
    const node = this.lift(other);
    const width = Math.max(this.width, node.width) + 1;
    return this.make(operate("add", [this.grow(this.node, width), this.grow(node, width)]));
  }
  /** The difference, exactly: signed, and one bit wider than the wider operand. */
  sub(other: Or<Self>): SInt {
    const node = this.lift(other);
    const width = Math.max(this.width, node.width) + 1;
    return signed(operate("subtract", [this.grow(this.node, width), this.grow(node, width)]));
  }
  /** Modulo 2^width, of two signals of one width. */
  addWrap(other: Or<Self>): Self {
    return this.same("add", other);
  }
  /** Modulo 2^width, of two signals of one width. */
  subWrap(other: Or<Self>): Self {
    return this.same("subtract", other);
  }
  /** Exactly: as wide as both operands together. */
  mul(other: Or<Self>): Self {
    return this.make(operate(this.product, [this.node, this.lift(other)]));
  }
  /** Times 2^by, exactly: `by` bits wider. */
  shiftLeft(by: number): Self {
    return by === 0
      ? this.make(this.node)
      : this.make(operate("concat", [this.node, constant(by, 0n)]));
  }
  /** Times 2^by, exactly: 2^(width of by) − 1 bits wider. */
  shiftLeftBy(by: UInt): Self {
    const grown = this.grow(this.node, this.width + 2 ** by.width - 1);
    return this.make(operate("shiftLeft", [grown, by.node]));
  }
  /** Divided by 2^by, rounded down: `by` bits narrower, at least 1 bit. */
  shiftRight(by: number): Self {
    const low = Math.min(by, this.width - 1);
    const kept = by < this.width || this.type.kind === "sint";
    return this.make(kept ? slice(this.node, this.width - 1, low) : constant(1, 0n));
  }
  /** Divided by 2^by, rounded down; the width stays. */
  shiftRightBy(by: UInt): Self {
    return this.make(operate(this.rightShift, [this.node, by.node]));
  }
  /** The same value in `width` bits, at least as many as now. */
  extend(width: number): Self {
    return this.make(this.grow(this.node, width));
  }
  /** The low `width` bits; what stood above them is dropped. */
  truncate(width: number): Self {
    return this.make(slice(this.node, width - 1, 0));
  }

  protected abstract readonly product: OperationName;
  protected abstract readonly rightShift: OperationName;
  protected abstract grow(node: Node, width: number): Node;
  protected abstract make(node: Node): Self;
}

export class UInt extends Integer<"uint", UInt> {
  protected readonly lessThan = "lessUnsigned";
  protected readonly product = "multiplyUnsigned";
  protected readonly rightShift = "shiftRight";
  protected grow = zeroExtend;
  protected make = unsigned;

  /** The same value as a signed integer, one bit wider. */
  toSInt(): SInt {
    return signed(zeroExtend(this.node, this.width + 1));
  }
  andReduce(): Bool {
    return truth(operate("reduceAnd", [this.node]));
  }
  orReduce(): Bool {
    return truth(operate("reduceOr", [this.node]));
  }
  xorReduce(): Bool {
    return truth(operate("reduceXor", [this.node]));
  }
}

export class SInt extends Integer<"sint", SInt> {
  protected readonly lessThan = "lessSigned";
  protected readonly product = "multiplySigned";
  protected readonly rightShift = "shiftRightSigned";
  protected grow = signExtend;
  protected make = signed;

  /** −x, exactly: one bit wider. */
  negate(): SInt {
    return literal(sint(1), 0).sub(this);
  }
  isNegative(): Bool {
    return this.bit(this.width - 1);
  }
}

export class Bool extends Same<"bool", Bool> {
  protected readonly lessThan = "lessUnsigned";

  /** The bit repeated `times` times. */
  replicate(times: number): UInt {
    return unsigned(operate("concat", Array<Node>(times).fill(this.node)));
  }
}

/** A signal that can be driven: an output port, a wire or a register's next state. */
export type Target<S extends Signal> = S & {
  /** Drives it. Once per scope; inside `when`, where its condition holds. */
  set(value: S extends Bool ? S | boolean : S | number | bigint): void;
};

const unsigned = (node: Node): UInt => new UInt(uint(node.width), node);
const signed = (node: Node): SInt => new SInt(sint(node.width), node);
const truth = (node: Node): Bool => new Bool(bool(), node);

/** The signal of a type on a node. */
export function wrap<T extends HardwareType>(type: T, node: Node): SignalOf<T> {
  const signal =
    type.kind === "uint" ? unsigned(node) : type.kind === "sint" ? signed(node) : truth(node);
  return signal as SignalOf<T>;
}

/** A literal of a type. @throws CircuitError when the value does not fit. */
export const literal = <T extends HardwareType>(
  type: T,
  value: number | bigint | boolean,
): SignalOf<T> => wrap(type, constant(type.width, toBits(type, value)));

/** `condition ? whenTrue : whenFalse`; both branches have one type and width. */
export function mux<S extends Signal>(condition: Bool, whenTrue: S, whenFalse: NoInfer<S>): S {
  return wrap(
    whenTrue.type,
    operate("mux", [condition.node, whenTrue.node, whenFalse.node]),
  ) as unknown as S;
}

/** Bits side by side, the first the most significant. */
export const concat = (...parts: readonly [Signal, ...Signal[]]): UInt =>
  unsigned(
    operate(
      "concat",
      parts.map((part) => part.node),
    ),
  );

/** A value for a target: a signal of exactly its type, or a number that fits. @throws CircuitError */
export function operandNode(type: HardwareType, value: unknown, target: string): Node {
  if (value instanceof Signal) {
    if (value.type.kind !== type.kind || value.width !== type.width) {
      throw new CircuitError(
        `\`${target}\` is ${typeName(type)} but ${describe(value.node)} is ${typeName(value.type)}; ` +
          "extend, truncate, asUInt and asSInt convert",
        Location.capture(),
      );
    }
    return value.node;
  }
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return literal(type, value).node;
  }
  throw new CircuitError(
    `\`${target}\` needs a signal or a number, not ${typeof value}`,
    Location.capture(),
  );
}
