import type { ModelTensor } from "../network/index.ts";
import type { Solvers } from "./decoder.ts";
import { Levels, type Rounding } from "./levels.ts";
import { rowScale } from "./row-scale.ts";
import { largest } from "./rows.ts";
import type { Method } from "./solver.ts";

/** The magnitudes of a small float: subnormals, then 2^exponentBits − 1 binades, as far as `count` codes. */
const floats = (mantissaBits: number, bias: number, count: number): Levels =>
  new Levels(
    Float64Array.from({ length: count }, (_, code) => {
      const [exponent, mantissa] = [code >> mantissaBits, code % 2 ** mantissaBits];
      return exponent === 0
        ? mantissa * 2 ** (1 - bias - mantissaBits)
        : (2 ** mantissaBits + mantissa) * 2 ** (exponent - bias - mantissaBits);
    }),
  );

const integers = (maximum: number): Levels =>
  new Levels(Float64Array.from({ length: maximum + 1 }, (_, i) => i));

/** What RF8 is compared with: its magnitudes, its bits a weight, and what shares a scale. */
export interface OtherFormat {
  readonly levels: Levels;
  /** Of a code, and of its share of a scale of its group. Scales of tensors and rows are left out. */
  readonly bits: number;
  /** Weights of a row that share a scale; null where a row or a tensor does. */
  readonly group: number | null;
  /** Scales are powers of two. */
  readonly power: boolean;
}

/** Float16 scales of INT4's groups, 8-bit exponents of MXFP4's (OCP Microscaling Formats 1.0). */
export const otherFormats = {
  INT8: { levels: integers(127), bits: 8, group: null, power: false },
  E4M3: { levels: floats(3, 7, 127), bits: 8, group: null, power: false },
  "INT4, groups of 32": { levels: integers(7), bits: 4.5, group: 32, power: false },
  "INT4, groups of 128": { levels: integers(7), bits: 4.125, group: 128, power: false },
  MXFP4: { levels: floats(1, 1, 8), bits: 4.25, group: 32, power: true },
} as const satisfies Record<string, OtherFormat>;

/** Shares of the largest weight that are tried as the largest number of a group. */
const CLIPS = Array.from({ length: 16 }, (_, i) => 1 - i / 32);

/** The numbers that the weights of a matrix may become: levels times a scale for each place. */
export class ScaledLevels implements Rounding {
  readonly #levels: Levels;
  readonly #columns: number;
  readonly #group: number;
  readonly #groups: number;
  /** One for each group of each row. */
  readonly #scales: Float64Array;

  /** @param scale of weights of one row that share one, with the column that they begin at */
  constructor(
    weights: Float64Array,
    columns: number,
    { levels, group }: Pick<OtherFormat, "levels" | "group">,
    scale: (weights: Float64Array, row: number, first: number) => number,
  ) {
    this.#levels = levels;
    this.#columns = columns;
    this.#group = group ?? columns;
    this.#groups = Math.ceil(columns / this.#group);
    this.#scales = new Float64Array((weights.length / columns) * this.#groups);
    this.#scales.forEach((_, i) => {
      const [row, first] = [Math.floor(i / this.#groups), (i % this.#groups) * this.#group];
      const end = Math.min(columns, first + this.#group);
      const some = weights.subarray(row * columns + first, row * columns + end);
      this.#scales[i] = scale(some, row, first);
    });
  }

  nearest(value: number, place: number): number {
    const [row, column] = [Math.floor(place / this.#columns), place % this.#columns];
    const group = row * this.#groups + Math.floor(column / this.#group);
    const scale = this.#scales[group] as number;
    return scale === 0 ? 0 : scale * this.#levels.nearest(value / scale);
  }
}

/** A matrix in another format. */
export interface OtherMatrix {
  readonly tensor: ModelTensor;
  readonly rounding: ScaledLevels;
}

/**
 * Quantizes a matrix to another format with the same means: GPTQ and coordinate descent, and scales of rows or groups chosen on the
 * inputs. The scale of a group is the one of 16 whose nearest numbers have the smallest error, weighted by the inputs' mean squares;
 * that of a row as RF8's.
 *
 * @param scale of all weights, or of each row; a format with groups has its own
 */
export function quantizeOther(
  { weights, shape }: { readonly weights: Float64Array; readonly shape: readonly number[] },
  solvers: Solvers,
  format: OtherFormat,
  { method, scale }: { readonly method: Method; readonly scale: "none" | "row" },
): OtherMatrix {
  const columns = shape[1] as number;
  const solver = typeof solvers === "function" ? solvers(0) : solvers;
  const { levels, group } = format;
  const { hessian } = solver;
  const whole = largest(weights) / levels.maximum;
  const rounding = new ScaledLevels(weights, columns, format, (some, _, first) => {
    if (group !== null)
      return groupScale(some, format, (k) => hessian[(first + k) * (columns + 1)] as number);
    return scale === "row" ? rowScale(some, 1, levels, hessian) : whole;
  });
  const rows = { count: weights.length / columns, columns, weights };
  const { values } = solver.round(rows, rounding, method);
  return { tensor: { shape, values: Float32Array.from(values) }, rounding };
}

function groupScale(
  weights: Float64Array,
  { levels, power }: OtherFormat,
  importance: (k: number) => number,
): number {
  const maximum = largest(weights);
  if (maximum === 0) return 0;
  const candidates = power
    ? [0, 1].map(
        (more) =>
          2 ** (Math.floor(Math.log2(maximum)) - Math.floor(Math.log2(levels.maximum)) + more),
      )
    : CLIPS.map((clip) => (clip * maximum) / levels.maximum);
  let [best, smallest] = [0, Number.POSITIVE_INFINITY];
  for (const scale of candidates) {
    let error = 0;
    weights.forEach((w, k) => {
      error += importance(k) * (w - scale * levels.nearest(w / scale)) ** 2;
    });
    if (error < smallest) [best, smallest] = [scale, error];
  }
  return best;
}
