import { existsSync, join } from "#host/tools/disk";
import { CheckpointError } from "../error.ts";
import { readJsonObject } from "../json-file.ts";
import { HEADER_LIMIT } from "../safetensors/header.ts";
import { isObject } from "../safetensors/json.ts";

/** What a folder says of how its weights are quantized, as far as their decoding depends on it. */
export interface QuantizationConfig {
  /** Where it is said. */
  readonly file: string;
  readonly method: string;
  readonly bits: number | undefined;
  /** −1: all inputs of an output. */
  readonly groupSize: number | undefined;
  /** GPTQ's layout: "gptq" stores zero points less one, "gptq_v2" as they are. AWQ's: "gemm" and others. */
  readonly layout: string | undefined;
  readonly block: readonly [number, number] | undefined;
}

/** Files beside the weights that say how they were quantized; of no use once they are not. */
export const quantizationFiles = ["quantize_config.json", "quant_config.json"];

/**
 * Reads `quantization_config` of a folder's config.json, or AutoGPTQ's file.
 *
 * @throws CheckpointError for a value of the wrong kind.
 */
export function quantizationConfig(directory: string): QuantizationConfig | undefined {
  for (const name of ["config.json", ...quantizationFiles]) {
    const file = join(directory, name);
    if (!existsSync(file)) continue;
    const root = readJsonObject(file, HEADER_LIMIT);
    const given = name === "config.json" ? root.quantization_config : root;
    if (isObject(given)) return parse(file, given);
  }
  return undefined;
}

function parse(file: string, given: Record<string, unknown>): QuantizationConfig {
  const whole = (...keys: readonly string[]): number | undefined => {
    const key = keys.find((name) => given[name] !== undefined && given[name] !== null);
    const value = key === undefined ? undefined : given[key];
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && (value > 0 || value === -1))
      return value;
    throw new CheckpointError(file, `${key} is ${JSON.stringify(value)}; a whole number is needed`);
  };
  const text = (key: string): string | undefined =>
    typeof given[key] === "string" ? given[key].toLowerCase() : undefined;
  const block = given.weight_block_size;
  const [rows, columns]: unknown[] = Array.isArray(block) ? block : [];
  return {
    file,
    method: text("quant_method") ?? (file.endsWith("config.json") ? "gptq" : ""),
    bits: whole("bits", "w_bit"),
    groupSize: whole("group_size", "q_group_size"),
    layout: text("checkpoint_format") ?? text("version"),
    block:
      typeof rows === "number" && typeof columns === "number" && rows >= 1 && columns >= 1
        ? [Math.floor(rows), Math.floor(columns)]
        : undefined,
  };
}
