import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { floatChunks, openCheckpoint, type QuantizeOptions } from "../../src/checkpoint/index.ts";

/** A folder of its own for a test file, removed when its tests are done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rf8-checkpoint-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Entry {
  readonly dtype: string;
  readonly shape: readonly unknown[];
  readonly data_offsets: readonly unknown[];
}

/** A safetensors file from any header, right or wrong: written from the format's definition, not by the library. */
export function safetensors(header: unknown, data: Uint8Array = new Uint8Array()): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

/** Float32 tensors one after the other as a file. */
export function writeFloats(
  path: string,
  tensors: Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>,
  metadata?: Readonly<Record<string, string>>,
): void {
  let offset = 0;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const bytes = Object.values(tensors).map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  writeFileSync(path, safetensors(header, Buffer.concat(bytes)));
}

/** Quantizing as the command does when nothing is said. */
export const defaults: QuantizeOptions = {
  rounding: "nearest",
  bias: "max",
  granularity: "tensor",
  nan: "error",
  seed: 1,
};

/** The values of a tensor of a file, RF8 decoded. */
export function values(file: string, name: string): number[] {
  const checkpoint = openCheckpoint(file);
  const tensor = checkpoint.tensors.find((item) => item.name === name)!;
  const all = [...floatChunks(checkpoint, tensor)].flatMap(({ data }) => [...data]);
  checkpoint.close();
  return all;
}
