import type { DecoderConfig } from "../decoder/config.ts";
import { floatLayers } from "../linear.ts";
import type { Model } from "../model.ts";
import { type InputType, quantizedInputs } from "../quantized-input.ts";
import { InputRecorder, recordingLayers } from "../recorded-inputs.ts";
import { BatchReader, batchesOf, batchTokens } from "./batches.ts";
import { type Setting, storedAs } from "./sums.ts";

/** A setting whose matrices read integers. */
export type IntegerSetting = Setting & { readonly activations: Exclude<InputType, "float"> };

/**
 * What each matrix of a network reads under a setting: of the first 256 tokens of the sequences.
 *
 * @param stored the network of the format `stored`
 * @throws RangeError for a sequence that the network cannot read.
 */
export function recordInputs(
  model: Model<DecoderConfig>,
  setting: IntegerSetting,
  sequences: readonly (readonly number[])[],
  stored?: Model<DecoderConfig>,
): InputRecorder {
  const recorder = new InputRecorder(setting.activations);
  const network = storedAs(model, setting, stored);
  const layers = recordingLayers(floatLayers(network), recorder);
  const reader = new BatchReader(network, sequences, quantizedInputs(layers, setting.activations));
  let tokens = 0;
  for (const batch of batchesOf(sequences, batchTokens(reader.vocabulary))) {
    reader.read(batch);
    tokens += batch.length;
    if (InputRecorder.isFull(tokens)) break;
  }
  return recorder;
}
