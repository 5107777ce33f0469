/** Networks in memory: model directories, the forward pass, tokens (docs/network.md). */
export { type Activation, activationFunction } from "./activations.ts";
export { type NetworkConfig, readConfig } from "./config.ts";
export {
  type EvaluationOptions,
  type EvaluationRow,
  evaluate,
  evaluateMatrices,
  type MatrixRow,
  predictedTokens,
  type Setting,
} from "./evaluate/evaluate.ts";
export { type SequenceSizes, sampledSequences, textSequences } from "./evaluate/sequences.ts";
export {
  granularities,
  isMatrix,
  quantizeTensor,
  roundings,
  type WeightSetting,
  weightFormats,
  weightSettings,
} from "./evaluate/weights.ts";
export { type Chooser, generate, greedy, sampling } from "./generate.ts";
export { floatLayers, type LinearLayers } from "./linear.ts";
export { LlamaSession } from "./llama.ts";
export type { LlamaConfig } from "./llama-config.ts";
export { classifierOf, EMBEDDING, FINAL_NORM, layerTensor, llamaTensors } from "./llama-tensors.ts";
export { llama2cConfig } from "./llama2c-model.ts";
export { mlp } from "./mlp.ts";
export type { MlpConfig, MlpLayer } from "./mlp-config.ts";
export { isLlama, isMlp, type Model, readModel, tensorOf } from "./model.ts";
export { beginOfSequence, promptOf, textTokens } from "./prompt.ts";
export { quantizeLlama2c } from "./quantize-llama2c.ts";
export {
  greatestInteger,
  type InputType,
  inputTypes,
  quantizedInputs,
  quantizeVector,
} from "./quantized-input.ts";
export { rf8Model } from "./rf8-model.ts";
export { type ModelTensor, type Rf8Codes, rf8Tensor } from "./tensor.ts";
export { byteTokenizer, characterTokenizer, readTokenizer, type Tokenizer } from "./tokenizer.ts";
export { writeModel } from "./write-model.ts";
