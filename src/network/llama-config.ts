import { type Activation, activations } from "./activations.ts";
import type { Fields } from "./fields.ts";

/** Hugging Face's LlamaConfig, as far as the forward pass depends on it, with its keys. */
export interface LlamaConfig {
  readonly model_type: "llama";
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  /** Heads of keys and values; each serves as many query heads as there are to one. */
  readonly num_key_value_heads: number;
  /** Elements of a head, even. */
  readonly head_dim: number;
  readonly vocab_size: number;
  readonly max_position_embeddings: number;
  readonly rms_norm_eps: number;
  readonly rope_theta: number;
  /** The classifier is the embedding. */
  readonly tie_word_embeddings: boolean;
  readonly hidden_act: Exclude<Activation, "leaky_relu">;
  /** What every sequence begins with; null where a model has no such token. */
  readonly bos_token_id: number | null;
}

/** Each layer is nine tensors in memory, however small they are. */
const LAYER_LIMIT = 10_000;

const hiddenActs = activations.filter((name) => name !== "leaky_relu");

/**
 * Checks a LlamaConfig; what is absent has Hugging Face's default.
 *
 * @throws CheckpointError for a field that is no such value, sizes that do not divide, or a variant of Llama
 *   that the forward pass does not have: scaled or partial rotary embeddings, biases.
 */
export function llamaConfig(fields: Fields, purpose: "run" | "estimate"): LlamaConfig {
  const hidden = fields.count("hidden_size", 4096);
  const heads = fields.count("num_attention_heads", 32);
  const kvHeads = fields.count("num_key_value_heads", heads);
  if (heads % kvHeads !== 0)
    fields.refuse("num_key_value_heads", `a divisor of num_attention_heads ${heads} is needed`);
  if (fields.get("head_dim") === undefined && hidden % heads !== 0)
    fields.refuse("num_attention_heads", `a divisor of hidden_size ${hidden} is needed`);
  const head = fields.count("head_dim", hidden / heads);
  if (head % 2 !== 0)
    fields.refuse("head_dim", `${head} is odd; rotary embeddings need an even number`);
  for (const bias of ["attention_bias", "mlp_bias"])
    if (fields.flag(bias, false)) fields.refuse(bias, "Llamas with biases are not supported");
  const vocabulary = fields.count("vocab_size", 32000);
  return {
    model_type: "llama",
    hidden_size: hidden,
    intermediate_size: fields.count("intermediate_size", 11008),
    num_hidden_layers: fields.count("num_hidden_layers", 32, { most: LAYER_LIMIT }),
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: head,
    vocab_size: vocabulary,
    max_position_embeddings: fields.count("max_position_embeddings", 2048),
    rms_norm_eps: fields.positive("rms_norm_eps", 1e-6),
    rope_theta: ropeTheta(fields, purpose),
    tie_word_embeddings: fields.flag("tie_word_embeddings", false),
    hidden_act: fields.choice("hidden_act", hiddenActs) ?? "silu",
    bos_token_id: bosToken(fields, vocabulary),
  };
}

/** Null says that there is none; an absent key has Hugging Face's default, 1. */
function bosToken(fields: Fields, vocabulary: number): number | null {
  if (fields.isNull("bos_token_id")) return null;
  return fields.count("bos_token_id", 1, { least: 0, most: vocabulary - 1 });
}

/** transformers 5 has the base in `rope_parameters`, earlier ones beside `rope_scaling`. */
function ropeTheta(fields: Fields, purpose: "run" | "estimate"): number {
  for (const key of ["rope_scaling", "rope_parameters"]) {
    const rope = fields.within(key);
    const type = rope?.get("rope_type") ?? rope?.get("type") ?? "default";
    if (purpose === "estimate") continue;
    if (type !== "default" || (rope?.get("partial_rotary_factor") ?? 1) !== 1)
      fields.refuse(key, "scaled and partial rotary embeddings are not supported");
  }
  const inner = fields.within("rope_parameters");
  return inner?.get("rope_theta") === undefined
    ? fields.positive("rope_theta", 10000)
    : inner.positive("rope_theta", 10000);
}
