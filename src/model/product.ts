import { type Columns, columnFor, inputColumn, setElement } from "./columns.ts";
import { INTEGER_VALUES, isNaNCode } from "./integer-value.ts";
import { activationWidth, type ModelParameters, productWidth } from "./parameters.ts";
import type { Reference } from "./reference.ts";

/** Per cycle: W·x as a double, and whether the weight is NaN (1) or not (0). */
export interface Products {
  readonly product: Float64Array;
  readonly invalid: Float64Array;
}

/**
 * The products of the stimulus's weight (8 bits) and activation (X bits, signed) columns.
 * Doubles are exact: |W·x| ≤ 1.5·2^34 < 2^53.
 */
export function products(
  parameters: Pick<ModelParameters, "activation">,
  stimulus: Columns,
  cycles: number,
): Products {
  const activationShape = { signed: true, width: activationWidth(parameters) };
  const weight = inputColumn(stimulus, "weight", { signed: false, width: 8 }, cycles);
  const activation = inputColumn(stimulus, "activation", activationShape, cycles);
  return {
    product: activation.map((x, cycle) => (INTEGER_VALUES[weight[cycle] as number] as number) * x),
    invalid: weight.map((code) => Number(isNaNCode(code))),
  };
}

/**
 * W·x (combinational).
 *
 * Inputs: weight (8 bits), activation (X bits, signed). Outputs: product (20 + X bits, signed;
 * 0 for NaN), invalid (the weight is NaN).
 */
export function productReference(parameters: Pick<ModelParameters, "activation">): Reference {
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
  parameters: Pick<ModelParameters, "activation">,
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
