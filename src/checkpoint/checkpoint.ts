import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { CheckpointError } from "./error.ts";
import { InputFile, readWhole } from "./file.ts";
import { readLlama2c } from "./llama2c.ts";
import { HEADER_LIMIT, type Header, headerLength, parseHeader } from "./safetensors/header.ts";
import { isObject, readJson } from "./safetensors/json.ts";
import { dtypeBytes, type TensorInfo } from "./tensor.ts";

/** One file of a checkpoint. */
export interface Shard extends Header {
  readonly name: string;
}

/** Weights on disk: a file, or the shards of a model directory as one. */
export interface Checkpoint {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly shards: readonly Shard[];
  readonly tensors: readonly TensorInfo[];
  /** The bytes of a tensor in pieces of at most `chunkBytes`, whole elements each; valid until the next piece. */
  chunks(tensor: TensorInfo, chunkBytes?: number): Generator<Uint8Array<ArrayBuffer>>;
  close(): void;
}

/** What is in memory of a file at a time, in bytes. */
const CHUNK_BYTES = 4 * 1024 * 1024;

const INDEX = "model.safetensors.index.json";
const SINGLE = "model.safetensors";

/**
 * Opens a safetensors file, a llama2.c file (`.bin`) or a model directory, and checks its headers.
 *
 * @throws CheckpointError for contents that do not hold together; NodeJS.ErrnoException when a file cannot be read.
 */
export function openCheckpoint(path: string): Checkpoint {
  const isDirectory = statSync(path).isDirectory();
  const files: InputFile[] = [];
  const open = (file: string): InputFile => {
    const input = new InputFile(file);
    files.push(input);
    return input;
  };
  try {
    const shards = isDirectory ? openDirectory(path, open) : [openShard(open(path))];
    return new OpenCheckpoint(path, isDirectory, shards, files);
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
}

function openShard(file: InputFile): Shard {
  const name = basename(file.path);
  if (name.endsWith(".bin")) return { name, ...readLlama2c(file) };
  const first = new Uint8Array(Math.min(8, file.size));
  file.read(0, first);
  const header = new Uint8Array(headerLength(file.path, first, file.size));
  file.read(8, header);
  return { name, ...parseHeader(file.path, header, file.size) };
}

function openDirectory(path: string, open: (file: string) => InputFile): Shard[] {
  const index = join(path, INDEX);
  if (!existsSync(index)) {
    const single = join(path, SINGLE);
    if (!existsSync(single))
      throw new CheckpointError(path, `holds neither ${SINGLE} nor ${INDEX}`);
    return [openShard(open(single))];
  }
  const places = readIndex(index);
  const shards = [...new Set(places.values())]
    .sort()
    .map((name) => openShard(open(join(path, name))));
  const found = new Map<string, string>();
  for (const { name, tensors } of shards) {
    for (const tensor of tensors) {
      const other = found.get(tensor.name);
      if (other !== undefined) {
        throw new CheckpointError(
          path,
          `tensor ${JSON.stringify(tensor.name)} is in ${other} and in ${name}`,
        );
      }
      found.set(tensor.name, name);
    }
  }
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
  return shards;
}

function readIndex(file: string): Map<string, string> {
  const root = readJson(readWhole(file, HEADER_LIMIT), (reason) => {
    throw new CheckpointError(file, `is no valid JSON: ${reason}`);
  });
  const map = isObject(root) ? root.weight_map : undefined;
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

class OpenCheckpoint implements Checkpoint {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly shards: readonly Shard[];
  readonly tensors: readonly TensorInfo[];
  readonly #files: ReadonlyMap<string, InputFile>;

  constructor(
    path: string,
    isDirectory: boolean,
    shards: readonly Shard[],
    files: readonly InputFile[],
  ) {
    this.path = path;
    this.isDirectory = isDirectory;
    this.shards = shards;
    this.tensors = shards.flatMap((shard) => shard.tensors);
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  *chunks(tensor: TensorInfo, chunkBytes = CHUNK_BYTES): Generator<Uint8Array<ArrayBuffer>> {
    const file = this.#files.get(tensor.file);
    if (!file)
      throw new CheckpointError(this.path, `holds no tensor ${JSON.stringify(tensor.name)}`);
    const element = dtypeBytes.get(tensor.dtype) ?? 1;
    const step = Math.max(element, chunkBytes - (chunkBytes % element));
    const buffer = new Uint8Array(Math.min(step, tensor.byteLength));
    for (let done = 0; done < tensor.byteLength; done += step) {
      const chunk = buffer.subarray(0, Math.min(step, tensor.byteLength - done));
      file.read(tensor.position + done, chunk);
      yield chunk;
    }
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }
}
