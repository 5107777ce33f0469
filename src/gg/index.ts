/** The generalized-Gaussian prior: shape, moment fit, sampling. */
export { sample } from "./sample.ts";
export {
  fitMoments,
  type GeneralizedGaussian,
  momentRatio,
  NU_GREATEST,
  NU_LEAST,
} from "./shape.ts";
