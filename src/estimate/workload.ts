import { classifierOf, type LlamaConfig, type NetworkConfig } from "../network/index.ts";

/** A matrix of `rows` × `columns` weights that multiplies one vector a token, in `count` places alike. */
export interface Matrix {
  readonly layer: string;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** What a network does for each token, as far as it costs products of weights or memory. */
export interface Workload {
  readonly matrices: readonly Matrix[];
  /** Keys and values that a token adds to the cache, over all layers. */
  readonly kvElements: number;
}

/** @param shapes of the weights by name, which an MLP's configuration does not tell */
export function workloadOf(
  config: NetworkConfig,
  shapes: ReadonlyMap<string, readonly number[]>,
): Workload {
  if (config.model_type === "llama") return llamaWorkload(config);
  return {
    matrices: config.layers.map(({ weight }) => {
      const [rows = 0, columns = 0] = shapes.get(weight) ?? [];
      return { layer: weight, count: 1, rows, columns };
    }),
    kvElements: 0,
  };
}

function llamaWorkload(config: LlamaConfig): Workload {
  const { hidden_size: hidden, intermediate_size: inner, num_hidden_layers: count } = config;
  const queries = config.num_attention_heads * config.head_dim;
  const keys = config.num_key_value_heads * config.head_dim;
  const each = (layer: string, rows: number, columns: number): Matrix => ({
    ...{ layer, count, rows, columns },
  });
  return {
    matrices: [
      each("self_attn.q_proj", queries, hidden),
      each("self_attn.k_proj", keys, hidden),
      each("self_attn.v_proj", keys, hidden),
      each("self_attn.o_proj", hidden, queries),
      each("mlp.gate_proj", inner, hidden),
      each("mlp.up_proj", inner, hidden),
      each("mlp.down_proj", hidden, inner),
      { layer: classifierOf(config), count: 1, rows: config.vocab_size, columns: hidden },
    ],
    kvElements: 2 * keys * count,
  };
}
