import { basename, join, statSync } from "#host/tools/disk";
import { checkPlaces, INDEX, weightFiles } from "./directory.ts";
import { CheckpointError } from "./error.ts";
import { type ByteSource, InputFile } from "./file.ts";
import { readGguf } from "./gguf/gguf.ts";
import { readLlama2c } from "./llama2c.ts";
import { packedChunks } from "./packing.ts";
import { SIGNATURE_BYTES } from "./recognise.ts";
import { withRowScales } from "./row-scales.ts";
import { type Header, headerLength, parseHeader } from "./safetensors/header.ts";
import { quantizationConfig } from "./scaled/quantization-config.ts";
import { resolveScaled } from "./scaled/resolve.ts";
import { dtypeBits, type ReadAt, type TensorInfo } from "./tensor.ts";

/** One file of a checkpoint. */
export interface Shard extends Header {
  readonly name: string;
}

/** Weights on disk: a file, or the shards of a model directory as one. */
export interface Checkpoint {
  readonly path: string;
  readonly isDirectory: boolean;
  /** The name of the directory's index that lists the shards, where one does. */
  readonly index?: string;
  /** Texts of the files beside the weights in the new folder that a file becomes, by name. */
  readonly files?: ReadonlyMap<string, string>;
  readonly shards: readonly Shard[];
  readonly tensors: readonly TensorInfo[];
  /**
   * The bytes of a tensor in pieces of at most `chunkBytes`, whole elements each; valid until the next piece. Of a palette's
   * tensor they are its RF8 codes, whole rows each.
   */
  chunks(tensor: TensorInfo, chunkBytes?: number): Generator<Uint8Array<ArrayBuffer>>;
  close(): void;
}

/** What is in memory of a file at a time, in bytes. */
const CHUNK_BYTES = 4 * 1024 * 1024;

type Layout = Pick<Checkpoint, "isDirectory" | "index" | "shards">;

/**
 * Opens a safetensors file, a llama2.c file (`.bin`), a GGUF file (`.gguf`) or a model directory, and checks its headers.
 *
 * @param from a path, or one file's bytes.
 * @throws CheckpointError for contents that do not hold together; NodeJS.ErrnoException when a file cannot be read.
 *
 * @example
 * await saveFloats(`${folder}/weights.safetensors`, [{ name: "w", shape: [2], data: Float32Array.of(1, 2) }]);
 * const checkpoint = openCheckpoint(`${folder}/weights.safetensors`);
 * for (const { name, dtype, shape } of checkpoint.tensors) console.log(`${name}: ${dtype} [${shape}]`); // w: F32 [2]
 * checkpoint.close();
 */
export function openCheckpoint(from: string | ByteSource): Checkpoint {
  const path = typeof from === "string" ? from : from.path;
  const isDirectory = typeof from === "string" && statSync(from).isDirectory();
  const files: ByteSource[] = [];
  const open = (file: string): ByteSource => {
    const input = typeof from === "string" ? new InputFile(file) : from;
    files.push(input);
    return input;
  };
  try {
    const layout = isDirectory
      ? openDirectory(path, open)
      : { isDirectory, shards: [openShard(open(path))] };
    const readAt = readerOf(path, files);
    const { shards, ...rest } = withScales(path, layout);
    const whole = shards.map((shard) => ({
      ...shard,
      tensors: withRowScales(shard.tensors, readAt),
    }));
    return new OpenCheckpoint(path, { ...rest, shards: whole }, files, readAt);
  } catch (error) {
    for (const file of files) file.close?.();
    throw error;
  }
}

function readerOf(path: string, files: readonly ByteSource[]): ReadAt {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return (name, position, into) => {
    const file = byPath.get(name);
    if (!file) throw new CheckpointError(path, `does not consist of ${name}`);
    file.read(position, into);
  };
}

function openShard(file: ByteSource): Shard {
  const name = basename(file.path);
  const first = new Uint8Array(Math.min(SIGNATURE_BYTES, file.size));
  file.read(0, first);
  if (name.endsWith(".gguf")) return { name, ...readGguf(file) };
  if (name.endsWith(".bin")) return { name, ...readLlama2c(file) };
  const header = new Uint8Array(headerLength(file.path, first, file.size));
  file.read(8, header);
  return { name, ...parseHeader(file.path, header, file.size) };
}

function openDirectory(path: string, open: (file: string) => ByteSource): Layout {
  const { files, places } = weightFiles(path);
  const shards = files.map((name) => openShard(open(join(path, name))));
  checkPlaces(path, shards, places);
  return { isDirectory: true, shards, ...(places && { index: INDEX }) };
}

/** Weights and their scales as one. */
function withScales(path: string, layout: Layout): Layout {
  const tensors = layout.shards.flatMap((shard) => shard.tensors);
  const replaced = resolveScaled(path, tensors, () =>
    layout.isDirectory ? quantizationConfig(path) : undefined,
  );
  if (replaced.size === 0) return layout;
  const shards = layout.shards.map((shard) => ({
    ...shard,
    tensors: shard.tensors.flatMap((tensor) => {
      const other = replaced.has(tensor) ? replaced.get(tensor) : tensor;
      return other ? [other] : [];
    }),
  }));
  return { ...layout, shards };
}

class OpenCheckpoint implements Checkpoint {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly index?: string;
  readonly shards: readonly Shard[];
  readonly tensors: readonly TensorInfo[];
  readonly #files: readonly ByteSource[];
  readonly #readAt: ReadAt;

  constructor(
    path: string,
    { isDirectory, index, shards }: Layout,
    files: readonly ByteSource[],
    readAt: ReadAt,
  ) {
    this.path = path;
    this.isDirectory = isDirectory;
    if (index !== undefined) this.index = index;
    this.shards = shards;
    this.tensors = shards.flatMap((shard) => shard.tensors);
    this.#files = files;
    this.#readAt = readAt;
  }

  *chunks(tensor: TensorInfo, chunkBytes = CHUNK_BYTES): Generator<Uint8Array<ArrayBuffer>> {
    const { computed, byteLength, rf8 } = tensor;
    if (rf8?.packing) {
      yield* packedChunks(tensor, rf8.packing, chunkBytes, this.#readAt);
      return;
    }
    const unit = computed ? 4 * computed.unit : Math.ceil((dtypeBits.get(tensor.dtype) ?? 8) / 8);
    const step = Math.max(unit, chunkBytes - (chunkBytes % unit));
    const buffer = new Uint8Array(Math.min(step, byteLength));
    for (let done = 0; done < byteLength; done += step) {
      const chunk = buffer.subarray(0, Math.min(step, byteLength - done));
      if (computed) {
        const values = new Float32Array(buffer.buffer, 0, chunk.length / 4);
        computed.read(done / 4, values, this.#readAt);
      } else this.#readAt(tensor.file, tensor.position + done, chunk);
      yield chunk;
    }
  }

  close(): void {
    for (const file of this.#files) file.close?.();
  }
}
