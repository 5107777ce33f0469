import { copyFile, join, readdirSync, statSync, writeFileSync } from "#host/tools/disk";
import { pause } from "../pause.ts";
import { type OutputFile, replace, writeFile } from "./atomic.ts";
import type { Checkpoint, Shard } from "./checkpoint.ts";
import { CheckpointError } from "./error.ts";
import { readJsonObject } from "./json-file.ts";
import { HEADER_LIMIT } from "./safetensors/header.ts";
import { aligned, encodeHeader, planBytes, type TensorPlan } from "./safetensors/write.ts";
import { quantizationFiles } from "./scaled/quantization-config.ts";
import type { TensorInfo } from "./tensor.ts";

/** A tensor whose bytes are in memory. */
export interface StoredTensor extends TensorPlan {
  readonly bytes: Uint8Array;
}

/** How a checkpoint becomes another one with the same tensors. */
export interface Rewriting {
  plan(tensor: TensorInfo): TensorPlan;
  /** Small tensors that are written with a tensor, in its file. */
  companions?(tensor: TensorInfo): readonly StoredTensor[];
  metadata(shard: Shard): Readonly<Record<string, string>>;
  /** config.json of the new folder, from that of the old; undefined where that stays as it is. */
  config?(config: Record<string, unknown>): Record<string, unknown> | undefined;
  /** Writes a tensor's new bytes, as many as its plan says. */
  write(tensor: TensorInfo, file: OutputFile): Promise<void>;
}

/**
 * Writes the rewritten checkpoint: a file for a file, a folder with the same shards for a folder. The
 * folder's other files, such as config.json and tokenizer.json, come along.
 *
 * @throws CheckpointError, or NodeJS.ErrnoException when something cannot be written; the output is then as it was.
 */
export async function rewrite(
  checkpoint: Checkpoint,
  output: string,
  rewriting: Rewriting,
): Promise<void> {
  const { files, isDirectory } = checkpoint;
  if (files) {
    await replace(checkpoint.path, output, "folder", async (folder) => {
      for (const shard of checkpoint.shards)
        await writeShard(join(folder, shard.name), shard, rewriting);
      for (const [name, text] of files) writeFileSync(join(folder, name), text);
    });
    return;
  }
  if (!isDirectory) {
    const [shard] = checkpoint.shards;
    if (!shard) return;
    if (/\.(bin|gguf)$/.test(output)) {
      throw new CheckpointError(
        output,
        ".bin and .gguf are read as other formats; end the name of a safetensors file in .safetensors",
      );
    }
    await replace(checkpoint.path, output, "file", (path) => writeShard(path, shard, rewriting));
    return;
  }
  await replace(checkpoint.path, output, "folder", async (folder) => {
    for (const shard of checkpoint.shards)
      await writeShard(join(folder, shard.name), shard, rewriting);
    const computed = checkpoint.tensors.some((tensor) => tensor.computed);
    const shards = new Set(checkpoint.shards.map((shard) => shard.name));
    for (const name of readdirSync(checkpoint.path)) {
      const source = join(checkpoint.path, name);
      // Through links: in Hugging Face's cache every file of a model is one.
      if (computed && quantizationFiles.includes(name)) continue;
      if (shards.has(name) || !statSync(source, { throwIfNoEntry: false })?.isFile()) continue;
      const config =
        name === "config.json"
          ? rewriting.config?.(readJsonObject(source, HEADER_LIMIT))
          : undefined;
      if (name === checkpoint.index) {
        writeFileSync(join(folder, name), indexText(checkpoint, rewriting));
      } else if (config) {
        writeFileSync(join(folder, name), `${JSON.stringify(config, null, 2)}\n`);
      } else {
        // Not at once: the file may be large, and signals must be heard.
        await copyFile(source, join(folder, name));
      }
    }
  });
}

/** A tensor that is rewritten, or one whose bytes are known. */
type Planned = TensorPlan & { readonly tensor?: TensorInfo; readonly bytes?: Uint8Array };

async function writeShard(path: string, shard: Shard, rewriting: Rewriting): Promise<void> {
  const plans = aligned(
    shard.tensors.flatMap((tensor): Planned[] => [
      { tensor, ...rewriting.plan(tensor) },
      ...(rewriting.companions?.(tensor) ?? []),
    ]),
  );
  const header = encodeHeader(plans, rewriting.metadata(shard));
  if (header.length - 8 > HEADER_LIMIT) {
    throw new CheckpointError(
      shard.name,
      `would get a header of ${header.length - 8} bytes, the limit is ${HEADER_LIMIT}; one bias a tensor takes less than one a channel`,
    );
  }
  await writeFile(path, async (file) => {
    file.write(header);
    for (const { tensor, bytes } of plans) {
      if (tensor) await rewriting.write(tensor, file);
      else if (bytes) file.write(bytes);
      await pause();
    }
  });
}

function indexText({ shards }: Checkpoint, rewriting: Rewriting): string {
  const plansOf = (shard: Shard): TensorPlan[] =>
    shard.tensors.flatMap((tensor) => [
      rewriting.plan(tensor),
      ...(rewriting.companions?.(tensor) ?? []),
    ]);
  const places = shards.flatMap((shard) =>
    plansOf(shard).map(({ name }) => [name, shard.name] as const),
  );
  const total_size = shards.flatMap(plansOf).reduce((sum, plan) => sum + planBytes(plan), 0);
  const weight_map = Object.fromEntries(places);
  return `${JSON.stringify({ metadata: { total_size }, weight_map }, null, 2)}\n`;
}

/** Copies a tensor's bytes as they are. */
export async function copyTensor(
  checkpoint: Checkpoint,
  tensor: TensorInfo,
  file: OutputFile,
): Promise<void> {
  for (const chunk of checkpoint.chunks(tensor)) {
    file.write(chunk);
    await pause();
  }
}
