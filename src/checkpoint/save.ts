import { workingFolder } from "#host/tools/disk";
import { replace, writeFile } from "./atomic.ts";
import { aligned, encodeHeader } from "./safetensors/write.ts";

/** A float32 tensor in memory. */
export interface FloatTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Writes float32 tensors as a safetensors file, whole or not at all.
 *
 * @throws NodeJS.ErrnoException when it cannot be written.
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
  await writeFile(path, async (file) => {
    file.write(encodeHeader(plans, metadata));
    for (const { data } of plans)
      file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
}
