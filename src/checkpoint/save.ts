import { workingFolder } from "#host/tools/disk";
import { replace, writeFile } from "./atomic.ts";
import { aligned, encodeHeader } from "./safetensors/write.ts";

/** A float32 tensor in memory. */
export interface FloatTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor of small integers in memory. */
export interface IntegerTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Int8Array | Int16Array;
}

/**
 * Writes tensors of I8 and I16 as a safetensors file, whole or not at all.
 *
 * @throws NodeJS.ErrnoException when it cannot be written.
 */
export async function saveIntegers(path: string, tensors: readonly IntegerTensor[]): Promise<void> {
  const plans = aligned(
    tensors.map((tensor) => ({
      ...tensor,
      dtype: tensor.data instanceof Int8Array ? "I8" : "I16",
    })),
  );
  await replace(workingFolder(), path, "file", (temporary) => writeTensors(temporary, plans, {}));
}

/**
 * Writes float32 tensors as a safetensors file, whole or not at all.
 *
 * @throws NodeJS.ErrnoException when it cannot be written.
 *
 * @example
 * await saveFloats(`${folder}/weights.safetensors`, [{ name: "w", shape: [1, 2], data: Float32Array.of(1, 2) }]);
 * console.log(openCheckpoint(`${folder}/weights.safetensors`).tensors[0].elements); // 2
 */
export async function saveFloats(
  path: string,
  tensors: readonly FloatTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await replace(workingFolder(), path, "file", (temporary) =>
    writeFloats(temporary, tensors, metadata),
  );
}

/** Writes float32 tensors as a safetensors file that does not exist yet. */
export async function writeFloats(
  path: string,
  tensors: readonly FloatTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const plans = aligned(tensors.map((tensor) => ({ ...tensor, dtype: "F32" })));
  await writeTensors(path, plans, metadata);
}

const writeTensors = (
  path: string,
  plans: readonly (Parameters<typeof encodeHeader>[0][number] & {
    readonly data: Float32Array | Int8Array | Int16Array;
  })[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> =>
  writeFile(path, async (file) => {
    file.write(encodeHeader(plans, metadata));
    for (const { data } of plans)
      file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
