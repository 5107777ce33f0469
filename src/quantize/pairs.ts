import {
  type DecoderConfig,
  layerTensor,
  type Projection,
  projectionsOf,
} from "../network/index.ts";

/** Rows of a matrix whose outputs reach nothing but columns of another one, by functions that are linear in them. */
export interface Pair {
  /** The matrix with the rows, and the one with the columns. */
  readonly rows: string;
  readonly columns: string;
  /** What is added to the outputs of the first. */
  readonly bias: string | undefined;
  /** The first of the rows, and how many they are. */
  readonly first: number;
  readonly count: number;
  /** Which of the rows, from 0, a column reads. */
  rowOf(column: number): number;
}

/**
 * The pairs of a decoder: up and down, as the product with the activated gate is linear in up; values and output, as attention sums values. Each
 * head of values is read by all the query heads that share it. No family has a norm between them. Experts are none.
 */
export function pairsOf(config: DecoderConfig): Pair[] {
  const { head_dim: head, num_key_value_heads: valueHeads, intermediate_size: inner } = config;
  const { queryKeyValue, output, gateUp, down } = projectionsOf(config);
  const shared = config.num_attention_heads / valueHeads;
  return config.layers.flatMap(({ experts }, layer): Pair[] => {
    // Values stand last in the projection of queries, keys and values, and up in that of gate and up.
    const last = ({ parts, bias }: Projection, count: number) => {
      const { name, outputs } = parts.at(-1) ?? { name: "", outputs: 0 };
      return {
        rows: layerTensor(layer, name),
        bias: bias ? layerTensor(layer, name, "bias") : undefined,
        first: outputs - count,
        count,
      };
    };
    const reader = ({ parts }: Projection): string => layerTensor(layer, parts[0]?.name ?? "");
    const values: Pair = {
      ...last(queryKeyValue, valueHeads * head),
      columns: reader(output),
      rowOf: (column) => Math.floor(column / head / shared) * head + (column % head),
    };
    const up: Pair = { ...last(gateUp, inner), columns: reader(down), rowOf: (column) => column };
    return experts ? [values] : [values, up];
  });
}
