import type { DecoderConfig, DecoderLayer } from "./config.ts";

type Shape = readonly number[];

/** A part of a layer, by transformers' names. */
export const layerPart = (layer: number, part: string): string => `model.layers.${layer}.${part}`;

/** Its matrix, gain or bias. */
export const layerTensor = (layer: number, part: string, kind = "weight"): string =>
  `${layerPart(layer, part)}.${kind}`;

export const EMBEDDING = "model.embed_tokens.weight";
export const FINAL_NORM = "model.norm";

/** The matrix that makes logits: the embedding where they are tied. */
export const classifierOf = (config: DecoderConfig): string =>
  config.tie_word_embeddings ? EMBEDDING : "lm_head.weight";

/** The gain of a norm, and where it has one, the bias. */
export const normTensors = ({ norm }: DecoderConfig, name: string): readonly string[] =>
  norm.kind === "layer" ? [`${name}.weight`, `${name}.bias`] : [`${name}.weight`];

/** A product with matrices that read the same vector: parts of a layer and how many outputs each has. */
export interface Projection {
  /** Names of the matrices, one after the other in the output. */
  readonly parts: readonly { readonly name: string; readonly outputs: number }[];
  readonly inputs: number;
  readonly bias: boolean;
}

/** The four products of a layer, in the order in which a token passes them. */
export interface Projections {
  /** Queries, keys and values, one after the other. */
  readonly queryKeyValue: Projection;
  readonly output: Projection;
  /** Gate and up, one after the other. */
  readonly gateUp: Projection;
  readonly down: Projection;
}

export function projectionsOf(config: DecoderConfig): Projections {
  const { hidden_size: hidden, intermediate_size: inner, head_dim: head, biases, fused } = config;
  const queries = config.num_attention_heads * head;
  const keys = config.num_key_value_heads * head;
  const part = (name: string, outputs: number) => ({ name, outputs });
  return {
    queryKeyValue: {
      parts: fused
        ? [part("self_attn.qkv_proj", queries + 2 * keys)]
        : [
            part("self_attn.q_proj", queries),
            part("self_attn.k_proj", keys),
            part("self_attn.v_proj", keys),
          ],
      inputs: hidden,
      bias: biases.queryKeyValue,
    },
    output: {
      parts: [part("self_attn.o_proj", hidden)],
      inputs: queries,
      bias: biases.output,
    },
    gateUp: {
      parts: fused
        ? [part("mlp.gate_up_proj", 2 * inner)]
        : [part("mlp.gate_proj", inner), part("mlp.up_proj", inner)],
      inputs: hidden,
      bias: biases.feedForward,
    },
    down: {
      parts: [part("mlp.down_proj", hidden)],
      inputs: inner,
      bias: biases.feedForward,
    },
  };
}

/** Every tensor of a decoder with its shape, matrices as [outputs, inputs]; the embedding is [vocabulary, hidden]. */
export function decoderTensors(config: DecoderConfig): Map<string, Shape> {
  const { hidden_size: hidden, vocab_size: vocabulary } = config;
  const tensors = new Map<string, Shape>([[EMBEDDING, [vocabulary, hidden]]]);
  config.layers.forEach((layer, index) => {
    for (const [part, shape] of layerTensors(config, layer))
      tensors.set(`model.layers.${index}.${part}`, shape);
  });
  for (const name of normTensors(config, FINAL_NORM)) tensors.set(name, [hidden]);
  tensors.set(classifierOf(config), [vocabulary, hidden]);
  return tensors;
}

function layerTensors(config: DecoderConfig, layer: DecoderLayer): Map<string, Shape> {
  const { hidden_size: hidden, head_dim: head, queryKeyNorm, attentionNorms } = config;
  const tensors = new Map<string, Shape>();
  const addNorm = (name: string | undefined): void => {
    if (name !== undefined)
      for (const tensor of normTensors(config, name)) tensors.set(tensor, [hidden]);
  };
  const addProjection = ({ parts, inputs, bias }: Projection): void => {
    for (const { name, outputs } of parts) {
      tensors.set(`${name}.weight`, [outputs, inputs]);
      if (bias) tensors.set(`${name}.bias`, [outputs]);
    }
  };
  const { queryKeyValue, output, gateUp, down } = projectionsOf(config);
  addNorm(attentionNorms.before);
  addProjection(queryKeyValue);
  if (queryKeyNorm !== "none") {
    const heads = { q: config.num_attention_heads, k: config.num_key_value_heads };
    for (const [which, count] of Object.entries(heads))
      tensors.set(`self_attn.${which}_norm.weight`, [
        queryKeyNorm === "head" ? head : count * head,
      ]);
  }
  addProjection(output);
  addNorm(attentionNorms.after);
  addNorm(config.feedForwardNorms.before);
  if (layer.experts) {
    for (const [name, shape] of expertTensors(config, layer)) tensors.set(name, shape);
  } else for (const projection of [gateUp, down]) addProjection(projection);
  addNorm(config.feedForwardNorms.after);
  return tensors;
}

/** The router, every expert, and the expert that all tokens pass. */
function expertTensors(
  { hidden_size: hidden, expertNames: names }: DecoderConfig,
  { experts }: DecoderLayer,
): [string, Shape][] {
  if (!experts || !names) return [];
  const { count, inner, shared } = experts;
  const each = Array.from({ length: count }, (_, expert): [string, Shape][] => {
    const named = (part: string): string => `${part.replace("#", String(expert))}.weight`;
    return [
      [named(names.gate), [inner, hidden]],
      [named(names.up), [inner, hidden]],
      [named(names.down), [hidden, inner]],
    ];
  });
  const all: [string, Shape][] =
    shared === 0 || names.shared === undefined
      ? []
      : [
          [`${names.shared}.gate_proj.weight`, [shared, hidden]],
          [`${names.shared}.up_proj.weight`, [shared, hidden]],
          [`${names.shared}.down_proj.weight`, [hidden, shared]],
          [`${names.shared}_gate.weight`, [1, hidden]],
        ];
  return [[`${names.router}.weight`, [count, hidden]], ...each.flat(), ...all];
}

/** How large a network is on disk. */
export interface Footprint {
  /** Weights, biases and gains together; a tied classifier once. */
  readonly parameters: number;
  /** In the type that config.json names; null where it names none. */
  readonly stored_bytes: number | null;
  /** With every matrix in RF8 and the rest as it is. */
  readonly rf8_bytes: number | null;
}

/**
 * The parameters of a decoder and the bytes that they take.
 *
 * @example
 * const { parameters, rf8_bytes } = footprintOf(networkConfig("config.json", { model_type: "llama", dtype: "bfloat16" }));
 * console.log(`${(parameters / 1e9).toFixed(1)} billion, ${(rf8_bytes / 2 ** 30).toFixed(1)} GiB`); // 6.7 billion, 6.3 GiB
 */
export function footprintOf(config: DecoderConfig): Footprint {
  let [parameters, matrices] = [0, 0];
  for (const shape of decoderTensors(config).values()) {
    const elements = shape.reduce((product, size) => product * size, 1);
    parameters += elements;
    if (shape.length > 1) matrices += elements;
  }
  const { weightBytes: bytes } = config;
  return {
    parameters,
    stored_bytes: bytes === null ? null : parameters * bytes,
    rf8_bytes: bytes === null ? null : matrices + (parameters - matrices) * bytes,
  };
}
