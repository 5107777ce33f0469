import { readJsonObject } from "../checkpoint/json-file.ts";
import { Fields } from "./fields.ts";
import { type LlamaConfig, llamaConfig } from "./llama-config.ts";
import { type MlpConfig, mlpConfig } from "./mlp-config.ts";

/** What config.json says of a network; the keys are the file's. */
export type NetworkConfig = LlamaConfig | MlpConfig;

const SIZE_LIMIT = 1_000_000;

/**
 * Reads a config.json and checks every field.
 *
 * @param purpose what costs the same on every rotary embedding may be estimated on those that cannot be run
 * @throws CheckpointError for what is no JSON, another model_type than llama and mlp, or a field that is wrong.
 */
export function readConfig(file: string, purpose: "run" | "estimate" = "run"): NetworkConfig {
  return networkConfig(new Fields(file, readJsonObject(file, SIZE_LIMIT)), purpose);
}

/** The same of fields that another format holds. */
export function networkConfig(fields: Fields, purpose: "run" | "estimate"): NetworkConfig {
  switch (fields.get("model_type")) {
    case "llama":
      return llamaConfig(fields, purpose);
    case "mlp":
      return mlpConfig(fields);
    default:
      return fields.refuse("model_type", '"llama" and "mlp" are known');
  }
}
