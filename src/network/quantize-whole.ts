import {
  type Checkpoint,
  CheckpointError,
  type OnProgress,
  openCheckpoint,
  type Quantization,
  type QuantizeOptions,
  quantizeOpened,
  reordered,
} from "../checkpoint/index.ts";
import { describeWhole, findTensors } from "./model.ts";
import { modelFiles } from "./write-model.ts";

/**
 * Makes a model directory in RF8 of a file that is a whole network, llama2.c's or GGUF: a config.json, the tokenizer
 * where there is one, and the rows of q and k as Hugging Face has them. Streaming, as `quantizeCheckpoint`.
 *
 * @throws as `readModel` and `quantizeCheckpoint`.
 *
 * @example
 * // A llama2.c file of zeros: hidden 8, inner 8, 1 layer, 1 head, 1 key head, 8 tokens, 8 positions.
 * const file = new Uint8Array(28 + 4 * 600);
 * new Int32Array(file.buffer, 0, 7).set([8, 8, 1, 1, 1, 8, 8]);
 * process.getBuiltinModule("node:fs").writeFileSync(`${folder}/tiny.bin`, file);
 * const options = { rounding: "nearest", bias: "max", granularity: "tensor", nan: "error", seed: 1 };
 * await quantizeWhole(`${folder}/tiny.bin`, `${folder}/tiny-rf8`, options);
 * console.log(readModel(`${folder}/tiny-rf8`).config.hidden_size); // 8
 */
export async function quantizeWhole(
  input: string,
  directory: string,
  options: QuantizeOptions,
  onProgress: OnProgress = () => {},
): Promise<Quantization> {
  return await quantizeOpened(openWhole(input), directory, options, onProgress);
}

/**
 * Opens such a file as the model directory that it becomes: tensors by Hugging Face's names, in its order of rows.
 *
 * @throws as `readModel`.
 */
export function openWhole(input: string): Checkpoint {
  const { config: given, ...described } = describeWhole(input);
  if (given.model_type === "mlp") throw new CheckpointError(input, "is no decoder");
  const checkpoint = openCheckpoint(input);
  try {
    const { config, found } = findTensors(checkpoint, given);
    const tensors = found.map(({ name, info, order }) => ({
      ...(order ? reordered(info, order) : info),
      name,
    }));
    return {
      path: input,
      isDirectory: false,
      tensors,
      shards: [{ name: "model.safetensors", metadata: { format: "pt" }, tensors }],
      files: modelFiles({ ...described, config }),
      chunks: checkpoint.chunks.bind(checkpoint),
      close: () => checkpoint.close(),
    };
  } catch (error) {
    checkpoint.close();
    throw error;
  }
}
