import { readJsonObject } from "../checkpoint/json-file.ts";
import { isObject } from "../checkpoint/safetensors/json.ts";
import { type DecoderConfig, decoderConfig, isFamily } from "./decoder/config.ts";
import { families } from "./decoder/families.ts";
import { Fields } from "./fields.ts";
import { type MlpConfig, mlpConfig } from "./mlp-config.ts";

/** What config.json says of a network. */
export type NetworkConfig = DecoderConfig | MlpConfig;

const SIZE_LIMIT = 1_000_000;

/** Networks for images and text whose `text_config` is a decoder; the text alone is run. */
const wrappers: ReadonlySet<unknown> = new Set([...["gemma3", "mistral3", "llava", "llava_next"]]);

/**
 * Reads a config.json and checks every field.
 *
 * @throws CheckpointError for what is no JSON, another model_type than is known, or a field that is wrong.
 *
 * @example
 * console.log(readConfig(`${folder}/model/config.json`).model_type); // llama
 */
export function readConfig(file: string): NetworkConfig {
  return networkConfig(file, readJsonObject(file, SIZE_LIMIT));
}

/**
 * The network that the contents of a config.json describe.
 *
 * @param file named in messages
 * @throws CheckpointError as `readConfig`.
 *
 * @example
 * const config = networkConfig("config.json", { model_type: "llama", num_attention_heads: 64 });
 * console.log(config.head_dim); // 64
 */
export function networkConfig(
  file: string,
  json: Readonly<Record<string, unknown>>,
): NetworkConfig {
  const fields = new Fields(file, json);
  const type = fields.get("model_type");
  if (type === "mlp") return mlpConfig(fields);
  if (isFamily(type)) return decoderConfig(fields, type, json);
  const text = wrappers.has(type) ? json.text_config : undefined;
  if (!isObject(text)) return refuseType(fields);
  // What the larger network says of the whole holds where its text part is silent.
  const { tie_word_embeddings, dtype, torch_dtype, bos_token_id } = json;
  const outer = { tie_word_embeddings, dtype, torch_dtype, bos_token_id };
  const given = Object.fromEntries(Object.entries(outer).filter(([, value]) => value != null));
  const inner = { ...given, ...text };
  const within = new Fields(file, inner, "text_config.");
  const { model_type } = inner;
  return isFamily(model_type)
    ? { ...decoderConfig(within, model_type, inner), within: String(type) }
    : refuseType(within);
}

const refuseType = (fields: Fields): never =>
  fields.refuse("model_type", `known are ${Object.keys(families).join(", ")} and mlp`);
