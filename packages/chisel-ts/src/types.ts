import { CircuitError } from "./errors.ts";
import type { Bool, SInt, UInt } from "./signal.ts";

/** What a signal carries. `Bool` is one bit; widths are in bits, 1 or more. */
export interface HardwareType<K extends Kind = Kind> {
  readonly kind: K;
  readonly width: number;
}

export type Kind = "uint" | "sint" | "bool";
export type SignalOf<T extends HardwareType> =
  T extends HardwareType<infer K> ? SignalOfKind<K> : never;
export type SignalOfKind<K extends Kind> = { uint: UInt; sint: SInt; bool: Bool }[K];

const type = <K extends Kind>(kind: K, width: number): HardwareType<K> => {
  if (!Number.isInteger(width) || width < 1) {
    throw new CircuitError(`a width must be a whole number of bits, 1 or more; this is ${width}`);
  }
  return Object.freeze({ kind, width });
};

const boolType = type("bool", 1);

/** An unsigned integer of `width` bits. */
export const uint = (width: number): HardwareType<"uint"> => type("uint", width);
/** A two's complement integer of `width` bits. */
export const sint = (width: number): HardwareType<"sint"> => type("sint", width);
/** One bit that is true or false. */
export const bool = (): HardwareType<"bool"> => boolType;

/** `UInt 8`, `SInt 40`, `Bool`: how messages and comments name a type. */
export const typeName = ({ kind, width }: HardwareType): string =>
  kind === "bool" ? "Bool" : `${kind === "uint" ? "UInt" : "SInt"} ${width}`;

/** The least and greatest integer of a type. */
export const rangeOf = ({ kind, width }: HardwareType): { least: bigint; greatest: bigint } =>
  kind === "sint"
    ? { least: -(1n << BigInt(width - 1)), greatest: (1n << BigInt(width - 1)) - 1n }
    : { least: 0n, greatest: (1n << BigInt(width)) - 1n };

/** An integer as the bit pattern of a type. @throws CircuitError when it is out of range. */
export function toBits(type: HardwareType, value: number | bigint | boolean): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new CircuitError(
      `${value} is not a whole number that fits a double exactly; write a bigint`,
    );
  }
  const integer = BigInt(value);
  const { least, greatest } = rangeOf(type);
  if (integer < least || integer > greatest) {
    throw new CircuitError(`${integer} does not fit ${typeName(type)} (${least} to ${greatest})`);
  }
  return BigInt.asUintN(type.width, integer);
}

/** A bit pattern as the integer of a type. */
export const fromBits = (type: HardwareType, bits: bigint): bigint =>
  type.kind === "sint" ? BigInt.asIntN(type.width, bits) : bits;
