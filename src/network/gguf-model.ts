import { CheckpointError } from "../checkpoint/error.ts";
import { InputFile } from "../checkpoint/file.ts";
import { type Gguf, readGguf } from "../checkpoint/gguf/gguf.ts";
import { architectures } from "../checkpoint/gguf/names.ts";
import { type NetworkConfig, networkConfig } from "./config.ts";
import { ggufTokenizer } from "./gguf-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What a file that is a whole network says of it besides the weights. */
export interface WholeModel {
  readonly config: NetworkConfig;
  readonly tokenizer?: Tokenizer;
  readonly stop: readonly number[];
}

/** Metadata of an architecture and the key of config.json; undefined for what is taken into account elsewhere. */
const keys: ReadonlyMap<string, string | undefined> = new Map([
  ["context_length", "max_position_embeddings"],
  ["embedding_length", "hidden_size"],
  ["block_count", "num_hidden_layers"],
  ["feed_forward_length", "intermediate_size"],
  ["attention.head_count", "num_attention_heads"],
  ["attention.head_count_kv", "num_key_value_heads"],
  ["attention.layer_norm_rms_epsilon", "rms_norm_eps"],
  ["attention.key_length", "head_dim"],
  ["attention.value_length", undefined],
  ["rope.freq_base", "rope_theta"],
  ["rope.dimension_count", undefined],
  ["rope.scaling.type", undefined],
  ["rope.scaling.factor", undefined],
  ["vocab_size", undefined],
]);

/**
 * Reads the configuration and the tokenizer of a GGUF file from its metadata.
 *
 * @throws CheckpointError for an architecture that is not known, and for metadata that is not taken into account.
 */
export function readGgufModel(path: string): WholeModel {
  const file = new InputFile(path);
  try {
    return ggufModel(path, readGguf(file));
  } finally {
    file.close();
  }
}

/** The same of a header that was read. @throws CheckpointError as `readGgufModel`. */
export function ggufModel(path: string, gguf: Gguf): WholeModel {
  const stop = [gguf.values.get("tokenizer.ggml.eos_token_id"), gguf.values.get(EOT)];
  const tokenizer = ggufTokenizer(path, gguf.values);
  return {
    config: networkConfig(path, configOf(path, gguf)),
    ...(tokenizer && { tokenizer }),
    stop: stop.filter((id) => typeof id === "number"),
  };
}

const EOT = "tokenizer.ggml.eot_token_id";

function configOf(path: string, { values, tensors }: Gguf): Record<string, unknown> {
  const fail = (problem: string): never => {
    throw new CheckpointError(path, problem);
  };
  const type = values.get("general.architecture");
  if (typeof type !== "string" || !architectures.has(type))
    return fail(
      `general.architecture is ${JSON.stringify(String(type))}; ${[...architectures.keys()].join(", ")} are known`,
    );
  const of = (key: string): unknown => values.get(`${type}.${key}`);
  const config: Record<string, unknown> = { model_type: type };
  for (const [key, value] of values) {
    if (!key.startsWith(`${type}.`)) continue;
    const name = key.slice(type.length + 1);
    // Counts of experts, and scales, that are zero say nothing.
    if (value === 0) continue;
    if (!keys.has(name)) return fail(`${key} is ${String(value)}; it is not supported`);
    const to = keys.get(name);
    if (to !== undefined) config[to] = value;
  }
  const embedding = tensors.find(({ name }) => name === "model.embed_tokens.weight");
  config.vocab_size = embedding?.shape[0];
  config.tie_word_embeddings = !tensors.some(({ name }) => name === "lm_head.weight");
  config.bos_token_id = values.get("tokenizer.ggml.bos_token_id") ?? null;
  const head = Number(
    config.head_dim ?? Number(config.hidden_size) / Number(config.num_attention_heads),
  );
  for (const key of ["rope.dimension_count", "attention.value_length"])
    if ((of(key) ?? head) !== head)
      return fail(`${type}.${key} is ${String(of(key))}; heads have ${head} elements`);
  const scaling = of("rope.scaling.type");
  if (scaling === "linear")
    config.rope_scaling = { rope_type: "linear", factor: of("rope.scaling.factor") };
  else if (scaling !== undefined && scaling !== "none")
    return fail(
      `${type}.rope.scaling.type is ${JSON.stringify(scaling)}; "none" and "linear" are known`,
    );
  return config;
}
