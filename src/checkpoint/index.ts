/** Checkpoints on disk: reading, quantizing, dequantizing and describing them (docs/checkpoints.md). */
export { type Checkpoint, openCheckpoint, type Shard } from "./checkpoint.ts";
export { type DequantizedTensor, dequantizeCheckpoint } from "./dequantize.ts";
export { CheckpointError } from "./error.ts";
export { type ByteSource, bytesSource } from "./file.ts";
export { floatChunks, scaleRows } from "./float-chunks.ts";
export { type FloatTarget, floatTable, floatTargets } from "./float-table.ts";
export { nearestFloat } from "./float-type.ts";
export { inspectCheckpoint, type TensorReport } from "./inspect.ts";
export { type Llama2cShape, saveLlama2c } from "./llama2c-write.ts";
export {
  isKept,
  type OnProgress,
  type Quantization,
  type QuantizedTensor,
  type QuantizeOptions,
  quantizeCheckpoint,
  quantizedTensors,
  quantizeOpened,
} from "./quantize.ts";
export { reordered } from "./reordered.ts";
export { type FloatTensor, type IntegerTensor, saveFloats, saveIntegers } from "./save.ts";
export { type ChosenCodes, saveCodes } from "./save-codes.ts";
export { isFloat, type Rf8Info, rowLength, type TensorInfo } from "./tensor.ts";
