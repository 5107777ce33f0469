import {
  type DecoderConfig,
  decoderTensors,
  EMBEDDING,
  type NetworkConfig,
} from "../../network/index.ts";

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
  /** Keys and values that a token adds to the cache, in layers that look back alike. */
  readonly caches: readonly Cache[];
}

export interface Cache {
  /** Elements that a token adds, over all these layers. */
  readonly elements: number;
  /** Tokens that a token looks at, itself among them; all where it is null. */
  readonly window: number | null;
}

/**
 * @param shapes of the weights by name, which an MLP's configuration does not tell
 *
 * @example
 * const { matrices } = workloadOf(readConfig(`${folder}/model/config.json`), new Map());
 * console.log(matrices.map(({ layer }) => layer).at(-1)); // lm_head.weight
 */
export function workloadOf(
  config: NetworkConfig,
  shapes: ReadonlyMap<string, readonly number[]>,
): Workload {
  if (config.model_type !== "mlp") return decoderWorkload(config);
  return {
    matrices: config.layers.map(({ weight }) => {
      const [rows = 0, columns = 0] = shapes.get(weight) ?? [];
      return { layer: weight, count: 1, rows, columns };
    }),
    caches: [],
  };
}

/**
 * Every matrix that a token passes: of a mixture of experts, as many experts as a token passes; the embedding only where
 * it is the classifier too. Matrices of the same part and shape are one row.
 */
function decoderWorkload(config: DecoderConfig): Workload {
  const rows = new Map<string, Matrix>();
  const add = (name: string, count: number, [rows_ = 0, columns = 0]: readonly number[]): void => {
    const key = `${name} ${rows_} ${columns}`;
    const known = rows.get(key)?.count ?? 0;
    rows.set(key, { layer: name, count: known + count, rows: rows_, columns });
  };
  const tensors = [...decoderTensors(config)].filter(
    ([name, shape]) => shape.length === 2 && name !== EMBEDDING,
  );
  const elements = 2 * config.num_key_value_heads * config.head_dim;
  const windows = new Map<number | null, number>();
  for (const { window } of config.layers)
    windows.set(window, (windows.get(window) ?? 0) + elements);
  const active = config.layers.map(({ experts }) => experts?.active ?? 0);
  for (const [name, shape] of tensors) {
    const [, layer, part = name] = /^model\.layers\.(\d+)\.(.*)\.weight$/.exec(name) ?? [];
    const expert = /\.experts\.(\d+)\./.exec(part)?.[1];
    if (expert !== undefined && Number(expert) >= (active.at(Number(layer)) ?? 0)) continue;
    add(part.replace(/\.experts\.\d+\./, ".experts."), 1, shape);
  }
  if (config.tie_word_embeddings) add(EMBEDDING, 1, [config.vocab_size, config.hidden_size]);
  return {
    matrices: [...rows.values()],
    caches: [...windows].map(([window, sum]) => ({ window, elements: sum })),
  };
}
