import type { Activation } from "../activations.ts";
import { Fields } from "../fields.ts";
import { commonDefaults, type FamilyName, families } from "./families.ts";
import type { BranchNorms, ExpertNames, Experts, Family, Scales } from "./family.ts";
import { refuseUnknown } from "./keys.ts";
import { type RotaryConfig, rotaryConfig } from "./rope.ts";

/** One layer of a decoder. */
export interface DecoderLayer {
  /** A token attends to this many, itself among them; to all where it is null. */
  readonly window: number | null;
  /** Null where positions do not turn queries and keys. */
  readonly rotary: RotaryConfig | null;
  /** A mixture of experts in place of the feed-forward branch. */
  readonly experts: Experts | null;
}

/**
 * A decoder, as far as its function and its tensors depend on it: what its family fixes and what config.json says, in
 * one record. Keys with underscores are the file's.
 */
export interface DecoderConfig {
  readonly model_type: FamilyName;
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
  /** The classifier is the embedding. */
  readonly tie_word_embeddings: boolean;
  /** What every sequence begins with; null where a model has no such token. */
  readonly bos_token_id: number | null;
  readonly activation: Activation;
  readonly norm: { readonly kind: Family["norm"]; readonly epsilon: number };
  readonly attentionNorms: BranchNorms;
  readonly feedForwardNorms: BranchNorms;
  readonly queryKeyNorm: Family["queryKeyNorm"];
  readonly fused: boolean;
  readonly biases: {
    readonly queryKeyValue: boolean;
    readonly output: boolean;
    readonly feedForward: boolean;
  };
  readonly scales: Scales;
  /** c · tanh(x / c) of attention's scores and of the logits; null where there is none. */
  readonly softCaps: { readonly attention: number | null; readonly logits: number | null };
  readonly layers: readonly DecoderLayer[];
  readonly expertNames: ExpertNames | null;
  /** Bytes of a weight in the file, where it says. */
  readonly weightBytes: number | null;
  /** The model_type of the network for images and text that it is the text part of; null where it is none. */
  readonly within: string | null;
  /** The contents of config.json, those of `text_config` where a larger network has it. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Each layer is some tensors in memory, however small they are. */
const LAYER_LIMIT = 10_000;

/** Each expert is three. */
const EXPERT_LIMIT = 100_000;

/** transformers' names of functions between gate and up. */
const functions = {
  silu: "silu",
  swish: "silu",
  gelu: "gelu",
  gelu_new: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  gelu_fast: "gelu_tanh",
  relu: "relu",
} as const;

const weightBytes: Readonly<Record<string, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
};

export const isFamily = (name: unknown): name is FamilyName =>
  typeof name === "string" && Object.hasOwn(families, name);

/**
 * Checks the configuration of a decoder; what is absent has transformers' default.
 *
 * @param json the same as `given` holds
 * @throws CheckpointError for a value that cannot be, sizes that do not divide, and by its name for a key that might
 *   change the network and is not known.
 */
export function decoderConfig(
  given: Fields,
  model_type: FamilyName,
  json: Readonly<Record<string, unknown>>,
): DecoderConfig {
  const family: Family = families[model_type];
  const defaults = { ...commonDefaults, ...family.defaults };
  refuseUnknown(given, model_type, new Set(Object.keys(defaults)));
  const fields = given.over(defaults);
  const hidden = fields.count("hidden_size");
  const heads = fields.count("num_attention_heads");
  const kvHeads = fields.count("num_key_value_heads", { absent: heads });
  if (heads % kvHeads !== 0)
    fields.refuse("num_key_value_heads", `a divisor of num_attention_heads ${heads} is needed`);
  if (!fields.has("head_dim") && hidden % heads !== 0)
    fields.refuse("num_attention_heads", `a divisor of hidden_size ${hidden} is needed`);
  const head = fields.count("head_dim", { absent: hidden / heads });
  if (head % 2 !== 0) fields.refuse("head_dim", `${head} is odd; an even number is needed`);
  const vocabulary = fields.count("vocab_size");
  const flagOf = (key: boolean | string): boolean =>
    typeof key === "boolean" ? key : fields.flag(key);
  const cap = (key: string): number | null => (fields.has(key) ? fields.positive(key) : null);
  const dtype = fields.get("dtype") ?? fields.get("torch_dtype");
  return {
    model_type,
    hidden_size: hidden,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: head,
    vocab_size: vocabulary,
    intermediate_size: fields.count("intermediate_size"),
    num_hidden_layers: fields.count("num_hidden_layers", { maximum: LAYER_LIMIT }),
    max_position_embeddings: fields.count("max_position_embeddings"),
    tie_word_embeddings: fields.flag("tie_word_embeddings"),
    bos_token_id: beginning(given, family, vocabulary),
    activation: activationOf(given, fields, family),
    norm: {
      kind: family.norm,
      epsilon: fields.positive(family.norm === "layer" ? "layer_norm_eps" : "rms_norm_eps"),
    },
    attentionNorms: family.attentionNorms,
    feedForwardNorms: family.feedForwardNorms,
    queryKeyNorm: family.queryKeyNorm,
    fused: family.fused,
    biases: {
      queryKeyValue: flagOf(family.biases.queryKeyValue),
      output: flagOf(family.biases.output),
      feedForward: flagOf(family.biases.feedForward),
    },
    scales: {
      embedding: 1,
      attention: head ** -0.5,
      residual: 1,
      logits: 1,
      ...family.scales?.(fields, head),
    },
    softCaps: { attention: cap("attn_logit_softcapping"), logits: cap("final_logit_softcapping") },
    layers: layersOf(fields, family, head),
    expertNames: family.expertNames ?? null,
    weightBytes: typeof dtype === "string" ? (weightBytes[dtype] ?? null) : null,
    within: null,
    json,
  };
}

/** The configuration of a Llama from the keys of its config.json. @param file named in messages */
export function llamaConfig(file: string, keys: Readonly<Record<string, unknown>>): DecoderConfig {
  const json = { architectures: ["LlamaForCausalLM"], model_type: "llama", ...keys };
  return decoderConfig(new Fields(file, json), "llama", json);
}

/** Null says that there is none; a default beyond a small vocabulary is none either. */
function beginning(given: Fields, family: Family, vocabulary: number): number | null {
  const fields = given.over(family.defaults);
  if (!fields.has("bos_token_id")) return null;
  const id = fields.count("bos_token_id", { minimum: 0 });
  if (id < vocabulary) return id;
  return given.has("bos_token_id")
    ? given.count("bos_token_id", { minimum: 0, maximum: vocabulary - 1 })
    : null;
}

/** Where a family has a key of its own, hidden_act is a leftover, which must not say something else. */
function activationOf(given: Fields, fields: Fields, { activationKey }: Family): Activation {
  const names = Object.keys(functions) as (keyof typeof functions)[];
  if (activationKey === undefined) return functions[fields.choice("hidden_act", names) ?? "silu"];
  const leftover = given.choice("hidden_act", names);
  if (!given.has(activationKey) && leftover && !leftover.startsWith("gelu"))
    given.refuse("hidden_act", `the network's function is that of ${activationKey}`);
  return functions[fields.choice(activationKey, names) ?? "gelu_pytorch_tanh"];
}

const layerTypes = ["full_attention", "sliding_attention"] as const;

function layersOf(fields: Fields, family: Family, head: number): DecoderLayer[] {
  const count = fields.count("num_hidden_layers", { maximum: LAYER_LIMIT });
  const types = layerTypesOf(fields, count);
  const window = fields.has("sliding_window") ? fields.count("sliding_window") : null;
  const rotary = new Map<string, RotaryConfig>();
  const rotaryOf = (layerType: (typeof layerTypes)[number]): RotaryConfig => {
    const { partialRotary = false, windowedTheta } = family;
    const unscaledTheta = layerType === "sliding_attention" ? windowedTheta : undefined;
    const place = { fields, head, layerType, unscaledTheta, partial: partialRotary };
    const known = rotary.get(layerType) ?? rotaryConfig(place);
    rotary.set(layerType, known);
    return known;
  };
  let experts = 0;
  return Array.from({ length: count }, (_, layer): DecoderLayer => {
    const windowed = types
      ? types[layer] === "sliding_attention"
      : window !== null && (family.windowed?.(fields, layer) ?? true);
    if (windowed && window === null)
      fields.refuse("sliding_window", `layer ${layer} of layer_types needs it`);
    const layerType = windowed ? "sliding_attention" : "full_attention";
    const mixture = family.experts?.(fields, layer) ?? null;
    experts += mixture?.count ?? 0;
    if (experts > EXPERT_LIMIT)
      fields.refuse("num_hidden_layers", `at most ${EXPERT_LIMIT} experts in all layers are read`);
    return {
      window: windowed ? window : null,
      rotary: (family.rotates?.(fields, layer) ?? true) ? rotaryOf(layerType) : null,
      experts: mixture,
    };
  });
}

function layerTypesOf(fields: Fields, count: number): readonly string[] | undefined {
  const types = fields.get("layer_types");
  if (types === undefined) return undefined;
  if (!Array.isArray(types) || types.length !== count)
    return fields.refuse("layer_types", `a list of num_hidden_layers ${count} names is needed`);
  const other = types.find((type: unknown) => !layerTypes.some((known) => known === type));
  return other === undefined
    ? types
    : fields.refuse("layer_types", `known types are ${layerTypes.join(" and ")}`);
}
