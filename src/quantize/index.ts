/** RF8 codes chosen on calibration data: GPTQ, row scales, palettes (docs/quantization.md). */
export {
  type DecoderOptions,
  quantizeDecoder,
  type Solvers,
  tensorOfCodes,
  walkDecoder,
} from "./decoder.ts";
export { type EqualizeOptions, equalize, withFactors } from "./equalize.ts";
export { Grid } from "./grid.ts";
export type { Levels } from "./levels.ts";
export { type MatrixOptions, type QuantizedMatrix, quantizeMatrix } from "./matrix.ts";
export { nearestInPalette } from "./nearest-in-palette.ts";
export { type Pair, pairsOf } from "./pairs.ts";
export {
  type MatrixReport,
  type ModelOptions,
  type ModelTask,
  quantizeModel,
} from "./quantize-model.ts";
export { CodeRounding } from "./rounding.ts";
export { type Method, methods, Solver } from "./solver.ts";
