import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import { needed } from "./needed.ts";

/** What a signal carries. `Bool` is one bit; widths are in bits, 1 or more. */
export interface HardwareType<K extends Kind = Kind> {
  readonly kind: K;
  readonly width: number;
}

export type Kind = "uint" | "sint" | "bool";
/** Bits of the widest signal. */
export const widest = 2 ** 20;

const type = <K extends Kind>(kind: K, width: number): HardwareType<K> => {
  if (!Number.isInteger(width) || width < 1 || width > widest) {
    throw new CircuitError(
      `${kind}(${String(width)}): a width is a whole number of bits from 1 to ${widest}`,
      Location.capture(),
    );
  }
  return Object.freeze({ kind, width });
};

const boolType = type("bool", 1);

/**
 * An unsigned integer of `width` bits.
 *
 * @example
 * console.log(`${uint(8).kind} ${uint(8).width}`); // uint 8
 */
export const uint = (width: number): HardwareType<"uint"> => type("uint", width);
/**
 * A two's complement integer of `width` bits.
 *
 * @example
 * console.log(`${sint(40).kind} ${sint(40).width}`); // sint 40
 */
export const sint = (width: number): HardwareType<"sint"> => type("sint", width);
/**
 * One bit that is true or false.
 *
 * @example
 * console.log(bool().width); // 1
 */
export const bool = (): HardwareType<"bool"> => boolType;

/** @throws CircuitError for what is no type, as JavaScript lets it stand there. */
export function checkType(given: unknown): asserts given is HardwareType {
  const { kind, width } = Object(given) as Partial<HardwareType>;
  if ((kind === "uint" || kind === "sint" || kind === "bool") && typeof width === "number") return;
  throw needed("a type", given, "uint(8), sint(8) and bool() are types");
}

/**
 * `UInt 8`, `SInt 40`, `Bool`: how messages and comments name a type.
 *
 * @example
 * console.log(typeName(sint(40))); // SInt 40
 */
export function typeName(type: HardwareType): string {
  checkType(type);
  const { kind, width } = type;
  return kind === "bool" ? "Bool" : `${kind === "uint" ? "UInt" : "SInt"} ${width}`;
}

/**
 * The minimum and maximum integer of a type.
 *
 * @example
 * const { minimum, maximum } = rangeOf(sint(8));
 * console.log(`${minimum} ${maximum}`); // -128 127
 */
export function rangeOf(type: HardwareType): { minimum: bigint; maximum: bigint } {
  checkType(type);
  const { kind, width } = type;
  return kind === "sint"
    ? { minimum: -(1n << BigInt(width - 1)), maximum: (1n << BigInt(width - 1)) - 1n }
    : { minimum: 0n, maximum: (1n << BigInt(width)) - 1n };
}

/**
 * An integer as the bit pattern of a type.
 *
 * @param target what the value is for, and `location` where: both reach the message.
 * @throws CircuitError when it is no integer or out of range.
 *
 * @example
 * console.log(toBits(sint(4), -1)); // 15
 */
export function toBits(
  type: HardwareType,
  value: number | bigint | boolean,
  target?: string,
  location?: Location,
): bigint {
  checkType(type);
  const whose = `${target === undefined ? "" : `${target}, `}${typeName(type)}`;
  const fail = (why: string): never => {
    throw new CircuitError(why, location);
  };
  if (typeof value === "boolean" && type.width > 1) fail(`${value} does not fit ${whose}`);
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    const isWhole = Number.isInteger(value);
    fail(
      `${value} does not fit ${whose}: it is not ` +
        (isWhole ? "exact as a double; write a bigint" : "a whole number"),
    );
  }
  if (!["number", "bigint", "boolean"].includes(typeof value)) {
    fail(`${whose} needs a number, not ${value === null ? "null" : typeof value}`);
  }
  const integer = BigInt(value);
  const { minimum, maximum } = rangeOf(type);
  if (integer < minimum || integer > maximum) {
    const needs =
      type.kind !== "sint" && integer < 0n
        ? "it is negative"
        : `it needs ${bitsOf(type, integer)} bits`;
    fail(
      `${shown(integer)} does not fit ${whose} (${shown(minimum)} to ${shown(maximum)}): ${needs}`,
    );
  }
  return BigInt.asUintN(type.width, integer);
}

/** Bits of the narrowest type of this kind that holds an integer. */
const bitsOf = ({ kind }: HardwareType, value: bigint): number =>
  (value < 0n ? ~value : value).toString(2).length + (kind === "sint" ? 1 : 0);

/** An integer as a message shows it: one of hundreds of digits by its place between powers of two. */
function shown(value: bigint): string {
  const digits = value.toString();
  if (digits.length <= 24) return digits;
  const bits = bitsOf(uint(1), value);
  if (value === -(1n << BigInt(bits))) return `-2^${bits}`;
  if (value + 1n === 1n << BigInt(bits)) return `2^${bits} - 1`;
  return `a number of ${bits} bits`;
}

/**
 * A bit pattern as the integer of a type.
 *
 * @example
 * console.log(fromBits(sint(4), 0b1111n)); // -1
 */
export function fromBits(type: HardwareType, bits: bigint): bigint {
  checkType(type);
  if (typeof bits !== "bigint") throw needed("a bit pattern", bits, "fromBits(sint(4), 15n)");
  return type.kind === "sint" ? BigInt.asIntN(type.width, bits) : bits;
}
