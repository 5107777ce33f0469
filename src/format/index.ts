/** RF8, the number format: on numbers and on whole arrays (docs/format.md). */
export { maxBias } from "./bias.ts";
export { BiasSearch, type BiasSearchOptions } from "./bias-search.ts";
export type { FloatBlock, FloatDtype, HalfBlock } from "./block.ts";
export type { Bias, ChannelBias } from "./channel.ts";
export {
  BIAS_MAX,
  BIAS_MIN,
  CANONICAL_MAGNITUDES,
  type Code,
  canonicalise,
  decode,
  decodeTable,
  integerValue,
  LARGEST_CODE,
  NAN_CODE,
  SIGN_BIT,
  ZERO_CODE,
} from "./code.ts";
export { codeText } from "./code-text.ts";
export { type DecodeOptions, decodeArray } from "./decode-array.ts";
export { encode } from "./encode.ts";
export { type EncodeOptions, type EncodeResult, encodeArray } from "./encode-array.ts";
export { ErrorStatistics } from "./error-statistics.ts";
export { bfloat16ToNumber, float16ToNumber } from "./float-bits.ts";
export { MaxAbs } from "./max-abs.ts";
export { NonFiniteError } from "./non-finite-error.ts";
export { type RandomBits, seededRandom } from "./random.ts";
export type { NanPolicy, Rounding } from "./rounding.ts";
export { entropyBits, sqnrDb } from "./statistics.ts";
