import { type DecoderConfig, type Model, tensorOf } from "../network/index.ts";
import { walkDecoder } from "./decoder.ts";
import { quantizeMatrix } from "./matrix.ts";
import { type Pair, pairsOf } from "./pairs.ts";
import { largest } from "./rows.ts";

export interface EqualizeOptions {
  /** Whether a matrix or a bias may change; all may where it is absent. */
  chosen?(name: string): boolean;
  /** The nearest number that the file can hold for one of a tensor's; float32 where it is absent. */
  stored?(name: string, value: number): number;
  onMatrix?(done: number, total: number, name: string): void;
}

/**
 * Divides rows of a decoder's matrices by real factors, and multiplies the columns that read their outputs by the same: the network computes what it
 * did, but its weights stand elsewhere between RF8's numbers. A factor is that of `--scale row`, without its power of two, after which the
 * numbers repeat: 2^−0.5 to 2^0.5.
 *
 * @param sequences tokens that the network reads
 * @returns the network, and the pairs of matrices that changed: those of which both may
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const { pairs } = equalize(model, [[1, 2, 3, 4]]);
 * console.log(pairs.length / model.config.num_hidden_layers); // 2
 */
export function equalize(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  { chosen = () => true, stored = (_, value) => value, onMatrix }: EqualizeOptions = {},
): { readonly model: Model<DecoderConfig>; readonly pairs: readonly Pair[] } {
  const pairs = pairsOf(model.config).filter(({ rows, columns, bias }) =>
    [rows, columns, bias].every((name) => name === undefined || chosen(name)),
  );
  const byRows = new Map(pairs.map((pair) => [pair.rows, pair]));
  const factors = new Map<Pair, Float32Array>();
  const walk = {
    chosen: (name: string): boolean => byRows.has(name),
    ...(onMatrix && { onMatrix }),
  };
  walkDecoder(model, sequences, walk, (name, weights, shape, solvers) => {
    const pair = byRows.get(name);
    if (pair) {
      const [, columns = 1] = shape;
      const [start, end] = [pair.first * columns, (pair.first + pair.count) * columns];
      const how = { method: "nearest", scale: "row", bits: 8 } as const;
      const rows = weights.subarray(start, end);
      const { scales } = quantizeMatrix(rows, columns, solvers, how);
      const wanted = (scales ?? new Float32Array()).map(
        (scale) => scale / 2 ** Math.round(Math.log2(scale)),
      );
      factors.set(pair, fitted(model, pair, wanted, stored));
    }
    return tensorOf(model, name);
  });
  return { model: withFactors(model, factors), pairs };
}

/** How far a factor may be from the one that is wanted: half of `--scale row`'s steps. */
const NEAR = 2 ** (1 / 128);

/**
 * The factors nearest to those wanted with which the file can hold the bias exactly: then bias ÷ factor is one of its numbers. 1 where none is near,
 * and where a weight would leave float32.
 */
function fitted(
  model: Model<DecoderConfig>,
  { rows, columns, bias, first }: Pair,
  wanted: Float32Array,
  stored: (name: string, value: number) => number,
): Float32Array {
  const magnitudes = [rows, columns].map((name) => largest(tensorOf(model, name).values));
  if (magnitudes.some((magnitude) => !Number.isFinite(Math.fround(2 * magnitude))))
    return wanted.fill(1);
  if (bias === undefined) return wanted;
  const { values } = tensorOf(model, bias);
  return wanted.map((factor, row) => {
    const value = values[first + row] as number;
    if (value === 0) return factor;
    const found = value / stored(bias, value / factor);
    return found > factor / NEAR && found < factor * NEAR ? found : 1;
  });
}

/** The decoder with the rows of each pair divided by factors, and the columns that read them multiplied by them. */
export function withFactors(
  model: Model<DecoderConfig>,
  factors: ReadonlyMap<Pair, Float32Array>,
): Model<DecoderConfig> {
  const tensors = new Map(model.tensors);
  const change = (
    name: string,
    to: (value: number, row: number, column: number) => number,
  ): void => {
    const { shape, values } = tensorOf(model, name);
    const [, columns = 1] = shape;
    const changed = values.map((value, i) => to(value, Math.floor(i / columns), i % columns));
    tensors.set(name, { shape, values: changed });
  };
  for (const [{ rows, bias, columns, first, count, rowOf }, of] of factors) {
    for (const name of bias === undefined ? [rows] : [rows, bias])
      change(name, (value, row) =>
        row < first || row >= first + count ? value : value / (of[row - first] as number),
      );
    change(columns, (value, _, column) => value * (of[rowOf(column)] as number));
  }
  return { ...model, tensors };
}
