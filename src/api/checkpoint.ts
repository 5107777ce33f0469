/**
 * Checkpoints on disk: read, quantized, dequantized and described (docs/checkpoints.md, docs/quantization.md).
 *
 * @module rf8/checkpoint
 */
export {
  type ByteSource,
  bytesSource,
  type Checkpoint,
  CheckpointError,
  type DequantizedTensor,
  dequantizeCheckpoint,
  type FloatTarget,
  type FloatTensor,
  floatTargets,
  inspectCheckpoint,
  openCheckpoint,
  type QuantizedTensor,
  type QuantizeOptions,
  quantizeCheckpoint,
  type Rf8Info,
  saveFloats,
  type TensorInfo,
  type TensorReport,
} from "../checkpoint/index.ts";
export {
  type MatrixReport,
  type Method,
  type ModelOptions,
  type ModelTask,
  methods,
  quantizeMatrix,
  quantizeModel,
  Solver,
} from "../quantize/index.ts";
