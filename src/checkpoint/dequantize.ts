import { breathe } from "./atomic.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./error.ts";
import { floatChunks } from "./float-chunks.ts";
import type { OnProgress } from "./quantize.ts";
import { copyTensor, rewrite } from "./rewrite.ts";
import { withoutRf8 } from "./safetensors/rf8-metadata.ts";

/**
 * Writes a checkpoint with its RF8 tensors as float32, exactly; the others keep their type.
 *
 * @returns the names of the tensors that were decoded.
 * @throws CheckpointError when nothing is RF8, or a value is beyond float32; else as `quantizeCheckpoint`.
 */
export async function dequantizeCheckpoint(
  input: string,
  output: string,
  onProgress: OnProgress = () => {},
): Promise<readonly string[]> {
  const checkpoint = openCheckpoint(input);
  try {
    const decoded = checkpoint.tensors.filter((tensor) => tensor.rf8);
    if (decoded.length === 0)
      throw new CheckpointError(input, "holds no RF8 tensor; there is nothing to dequantize");
    const total = decoded.reduce((sum, tensor) => sum + tensor.byteLength, 0);
    let done = 0;
    await rewrite(checkpoint, output, {
      plan: ({ name, dtype, shape, rf8 }) => ({ name, shape, dtype: rf8 ? "F32" : dtype }),
      metadata: ({ metadata }) => withoutRf8(metadata),
      async write(tensor, file) {
        if (!tensor.rf8) {
          await copyTensor(checkpoint, tensor, file);
          return;
        }
        for (const { data } of floatChunks(checkpoint, tensor)) {
          const values = new Float32Array(data);
          for (let i = 0; i < values.length; i++) {
            // RF8 has no infinity: only a value of 2^128 or more, of a bias below −112, becomes one.
            if (Math.abs(values[i] ?? 0) === Number.POSITIVE_INFINITY) {
              throw new CheckpointError(
                input,
                `tensor ${JSON.stringify(tensor.name)} holds ${data[i]}, beyond float32`,
              );
            }
          }
          file.write(new Uint8Array(values.buffer));
          done += values.length;
          onProgress(done, total, tensor.name);
          await breathe();
        }
      },
    });
    return decoded.map((tensor) => tensor.name);
  } finally {
    checkpoint.close();
  }
}
