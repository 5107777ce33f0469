import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { literalNode } from "./literal-node.ts";
import { Location } from "./location.ts";
import { constant, describe, operate, signExtend, slice, zeroExtend } from "./operate.ts";
import type { OperationName } from "./operations.ts";
import { distanceOf } from "./shift-distance.ts";
import {
  bool,
  fromBits,
  type HardwareType,
  type Kind,
  sint,
  typeName,
  uint,
  widest,
} from "./types.ts";
import { whole } from "./whole.ts";

/** Bits of the widest result of `shiftLeftBy`: as many as IEEE 1364 asks of every tool. */
const widestShift = 2 ** 16;

/** A number where a signal is expected takes the type of the signal it meets, and must fit it. */
type Or<S extends Signal> = S | number | bigint;

// Bits of every class are Bools and its neighbours UInts: in files of their own, the classes would import one another in a circle.

/**
 * A value on a wire: a node of the IR and how its bits are read.
 *
 * @example
 * const bits = module({ name: "bits", ports: { x: input(sint(8)), negative: output(bool()), code: output(uint(8)) } }, (io) => {
 *   io.negative.set(io.x.bit(7));
 *   io.code.set(io.x.asUInt());
 * });
 * const dut = engines.wasm.open(bits);
 * dut.in.x = -1n;
 * console.log(`${dut.out.negative} ${dut.out.code}`); // true 255
 */
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

  /** Bit `index`, 0 the least significant. @throws CircuitError when there is no such bit. */
  bit(index: number): Bool {
    whole(this.node, "bit", index, { minimum: 0, maximum: this.width - 1 });
    return new Bool(bool(), slice(this.node, index, index));
  }

  /**
   * Bits `high` down to `low`, both included: high − low + 1 bits.
   *
   * @throws CircuitError when there are no such bits.
   */
  bits(high: number, low: number): UInt {
    whole(this.node, "the high bit of bits", high, { minimum: 0, maximum: this.width - 1 });
    whole(this.node, "the low bit of bits", low, { minimum: 0, maximum: high });
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
  protected abstract make(node: Node): Self;

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
    return this.make(operate("not", [this.node]));
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
    return this.make(operate(operation, [this.node, this.lift(other)]));
  }

  protected lift(other: Or<Self>): Node {
    if (!(other instanceof Signal)) return literalNode(this.type, other, describe(this.node));
    if (other.type.kind === this.type.kind) return other.node;
    throw new CircuitError(
      `${described(this)} does not go with ${described(other)}; asUInt, asSInt and bit convert`,
      Location.capture(),
    );
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
  /** Times 2^by, exactly: `by` bits wider. @throws CircuitError for no distance, or one too far. */
  shiftLeft(by: number): Self {
    whole(this.node, "the distance of shiftLeft", by, { minimum: 0, maximum: widest - this.width });
    return by === 0
      ? this.make(this.node)
      : this.make(operate("concat", [this.node, constant(by, 0n)]));
  }
  /**
   * Times 2^by, exactly: 2^(width of by) − 1 bits wider.
   *
   * @throws CircuitError when that is more than `widestShift` bits.
   */
  shiftLeftBy(by: UInt): Self {
    const distance = this.distance(by, "shiftLeftBy");
    const width = this.width + 2 ** by.width - 1;
    if (width > widestShift) {
      throw new CircuitError(
        `shiftLeftBy of ${describe(this.node)} by ${describe(by.node)} would be ` +
          `${this.width} + 2^${by.width} - 1 bits wide, and ${widestShift} are the most; truncate ` +
          "the distance, or keep the width with shiftLeftByWrap",
        Location.capture(),
      );
    }
    return this.make(operate("shiftLeft", [this.grow(this.node, width), distance]));
  }
  /** Times 2^by modulo 2^width: the width stays. @throws CircuitError for no distance. */
  shiftLeftWrap(by: number): Self {
    whole(this.node, "the distance of shiftLeftWrap", by, {
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
    });
    if (by === 0) return this.make(this.node);
    if (by >= this.width) return this.make(constant(this.width, 0n));
    const kept = slice(this.node, this.width - 1 - by, 0);
    return this.make(operate("concat", [kept, constant(by, 0n)]));
  }
  /** Times 2^by modulo 2^width: the width stays. */
  shiftLeftByWrap(by: UInt): Self {
    const distance = this.distance(by, "shiftLeftByWrap");
    return this.make(operate("shiftLeft", [this.node, distance]));
  }
  /**
   * Divided by 2^by, rounded down: `by` bits narrower, at least 1 bit.
   *
   * @throws CircuitError for no distance.
   */
  shiftRight(by: number): Self {
    whole(this.node, "the distance of shiftRight", by, {
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
    });
    const low = Math.min(by, this.width - 1);
    const kept = by < this.width || this.type.kind === "sint";
    return this.make(kept ? slice(this.node, this.width - 1, low) : constant(1, 0n));
  }
  /** Divided by 2^by, rounded down; the width stays. */
  shiftRightBy(by: UInt): Self {
    const distance = this.distance(by, "shiftRightBy");
    return this.make(operate(this.rightShift, [this.node, distance]));
  }
  /** The same value in `width` bits. @throws CircuitError when those are fewer than now. */
  extend(width: number): Self {
    const remedy = width < this.width ? "; truncate says that bits are dropped" : "";
    whole(this.node, "the width of extend", width, {
      minimum: this.width,
      maximum: widest,
      remedy,
    });
    return this.make(this.grow(this.node, width));
  }
  /**
   * The low `width` bits; what stood above them is dropped.
   *
   * @throws CircuitError when those are more than now.
   */
  truncate(width: number): Self {
    const remedy = width > this.width ? "; extend makes it wider" : "";
    whole(this.node, "the width of truncate", width, { minimum: 1, maximum: this.width, remedy });
    return this.make(slice(this.node, width - 1, 0));
  }

  /** @throws CircuitError when it is no UInt. */
  private distance(by: UInt, what: string): Node {
    if (by instanceof UInt) return distanceOf(this.width, by.node);
    throw new CircuitError(
      `${what} of ${describe(this.node)} takes a UInt as its distance, not ${described(by)}; ` +
        `${what.replace("By", "")} takes a number`,
      Location.capture(),
    );
  }

  protected abstract readonly product: OperationName;
  protected abstract readonly rightShift: OperationName;
  protected abstract grow(node: Node, width: number): Node;
}

/**
 * An unsigned integer.
 *
 * @example
 * const low = module({ name: "low", ports: { x: input(uint(8)), y: output(uint(4)) } }, (io) => io.y.set(io.x.bits(3, 0)));
 * const dut = engines.wasm.open(low);
 * dut.in.x = 0x5an;
 * console.log(dut.out.y); // 10
 */
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

/**
 * A signed integer in two's complement.
 *
 * @example
 * const scaled = module({ name: "scaled", ports: { x: input(sint(8)), y: output(sint(10)) } }, (io) => io.y.set(io.x.shiftLeft(2)));
 * const dut = engines.wasm.open(scaled);
 * dut.in.x = -5n;
 * console.log(dut.out.y); // -20
 */
export class SInt extends Integer<"sint", SInt> {
  protected readonly lessThan = "lessSigned";
  protected readonly product = "multiplySigned";
  protected readonly rightShift = "shiftRightSigned";
  protected grow = signExtend;
  protected make = signed;

  /** −x, exactly: one bit wider. */
  negate(): SInt {
    return signed(constant(1, 0n)).sub(this);
  }
  isNegative(): Bool {
    return this.bit(this.width - 1);
  }
}

/**
 * One bit that is true or false.
 *
 * @example
 * const gate = module({ name: "gate", ports: { a: input(bool()), b: input(bool()), y: output(bool()) } }, (io) => {
 *   io.y.set(io.a.or(io.b).and(io.a.xor(io.b)));
 * });
 * const dut = engines.wasm.open(gate);
 * dut.in.a = true;
 * console.log(dut.out.y); // true
 */
export class Bool extends Same<"bool", Bool> {
  protected readonly lessThan = "lessUnsigned";
  protected make = truth;

  /** The bit repeated `times` times, 1 or more. @throws CircuitError for another number. */
  replicate(times: number): UInt {
    whole(this.node, "the number of times of replicate", times, { minimum: 1, maximum: widest });
    return unsigned(operate("concat", Array<Node>(times).fill(this.node)));
  }
}

const unsigned = (node: Node): UInt => new UInt(uint(node.width), node);
const signed = (node: Node): SInt => new SInt(sint(node.width), node);
const truth = (node: Node): Bool => new Bool(bool(), node);

/** A value as a message names it: a signal by its name, width and type. */
export const described = (value: unknown): string =>
  value instanceof Signal
    ? `${describe(value.node)} of type ${typeName(value.type)}`
    : typeof value === "object" || typeof value === "function"
      ? `${value === null ? "null" : `a ${typeof value}`}`
      : String(value);
