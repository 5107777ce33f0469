/** Every operation of the decoder core in integers, bit for bit (docs/core.md). */
export { argmax } from "./argmax.ts";
export {
  type Block,
  blockOf,
  type Mantissas,
  mantissas,
  slice,
  spanOf,
  storedMantissas,
} from "./block.ts";
export { type Constant, constantOf } from "./constant.ts";
export { add, multiply, scale } from "./elementwise.ts";
export { EMBEDDING_SHIFT, embedding } from "./embedding.ts";
export { CACHE_LIMIT, encode, encodeBlock } from "./encoder.ts";
export { type Gate, gated, gates, gateTable, share } from "./gate.ts";
export { minExponent, type NormParameters, norm, normParameters } from "./norm.ts";
export {
  type CodeMatrix,
  factorOf,
  largestRow,
  MEAN_SHIFT,
  means,
  product,
  type RowFactors,
  rowSums,
  SCORE_EXPONENT,
  scores,
  shiftWithin,
} from "./product.ts";
export { type Factor, reciprocal, reciprocalOf, reciprocalRootOf, squareRoot } from "./root.ts";
export { rotary, TURN_FRACTION } from "./rotary.ts";
export { bitLength, roundShift, saturate } from "./rounding.ts";
export { exponential, POWERS, softmax } from "./softmax.ts";
