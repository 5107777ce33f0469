import { openCheckpoint } from "./checkpoint.ts";
import type { ByteSource } from "./file.ts";
import type { TensorReport } from "./inspect-tensor.ts";
import type { OnProgress } from "./quantize.ts";

export type { TensorReport } from "./inspect-tensor.ts";

/**
 * Describes every tensor of a checkpoint, streaming.
 *
 * @param input a path, or one file's bytes.
 * @throws as `openCheckpoint`.
 *
 * @example
 * await saveFloats(`${folder}/weights.safetensors`, [{ name: "w", shape: [2, 2], data: Float32Array.of(1, 0, -3, 0) }]);
 * const [{ min, max, zeros }] = await inspectCheckpoint(`${folder}/weights.safetensors`);
 * console.log(`${min} ${max} ${zeros}`); // -3 1 2
 */
export async function inspectCheckpoint(
  input: string | ByteSource,
  onProgress: OnProgress = () => {},
): Promise<readonly TensorReport[]> {
  const checkpoint = openCheckpoint(input);
  try {
    // What fits distributions is not loaded with all that reads checkpoints.
    const { inspectTensor } = await import("./inspect-tensor.ts");
    const reports: TensorReport[] = [];
    const total = checkpoint.tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0);
    let done = 0;
    for (const tensor of checkpoint.tensors) {
      reports.push(await inspectTensor(checkpoint, tensor));
      done += tensor.byteLength;
      onProgress(done, total, tensor.name);
    }
    return reports;
  } finally {
    checkpoint.close();
  }
}
