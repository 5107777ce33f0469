import { type Columns, columnFor, inputColumn, setElement } from "./columns.ts";
import { accumulatorWidth, type ModelParameters, productWidth } from "./parameters.ts";
import type { Products } from "./product.ts";
import type { Reference } from "./reference.ts";

/** The parameters an accumulator has. */
export type AccumulatorParameters = Pick<
  ModelParameters,
  "format" | "activation" | "accumulator" | "terms" | "overflow"
> & {
  /** Products whose sum arrives at once; 1 where it is not given. */
  readonly lanes?: number;
};

/** What arrives at the accumulator in each cycle; enable, clear and invalid are 0 or 1. */
export interface Operands extends Products {
  readonly enable: Float64Array;
  readonly clear: Float64Array;
}

const BIT = { signed: false, width: 1 };

/** The stimulus's enable and clear columns. */
export function controls(stimulus: Columns, cycles: number): Pick<Operands, "enable" | "clear"> {
  return {
    enable: inputColumn(stimulus, "enable", BIT, cycles),
    clear: inputColumn(stimulus, "clear", BIT, cycles),
  };
}

/**
 * The accumulator's registers in each cycle, before that cycle's operands are added: sum (N bits,
 * signed), invalid and overflow (sticky until clear). bigint makes every sum exact at every N.
 */
export function accumulated(
  width: number,
  overflow: ModelParameters["overflow"],
  operands: Operands,
): Columns {
  const { enable, clear, product, invalid } = operands;
  const cycles = enable.length;
  const largest = (1n << BigInt(width - 1)) - 1n;
  const smallest = -largest - 1n;
  const sums = columnFor({ signed: true, width }, cycles);
  const invalids = new Uint8Array(cycles);
  const overflows = new Uint8Array(cycles);

  let state = { sum: 0n, invalid: 0, overflow: 0 };
  for (let cycle = 0; cycle < cycles; cycle++) {
    setElement(sums, cycle, state.sum);
    invalids[cycle] = state.invalid;
    overflows[cycle] = state.overflow;
    if (enable[cycle] === 0) continue;

    const start = clear[cycle] === 0 ? state : { sum: 0n, invalid: 0, overflow: 0 };
    const exact = start.sum + BigInt(product[cycle] as number);
    const fits = exact >= smallest && exact <= largest;
    const limit = exact < 0n ? smallest : largest;
    const misfit = overflow === "saturate" ? limit : BigInt.asIntN(width, exact);
    state = {
      sum: fits ? exact : misfit,
      invalid: start.invalid | (invalid[cycle] as number),
      overflow: fits ? start.overflow : 1,
    };
  }
  return { sum: sums, invalid: invalids, overflow: overflows };
}

/**
 * The accumulator: latency one cycle.
 *
 * Inputs: enable, clear, product (signed, as wide as the sum of `lanes` products), invalid_product. Outputs: sum (N bits,
 * signed), invalid, overflow. `product` is added as it stands: the product circuit gives 0 for NaN.
 *
 * @throws RangeError when N or K is not a positive integer.
 */
export function accumulateReference(parameters: AccumulatorParameters): Reference {
  const productShape = { signed: true, width: productWidth(parameters, parameters.lanes) };
  const width = accumulatorWidth(parameters);
  return (stimulus, cycles) =>
    accumulated(width, parameters.overflow, {
      ...controls(stimulus, cycles),
      product: inputColumn(stimulus, "product", productShape, cycles),
      invalid: inputColumn(stimulus, "invalid_product", BIT, cycles),
    });
}
