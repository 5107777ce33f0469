import { breathe } from "./atomic.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./error.ts";
import { floatChunks } from "./float-chunks.ts";
import type { OnProgress } from "./quantize.ts";
import { copyTensor, rewrite } from "./rewrite.ts";
import { withoutRf8 } from "./safetensors/rf8-metadata.ts";

/** Float32 holds values below 2^128; those of biases under −112 can be beyond. */
const LARGEST_FLOAT32 = 2 ** 128 - 2 ** 104;

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
          const beyond = data.findIndex((value) => Math.abs(value) > LARGEST_FLOAT32);
          if (beyond >= 0) {
            throw new CheckpointError(
              input,
              `tensor ${JSON.stringify(tensor.name)} holds ${data[beyond]}, beyond float32`,
            );
          }
          const values = Float32Array.from(data);
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
