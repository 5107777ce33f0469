import { CircuitError, type HardwareType, sint, uint } from "@chisel-ts/core";
import { type Adder, adders } from "./arithmetic/adder/adders.ts";
import { type Multiplier, multipliers } from "./arithmetic/multiplier.ts";
import type { Parameter } from "./circuit.ts";
import { type Format, formats } from "./format.ts";

/** What activations are: signed integers so wide. */
export type IntegerActivation = "int8" | "int16";

/** With E4M3 weights, activations can be E4M3 as well. */
export type Activation = IntegerActivation | "e4m3";

/** What happens to a sum that leaves the accumulator; either way `overflow` is raised. */
export type Overflow = "wrap" | "saturate";

/** Every parameter that a circuit can have; each circuit takes some of them. */
export interface CircuitParameters {
  /** How the weights are coded. */
  readonly format: Format;
  readonly activation: Activation;
  /** `exact`: wide enough that `terms` products never overflow; or a width in bits. */
  readonly accumulator: "exact" | number;
  /** Terms of a dot product that an exact accumulator holds. */
  readonly terms: number;
  readonly overflow: Overflow;
  /** How a multiplication of INT8 or of a floating format's significand is written; `operator` is Verilog's. */
  readonly multiplier: "operator" | Multiplier;
  /** How additions are written; `operator` is Verilog's `+`. */
  readonly adder: Adder;
  /** Registers between the inputs and the accumulator. */
  readonly pipeline: number;
  /** Products that are added in one cycle. */
  readonly lanes: number;
  /** Rows of an array: terms of its dot products. */
  readonly rows: number;
  /** Columns of an array: dot products it takes at once. */
  readonly columns: number;
  /** Bits of a weight in memory: 8, or 4 to 7 for indexes of a palette. */
  readonly bits: number;
  /** The palette: hard-wired codes, two hexadecimal digits each, or `stream`, which each job brings. */
  readonly palette: string;
}

const listed = (values: readonly (string | number)[]): string =>
  values.join(", ").replace(/, (?=[^,]*$)/, " or ");

/** One of some words, the first by default. */
export const choice = <const T extends string>(
  values: readonly [T, ...T[]],
  description: string,
): Parameter<T, T> => ({
  default: values[0],
  description,
  accepts: listed(values),
  parse: (text) => values.find((value) => value === text),
});

/** One of some numbers. */
export const oneOf = (
  values: readonly number[],
  standard: number,
  description: string,
): Parameter<number, number> => ({
  default: standard,
  description,
  accepts: listed(values),
  parse: (text) => values.find((value) => String(value) === text),
});

const wholeNumber =
  (minimum: number, maximum: number) =>
  (text: string): number | undefined => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= minimum && value <= maximum ? value : undefined;
  };

const count = (
  maximum: number,
  standard: number,
  description: string,
): Parameter<number, number> => ({
  default: standard,
  description,
  accepts: `a whole number from 1 to ${maximum}`,
  parse: wholeNumber(1, maximum),
});

/** A number that follows from the circuit around: it has no default, or that of an example. */
export const size = <D extends number | undefined = undefined>(
  description: string,
  ...[example]: D extends number ? [example: D] : []
): Parameter<number, D> => ({
  default: example as D,
  description,
  accepts: "a whole number of 1 or more",
  parse: wholeNumber(1, 999_999_999),
});

/** Bits of the widest accumulator. */
const maxAccumulatorBits = 64;

const accumulatorWidth = wholeNumber(8, maxAccumulatorBits);

const otherAdders = (Object.keys(adders) as Adder[]).filter((name) => name !== "operator");

/** The parameters that circuits are made of, for TypeScript and the command line. */
export const parameters = {
  format: choice(["rf8", "int8", "e4m3", "e5m2"], "how the weights are coded"),
  activation: choice(["int8", "int16", "e4m3"], "what activations are (e4m3: with E4M3 weights)"),
  accumulator: {
    default: "exact",
    description: "accumulator width in bits, or exact for the given terms",
    accepts: `exact or a width from 8 to ${maxAccumulatorBits}`,
    parse: (text) => (text === "exact" ? "exact" : accumulatorWidth(text)),
  } as Parameter<CircuitParameters["accumulator"], "exact">,
  terms: count(2 ** 24, 4096, "terms that the exact accumulator can never overflow in"),
  overflow: choice(["wrap", "saturate"], "what happens to a sum that overflows the accumulator"),
  multiplier: {
    ...choice(
      ["operator", ...(Object.keys(multipliers) as Multiplier[])],
      "how a multiplication is written (not RF8's)",
    ),
    quiet: true,
  },
  adder: { ...choice(["operator", ...otherAdders], "how additions are written"), quiet: true },
  pipeline: {
    ...count(3, 0, "pipeline registers before the accumulator"),
    accepts: "0, 1, 2 or 3",
    parse: wholeNumber(0, 3),
  },
  lanes: count(64, 16, "products that are added in one cycle"),
  rows: count(64, 8, "rows of the array: terms of its dot products"),
  columns: count(64, 8, "columns of the array: dot products at once"),
  bits: {
    default: 8,
    description: "bits of a weight in memory; fewer than 8: indexes of a palette of RF8 codes",
    accepts: "a whole number from 4 to 8",
    quiet: true,
    parse: wholeNumber(4, 8),
  } as Parameter<number, 8>,
  palette: {
    default: "stream",
    description: "the palette: stream, where each job brings its own, or hard-wired codes",
    accepts: "stream, or RF8 codes of two hexadecimal digits each",
    quiet: true,
    parse: (text) => (/^(stream|([0-9a-f]{2})+)$/.test(text) ? text : undefined),
  } as Parameter<string, "stream">,
} satisfies { readonly [N in ParameterName]: Parameter<CircuitParameters[N]> };

/** Of circuits whose weights are RF8. */
export const integerActivation = choice(["int8", "int16"], "what activations are");

export type ParameterName = keyof CircuitParameters;

/** @throws CircuitError for E4M3 activations with other weights. */
export function checkOperands({
  format,
  activation,
}: Pick<CircuitParameters, "format" | "activation">): void {
  if (activation !== "e4m3" || format === "e4m3") return;
  throw new CircuitError(
    "activation is e4m3; it must be int8 or int16, or the weights must be E4M3 too (format e4m3)",
  );
}

export const activationBits = (activation: Activation): number => (activation === "int16" ? 16 : 8);

/** Of a port: a two's complement integer, or a code. */
export const activationType = (
  activation: Activation,
): HardwareType<"sint"> | HardwareType<"uint"> =>
  activation === "e4m3" ? uint(8) : sint(activationBits(activation));

/** What a port of it is, in words. */
export const activationNote = (activation: Activation): string =>
  activation === "e4m3" ? "activation, E4M3 code" : "signed activation";

/** The maximum |x|: of the minimum integer, or of an E4M3 code in units of the smallest. */
const maxActivation = (activation: Activation): bigint =>
  activation === "e4m3"
    ? BigInt(formats.e4m3.maximum)
    : 1n << BigInt(activationBits(activation) - 1);

/** The maximum |W·x|. */
const maxProduct = (activation: Activation, format: Format): bigint =>
  BigInt(formats[format].maximum) * maxActivation(activation);

/** The minimum two's complement width of everything up to a positive integer. */
const signedBits = (magnitude: bigint): number => 1 + magnitude.toString(2).length;

/** Bits of W(w)·x: for RF8, |W| ≤ 1.5·2^19, 20 beside the activation's. */
export const productBits = (activation: Activation, format: Format = "rf8"): number =>
  sumBits(activation, format, 1);

/** Bits of a sum of so many products. */
export const sumBits = (activation: Activation, format: Format, count: number): number =>
  signedBits(maxProduct(activation, format) * BigInt(count));

/**
 * The accumulator's width: as given, or the minimum that `terms` products cannot overflow; computed on bigints,
 * because a sum can need more than 53 bits.
 *
 * @throws CircuitError when an exact accumulator would be wider than 64 bits.
 */
export function accumulatorBits({
  format = "rf8",
  activation,
  accumulator,
  terms,
}: Pick<CircuitParameters, "activation" | "accumulator" | "terms"> & {
  readonly format?: Format;
}): number {
  if (accumulator !== "exact") return accumulator;
  const product = maxProduct(activation, format);
  const width = signedBits(product * BigInt(terms));
  if (width > maxAccumulatorBits) {
    const limit = (2n ** BigInt(maxAccumulatorBits - 1) - 1n) / product;
    throw new CircuitError(
      `an exact accumulator of ${terms} terms of ${format} times ${activation} is ${width} bits wide; ` +
        `it must be at most ${maxAccumulatorBits}: at most ${limit} terms, or an accumulator of a given width`,
    );
  }
  return width;
}
