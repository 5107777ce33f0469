import { existsSync, join, readdirSync } from "#host/tools/disk";
import { CheckpointError } from "./error.ts";
import { readJsonObject } from "./json-file.ts";
import { HEADER_LIMIT } from "./safetensors/header.ts";
import { isObject } from "./safetensors/json.ts";
import type { TensorInfo } from "./tensor.ts";

export const INDEX = "model.safetensors.index.json";
export const SINGLE = "model.safetensors";

/** Where the weights of a model directory are. */
export interface WeightFiles {
  /** The safetensors files, sorted. */
  readonly files: readonly string[];
  /** From tensor to file, where an index says; it is then checked. */
  readonly places?: ReadonlyMap<string, string>;
}

/**
 * Finds the weights of a model directory as transformers does: model.safetensors, or without it the shards of
 * its index. An index that names only model.safetensors describes it; any other is not used beside it.
 *
 * @throws CheckpointError when there are none, or shards are missing.
 */
export function weightFiles(directory: string): WeightFiles {
  const index = join(directory, INDEX);
  const hasSingle = existsSync(join(directory, SINGLE));
  if (!existsSync(index)) {
    if (hasSingle) return { files: [SINGLE] };
    throw new CheckpointError(
      directory,
      `holds neither ${SINGLE} nor ${INDEX}${others(directory)}`,
    );
  }
  const places = readIndex(index);
  const files = [...new Set(places.values())].sort();
  if (hasSingle && !(files.length === 1 && files[0] === SINGLE)) return { files: [SINGLE] };
  const missing = files.filter((name) => !existsSync(join(directory, name)));
  if (missing.length > 0) {
    const more = missing.length > 1 ? `, and ${missing.length - 1} more are,` : "";
    throw new CheckpointError(
      index,
      `names ${missing[0]}, which is missing${more} of ${files.length} files; get the rest of the model`,
    );
  }
  return { files, places };
}

/** Other files with weights, so that nobody looks for the reason. */
function others(directory: string): string {
  const found = readdirSync(directory)
    .filter((name) => /\.(safetensors|bin|pth?|gguf|h5|msgpack|onnx|ckpt|npz)$/.test(name))
    .sort();
  if (found.length === 0) return "";
  const more = found.length > 3 ? ` and ${found.length - 3} more` : "";
  return `, only ${found.slice(0, 3).join(", ")}${more}; ${remedy(found)}`;
}

function remedy(found: readonly string[]): string {
  if (found.some((name) => name.startsWith("adapter_model")))
    return "an adapter is no model: merge it into its base first";
  if (found.some((name) => name.endsWith(".gguf"))) return "name the GGUF file itself";
  if (found.some((name) => name.endsWith(".safetensors")))
    return `name the file itself, or add the ${INDEX} of the shards`;
  return "PyTorch and other formats must be converted to safetensors";
}

function readIndex(file: string): Map<string, string> {
  const { weight_map: map } = readJsonObject(file, HEADER_LIMIT);
  if (!isObject(map)) throw new CheckpointError(file, "has no weight_map from tensor to file");
  return new Map(
    Object.entries(map).map(([tensor, shard]) => {
      // A shard is a file of this folder: an index must not reach outside it.
      if (typeof shard !== "string" || !/^[\w.-]+\.safetensors$/.test(shard)) {
        throw new CheckpointError(
          file,
          `tensor ${JSON.stringify(tensor)} is said to be in ${JSON.stringify(shard)}; a .safetensors file of this folder is needed`,
        );
      }
      return [tensor, shard];
    }),
  );
}

/**
 * Checks that every tensor is in one file, and in the one that the index names.
 *
 * @throws CheckpointError for the first that is not.
 */
export function checkPlaces(
  directory: string,
  shards: readonly { readonly name: string; readonly tensors: readonly TensorInfo[] }[],
  places: ReadonlyMap<string, string> | undefined,
): void {
  const index = join(directory, INDEX);
  const found = new Map<string, string>();
  for (const { name, tensors } of shards) {
    for (const tensor of tensors) {
      const other = found.get(tensor.name);
      if (other !== undefined) {
        throw new CheckpointError(
          directory,
          `tensor ${JSON.stringify(tensor.name)} is in ${other} and in ${name}`,
        );
      }
      found.set(tensor.name, name);
    }
  }
  if (!places) return;
  for (const [tensor, shard] of places) {
    if (found.get(tensor) !== shard) {
      throw new CheckpointError(
        index,
        `tensor ${JSON.stringify(tensor)} is not in ${shard}, where the index says`,
      );
    }
  }
  for (const [tensor, shard] of found) {
    if (!places.has(tensor))
      throw new CheckpointError(
        index,
        `does not list tensor ${JSON.stringify(tensor)} of ${shard}`,
      );
  }
}
