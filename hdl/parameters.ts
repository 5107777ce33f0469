import { CircuitError } from "@chisel-ts/core";
import { type Format, formats } from "./format.ts";

/** How wide the signed activations are. */
export type Activation = "int8" | "int16";

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
  /** Registers between the inputs and the accumulator. */
  readonly pipeline: number;
  /** Products that are added in one cycle. */
  readonly lanes: number;
  /** Rows of an array: terms of its dot products. */
  readonly rows: number;
  /** Columns of an array: dot products it takes at once. */
  readonly columns: number;
}

export type ParameterName = keyof CircuitParameters;

interface ParameterRow<T> {
  readonly default: T;
  readonly description: string;
  /** What is accepted, for messages and lists. */
  readonly accepts: string;
  /** The value a text stands for; `undefined` when it is not accepted. */
  parse(text: string): T | undefined;
}

const choice = <T extends string>(
  values: readonly [T, ...T[]],
  description: string,
): ParameterRow<T> => ({
  default: values[0],
  description,
  accepts: values.join(", ").replace(/, (?=[^,]*$)/, " or "),
  parse: (text) => values.find((value) => value === text),
});

const wholeNumber =
  (least: number, greatest: number) =>
  (text: string): number | undefined => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= greatest ? value : undefined;
  };

/** Bits of the widest accumulator. */
const mostAccumulatorBits = 64;

const accumulatorWidth = wholeNumber(8, mostAccumulatorBits);

/** The parameters, their defaults and what they accept: one table for TypeScript and the command line. */
export const parameters: { readonly [N in ParameterName]: ParameterRow<CircuitParameters[N]> } = {
  format: choice(["rf8", "int8", "e4m3", "e5m2"], "how the weights are coded"),
  activation: choice(["int8", "int16"], "signed activation width"),
  accumulator: {
    default: "exact",
    description: "accumulator width in bits, or exact for the given terms",
    accepts: `exact or a width from 8 to ${mostAccumulatorBits}`,
    parse: (text) => (text === "exact" ? "exact" : accumulatorWidth(text)),
  },
  terms: {
    default: 4096,
    description: "terms that the exact accumulator can never overflow in",
    accepts: "a whole number from 1 to 16777216",
    parse: wholeNumber(1, 2 ** 24),
  },
  overflow: choice(["wrap", "saturate"], "what a sum does that leaves the accumulator"),
  pipeline: {
    default: 0,
    description: "pipeline registers before the accumulator",
    accepts: "0, 1, 2 or 3",
    parse: wholeNumber(0, 3),
  },
  lanes: {
    default: 16,
    description: "products that are added in one cycle",
    accepts: "a whole number from 1 to 64",
    parse: wholeNumber(1, 64),
  },
  rows: {
    default: 8,
    description: "rows of the array: terms of its dot products",
    accepts: "a whole number from 1 to 64",
    parse: wholeNumber(1, 64),
  },
  columns: {
    default: 8,
    description: "columns of the array: dot products at once",
    accepts: "a whole number from 1 to 64",
    parse: wholeNumber(1, 64),
  },
};

/**
 * The given parameters, checked, with defaults for the others.
 *
 * @throws CircuitError naming the parameter, its value and what it accepts.
 */
export function complete<N extends ParameterName>(
  names: readonly N[],
  given: Partial<Pick<CircuitParameters, N>>,
): Pick<CircuitParameters, N> {
  const entries = names.map((name) => {
    const value = given[name] ?? parameters[name].default;
    if (parameters[name].parse(String(value)) === undefined) {
      throw new CircuitError(`${name} is ${value}; it must be ${parameters[name].accepts}`);
    }
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as Pick<CircuitParameters, N>;
}

export const activationBits = (activation: Activation): number => (activation === "int8" ? 8 : 16);

/** The greatest |W·x|: that of the greatest |W| and the least activation. */
const greatestProduct = (activation: Activation, format: Format): bigint =>
  BigInt(formats[format].greatest) << BigInt(activationBits(activation) - 1);

/** The least two's complement width of everything up to a positive integer. */
const signedBits = (greatest: bigint): number => 1 + greatest.toString(2).length;

/** Bits of W(w)·x: for RF8, |W| ≤ 1.5·2^19, 20 beside the activation's. */
export const productBits = (activation: Activation, format: Format = "rf8"): number =>
  sumBits(activation, format, 1);

/** Bits of a sum of so many products. */
export const sumBits = (activation: Activation, format: Format, count: number): number =>
  signedBits(greatestProduct(activation, format) * BigInt(count));

/**
 * The accumulator's width: as asked, or the least that `terms` products cannot leave; taken on bigints,
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
  const greatest = greatestProduct(activation, format);
  const width = signedBits(greatest * BigInt(terms));
  if (width > mostAccumulatorBits) {
    const most = (2n ** BigInt(mostAccumulatorBits - 1) - 1n) / greatest;
    throw new CircuitError(
      `an exact accumulator of ${terms} terms of ${format} times ${activation} is ${width} bits wide; ` +
        `it must be at most ${mostAccumulatorBits}: at most ${most} terms, or an accumulator of a given width`,
    );
  }
  return width;
}
