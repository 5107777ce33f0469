import { replace, writeFile } from "./atomic.ts";
import { aligned, encodeHeader } from "./safetensors/write.ts";

/** A float32 tensor in memory. */
export interface FloatTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Writes float32 tensors as a safetensors file, whole or not at all.
 *
 * @throws NodeJS.ErrnoException when it cannot be written.
 */
export async function saveFloats(path: string, tensors: readonly FloatTensor[]): Promise<void> {
  const plans = aligned(tensors.map((tensor) => ({ ...tensor, dtype: "F32" })));
  await replace(process.cwd(), path, "file", (temporary) =>
    writeFile(temporary, async (file) => {
      file.write(encodeHeader(plans, {}));
      for (const { data } of plans)
        file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }),
  );
}
