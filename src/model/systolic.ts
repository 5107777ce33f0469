import { type Column, type Columns, columnFor, inputColumn, setElement } from "./columns.ts";
import { INTEGER_VALUES, isNaNCode } from "./integer-value.ts";
import {
  accumulatorWidth,
  activationWidth,
  arrayShape,
  type ModelParameters,
} from "./parameters.ts";
import type { Reference } from "./reference.ts";

/** The registers of one processing element; invalid is 0 or 1. */
interface Element {
  readonly weight: number;
  readonly activation: number;
  readonly partial: number;
  readonly invalid: number;
}

/** What enters the array in one cycle: a code above every column, an activation left of every row. */
interface Inputs {
  readonly load: boolean;
  readonly codes: readonly number[];
  readonly activations: readonly number[];
}

const RESET: Element = { weight: 0, activation: 0, partial: 0, invalid: 0 };
const BIT = { signed: false, width: 1 };
const CODE = { signed: false, width: 8 };

/** The array after an enabled edge: each element takes from above and from the left. */
function after(array: readonly Element[][], { load, codes, activations }: Inputs): Element[][] {
  return array.map((row, r) =>
    row.map(({ weight }, c) => {
      const above = r === 0 ? { ...RESET, weight: codes[c] } : array[r - 1]?.[c];
      const activation = c === 0 ? activations[r] : row[c - 1]?.activation;
      if (above?.weight === undefined || activation === undefined) {
        throw new RangeError(`nothing enters row ${r}, column ${c}`);
      }
      return {
        weight: load ? above.weight : weight,
        activation,
        partial: above.partial + (INTEGER_VALUES[weight] as number) * activation,
        invalid: above.invalid | Number(isNaNCode(weight)),
      };
    }),
  );
}

const each = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));

const byName = (prefix: string, columns: readonly Column[]): Columns =>
  Object.fromEntries(columns.map((column, index) => [`${prefix}${index}`, column]));

/**
 * The weight-stationary array of R rows and C columns, element by element and cycle by cycle.
 *
 * Inputs: enable, load, weight_0 … (8 bits), activation_0 … (X bits, signed). Outputs: sum_0 …
 * (signed, exact for R products), invalid_0 …: the registers of the bottom row.
 *
 * Doubles are exact: |sum| ≤ R · 1.5·2^34, below 2^53 for every R < 2^18.
 *
 * @throws RangeError when R or C is not a positive integer.
 */
export function systolicReference(
  parameters: Pick<ModelParameters, "activation" | "rows" | "columns">,
): Reference {
  const { activation } = parameters;
  const { rows, columns } = arrayShape(parameters);
  const activationShape = { signed: true, width: activationWidth(parameters) };
  const width = accumulatorWidth({ format: "rf8", activation, accumulator: "exact", terms: rows });

  return (stimulus, cycles) => {
    const enable = inputColumn(stimulus, "enable", BIT, cycles);
    const load = inputColumn(stimulus, "load", BIT, cycles);
    const codes = each(columns, (c) => inputColumn(stimulus, `weight_${c}`, CODE, cycles));
    const activations = each(rows, (r) =>
      inputColumn(stimulus, `activation_${r}`, activationShape, cycles),
    );
    const sums = each(columns, () => columnFor({ signed: true, width }, cycles));
    const invalids = each(columns, () => new Uint8Array(cycles));

    let array = each(rows, () => each(columns, () => RESET));
    for (let cycle = 0; cycle < cycles; cycle++) {
      const bottom = array[rows - 1] as Element[];
      sums.forEach((sum, c) => {
        setElement(sum, cycle, (bottom[c] as Element).partial);
      });
      invalids.forEach((invalid, c) => {
        invalid[cycle] = (bottom[c] as Element).invalid;
      });
      if (enable[cycle] === 0) continue;
      array = after(array, {
        load: load[cycle] === 1,
        codes: codes.map((column) => column[cycle] as number),
        activations: activations.map((column) => column[cycle] as number),
      });
    }
    return { ...byName("sum_", sums), ...byName("invalid_", invalids) };
  };
}
