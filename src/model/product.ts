import { type Columns, columnFor, inputColumn, setElement } from "./columns.ts";
import { activationWidth, type ModelParameters, productWidth } from "./parameters.ts";
import type { Reference } from "./reference.ts";
import { INTEGER_WEIGHTS } from "./weight.ts";

/** Per cycle: W·x as a double, and whether an operand is no number (1) or both are numbers (0). */
export interface Products {
  readonly product: Float64Array;
  readonly invalid: Float64Array;
}

/**
 * The products of the stimulus's weight (8 bits) and activation (X bits, signed, or an E4M3 code) columns.
 * Doubles are exact: |W·x| < 2^47.
 *
 * @param suffix of the columns' names: `_3` for lane 3
 */
export function products(
  parameters: Pick<ModelParameters, "format" | "activation">,
  stimulus: Columns,
  cycles: number,
  suffix = "",
): Products {
  const isFloat = parameters.activation === "e4m3";
  const activationShape = { signed: !isFloat, width: activationWidth(parameters) };
  const weight = inputColumn(stimulus, `weight${suffix}`, { signed: false, width: 8 }, cycles);
  const activation = inputColumn(stimulus, `activation${suffix}`, activationShape, cycles);
  const integers = INTEGER_WEIGHTS[parameters.format];
  const exact = weight.map((code, cycle) => {
    const x = activation[cycle] as number;
    return (integers[code] as number) * (isFloat ? (INTEGER_WEIGHTS.e4m3[x] as number) : x);
  });
  return {
    product: exact.map((value) => value || 0),
    invalid: exact.map((value) => Number(Number.isNaN(value))),
  };
}

/**
 * W·x (combinational).
 *
 * Inputs: weight (8 bits), activation (X bits, signed). Outputs: product (signed, as wide as
 * the largest needs; 0 for what is no number), invalid (an operand is no number).
 */
export function productReference(
  parameters: Pick<ModelParameters, "format" | "activation">,
): Reference {
  return (stimulus, cycles) => {
    const { product, invalid } = products(parameters, stimulus, cycles);
    const output = columnFor({ signed: true, width: productWidth(parameters) }, cycles);
    product.forEach((value, cycle) => {
      setElement(output, cycle, value);
    });
    return { product: output, invalid: Uint8Array.from(invalid) };
  };
}

/** The product one cycle later; 0 in the first. */
export function registeredProductReference(
  parameters: Pick<ModelParameters, "format" | "activation">,
): Reference {
  const now = productReference(parameters);
  return (stimulus, cycles) => {
    const later = Object.entries(now(stimulus, cycles)).map(([name, column]) => {
      column.copyWithin(1, 0);
      setElement(column, 0, 0);
      return [name, column];
    });
    return Object.fromEntries(later);
  };
}
