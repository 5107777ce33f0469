import { CircuitError, type HardwareType, sint, uint } from "@chisel-ts/core";
import { type Adder, adders } from "./arithmetic/adder/adders.ts";
import { type Multiplier, multipliers } from "./arithmetic/multiplier.ts";
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

const addersBeside = (Object.keys(adders) as Adder[]).filter((name) => name !== "operator");

/** Bits of the widest accumulator. */
const mostAccumulatorBits = 64;

const accumulatorWidth = wholeNumber(8, mostAccumulatorBits);

/** The parameters, their defaults and what they accept: one table for TypeScript and the command line. */
export const parameters: { readonly [N in ParameterName]: ParameterRow<CircuitParameters[N]> } = {
  format: choice(["rf8", "int8", "e4m3", "e5m2"], "how the weights are coded"),
  activation: choice(["int8", "int16", "e4m3"], "what activations are (e4m3: with E4M3 weights)"),
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
  multiplier: choice(
    ["operator", ...(Object.keys(multipliers) as Multiplier[])],
    "how a multiplication is written (not RF8's)",
  ),
  adder: choice(["operator", ...addersBeside], "how additions are written"),
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

/** Some of the parameters of some names, as they are asked for: not checked yet. */
export type Given<N extends ParameterName> = Partial<Pick<CircuitParameters, N>>;

/** Parameters of a circuit with all of some names; without a format, its activations are integers. */
export type Completed<N extends ParameterName> = "format" extends N
  ? Pick<CircuitParameters, N>
  : Omit<Pick<CircuitParameters, N>, "activation"> &
      ("activation" extends N ? { readonly activation: IntegerActivation } : unknown);

/**
 * Refuses parameters that a circuit does not have, which the type checker does not see in JavaScript and JSON.
 *
 * @throws CircuitError naming the parameter and those that there are.
 */
export function checkNames(names: readonly string[], given: unknown): void {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new CircuitError(
      `the parameters of a circuit are an object such as { ${names[0] ?? ""} }, not ${JSON.stringify(given)}`,
    );
  const unknown = Object.entries(given)
    .filter(([name, value]) => value !== undefined && !names.includes(name))
    .map(([name]) => name);
  if (unknown.length === 0) return;
  throw new CircuitError(
    `there is no parameter ${unknown.join(", ")}; this circuit has ${names.join(", ") || "none"}`,
  );
}

/** Those of a circuit's parameters that a part of it has. */
export const only = <T extends object, N extends keyof T>(
  names: readonly N[],
  parameters: T,
): Pick<T, N> => Object.fromEntries(names.map((name) => [name, parameters[name]])) as Pick<T, N>;

/**
 * The given parameters, checked, with defaults for the others.
 *
 * @throws CircuitError naming the parameter, its value and what it accepts.
 */
export function complete<N extends ParameterName>(
  names: readonly N[],
  given: Given<N>,
): Completed<N> {
  checkNames(names, given);
  const entries = names.map((name) => {
    const { [name]: value = parameters[name].default } = given;
    const parsed = parameters[name].parse(String(value));
    if (parsed !== value) {
      // A text that would do as a number is shown as the text that it is.
      const asText = parsed !== undefined && typeof value === "string";
      const shown = asText ? JSON.stringify(value) : String(value);
      throw new CircuitError(`${name} is ${shown}; it must be ${parameters[name].accepts}`);
    }
    return [name, value] as const;
  });
  const all: Partial<CircuitParameters> = Object.fromEntries(entries);
  if (all.activation === "e4m3" && all.format !== "e4m3") {
    throw new CircuitError(
      "activation is e4m3; it must be int8 or int16, or the weights must be E4M3 too (format e4m3)",
    );
  }
  return all as Completed<N>;
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

/** The greatest |x|: of the least integer, or of an E4M3 code in units of the least. */
const greatestActivation = (activation: Activation): bigint =>
  activation === "e4m3"
    ? BigInt(formats.e4m3.greatest)
    : 1n << BigInt(activationBits(activation) - 1);

/** The greatest |W·x|. */
const greatestProduct = (activation: Activation, format: Format): bigint =>
  BigInt(formats[format].greatest) * greatestActivation(activation);

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
