/** The generalized-Gaussian prior: statistics, fits, sampling, and the training methods built on it (docs/gg.md). */
export {
  type BackslashOptions,
  type BackslashStrength,
  backslash,
  type Parameter,
} from "./backslash.ts";
export { type DeepshapeOptions, deepshape } from "./deepshape.ts";
export { cumulative, density, logDensity, quantile } from "./distribution.ts";
export { decodeExpGolomb, encodeExpGolomb, expGolombBits } from "./exp-golomb.ts";
export { type Bin, Histogram } from "./histogram.ts";
export { type Initialisation, initialise } from "./initialise.ts";
export { fitLikelihood, type LikelihoodFit } from "./likelihood.ts";
export { levelAt, RATE_STEP, type Rate, rateOf } from "./rate.ts";
export { ggStream, sample } from "./sample.ts";
export {
  alphaOf,
  fitMoments,
  fitValues,
  type GeneralizedGaussian,
  MAX_NU,
  MIN_NU,
  momentRatio,
} from "./shape.ts";
export { type Profile, profileOf, sparkline } from "./sparkline.ts";
