/** Networks in memory: model directories, the forward pass, tokens (docs/network.md). */
export { type Activation, activationFunction } from "./activations.ts";
export { chatText, type Message } from "./chat.ts";
export { type NetworkConfig, networkConfig, readConfig } from "./config.ts";
export { type DecoderConfig, type DecoderLayer, llamaConfig } from "./decoder/config.ts";
export { Decoder, type TokenStep } from "./decoder/decoder.ts";
export { type FamilyName, families } from "./decoder/families.ts";
export type { RotaryConfig } from "./decoder/rope.ts";
export { Rotary } from "./decoder/rotary.ts";
export { Sequence } from "./decoder/sequence.ts";
export { DecoderSession } from "./decoder/session.ts";
export {
  classifierOf,
  decoderTensors,
  EMBEDDING,
  FINAL_NORM,
  type Footprint,
  footprintOf,
  layerPart,
  layerTensor,
  type Projection,
  projectionsOf,
} from "./decoder/tensors.ts";
export {
  type EvaluationOptions,
  type EvaluationRow,
  evaluate,
  evaluateMatrices,
  type MatrixRow,
} from "./evaluate/evaluate.ts";
export { type IntegerSetting, recordInputs } from "./evaluate/record.ts";
export { type SequenceSizes, sampledSequences, textSequences } from "./evaluate/sequences.ts";
export { predictedTokens, type Setting } from "./evaluate/sums.ts";
export {
  granularities,
  isMatrix,
  quantizeTensor,
  roundings,
  STORED,
  type WeightSetting,
  weightFormats,
  weightSettings,
} from "./evaluate/weights.ts";
export { generate } from "./generate.ts";
export { eachVector, floatLayers, type LinearLayers } from "./linear.ts";
export { llama2cConfig } from "./llama2c-model.ts";
export { mlp } from "./mlp.ts";
export type { MlpConfig, MlpLayer } from "./mlp-config.ts";
export {
  findTensors,
  isDecoder,
  isMlp,
  isWhole,
  type Model,
  readModel,
  readTokenizerOf,
  tensorOf,
} from "./model.ts";
export { beginOfSequence, promptOf, textTokens } from "./prompt.ts";
export { openWhole, quantizeWhole } from "./quantize-whole.ts";
export {
  type InputType,
  inputTypes,
  maxInteger,
  quantizedInputs,
  quantizeVector,
} from "./quantized-input.ts";
export { InputRecorder } from "./recorded-inputs.ts";
export { quantizedModel, rf8Model } from "./rf8-model.ts";
export { type Chooser, greedy, type Sampling, sampling } from "./sampling.ts";
export { type ModelTensor, type Rf8Codes, rf8Tensor, rowFactor } from "./tensor.ts";
export { byteTokenizer, characterTokenizer, readTokenizer, type Tokenizer } from "./tokenizer.ts";
export { writeModel } from "./write-model.ts";
