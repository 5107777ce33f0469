import {
  bfloat16ToNumber,
  ErrorStatistics,
  encodeArray,
  entropyBits,
  type FloatBlock,
  float16ToNumber,
  maxBias,
} from "../format/index.ts";
import { fitLikelihood, fitMoments, Histogram, type Profile, profileOf } from "../gg/index.ts";
import { pause } from "../pause.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { floatChunks } from "./float-chunks.ts";
import { isFloat, type TensorInfo } from "./tensor.ts";

/** What the values of a tensor look like; null where a figure does not exist. Keys are those of the JSON. */
export interface TensorReport {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  readonly zeros: number | null;
  /** NaNs and infinities, which no other figure counts. */
  readonly non_finite: number | null;
  /** Generalized Gaussian by the moments: shape and scale. */
  readonly gg_nu: number | null;
  readonly gg_alpha: number | null;
  /** The same by maximum likelihood, and the Kolmogorov–Smirnov distance of the values from that, 0 to 1. */
  readonly gg_ml_nu: number | null;
  readonly gg_ml_alpha: number | null;
  readonly gg_ks: number | null;
  /** Shares of the values, and of the likeliest distribution, in equal steps over ±4 standard deviations. */
  readonly histogram: Profile | null;
  /** Bits that a weight of an RF8 tensor takes: 8, or those of a palette's index. */
  readonly bits: number | null;
  /** The positive codes of the palette of an RF8 tensor that has one. */
  readonly palette: readonly number[] | null;
  /** The smallest and the largest of an RF8 tensor's row scales. */
  readonly row_scale: { readonly min: number; readonly max: number } | null;
  /** The bias of an RF8 tensor; for floats the one that `max` would choose. */
  readonly bias: number | readonly number[] | null;
  /** For floats: dB at RF8 nearest with that bias. */
  readonly sqnr_db: number | null;
  /** Of the RF8 codes, as they are or would be, in bits a weight. */
  readonly entropy_bits: number | null;
}

/** Describes a tensor, streaming. */
export async function inspectTensor(
  checkpoint: Checkpoint,
  tensor: TensorInfo,
): Promise<TensorReport> {
  const { name, dtype, shape, elements, rf8 } = tensor;
  const sums = new Sums();
  for (const block of floatChunks(checkpoint, tensor)) {
    sums.add(block);
    await pause();
  }
  const numeric = rf8 !== undefined || isFloat(dtype);
  const fit = fitMoments(sums.meanSquare, sums.meanAbsolute);
  const codes = rf8
    ? await storedCodes(checkpoint, tensor)
    : await wouldBe(checkpoint, tensor, sums);
  const known = numeric && sums.count > 0;
  return {
    name,
    dtype: rf8 ? "RF8" : (tensor.computed?.stored ?? dtype),
    shape,
    elements,
    min: known ? sums.minimum : null,
    max: known ? sums.maximum : null,
    mean: known ? sums.mean : null,
    std: known ? Math.sqrt(Math.max(0, sums.meanSquare - sums.mean ** 2)) : null,
    zeros: numeric ? sums.zeros : null,
    non_finite: numeric ? sums.nonFinite : null,
    gg_nu: fit?.nu ?? null,
    gg_alpha: fit?.alpha ?? null,
    ...likelihood(sums),
    bits: rf8 ? (rf8.packing?.bits ?? 8) : null,
    palette: rf8?.packing?.palette ?? null,
    row_scale: rf8?.scale ? extremes(rf8.scale.values) : null,
    ...codes,
  };
}

const extremes = (values: Float32Array): TensorReport["row_scale"] =>
  values.length === 0
    ? null
    : {
        min: values.reduce((a, b) => Math.min(a, b)),
        max: values.reduce((a, b) => Math.max(a, b)),
      };

const HISTOGRAM_STEPS = 17;

function likelihood({
  histogram,
  meanSquare,
}: Sums): Pick<TensorReport, "gg_ml_nu" | "gg_ml_alpha" | "gg_ks" | "histogram"> {
  const fit = fitLikelihood(histogram);
  if (!fit) return { gg_ml_nu: null, gg_ml_alpha: null, gg_ks: null, histogram: null };
  return {
    gg_ml_nu: fit.nu,
    gg_ml_alpha: fit.alpha,
    gg_ks: fit.ks,
    histogram: profileOf(histogram, fit, 4 * Math.sqrt(meanSquare), HISTOGRAM_STEPS),
  };
}

type CodeReport = Pick<TensorReport, "bias" | "sqnr_db" | "entropy_bits">;

async function storedCodes(checkpoint: Checkpoint, tensor: TensorInfo): Promise<CodeReport> {
  const histogram = new Float64Array(256);
  for (const chunk of checkpoint.chunks(tensor)) {
    for (const code of chunk) histogram[code] = (histogram[code] as number) + 1;
    await pause();
  }
  return { bias: tensor.rf8?.bias ?? null, sqnr_db: null, entropy_bits: entropyBits(histogram) };
}

async function wouldBe(
  checkpoint: Checkpoint,
  tensor: TensorInfo,
  sums: Sums,
): Promise<CodeReport> {
  if (!isFloat(tensor.dtype) || sums.nonFinite > 0 || sums.count === 0) {
    return { bias: null, sqnr_db: null, entropy_bits: null };
  }
  const bias = maxBias(Math.max(Math.abs(sums.minimum), Math.abs(sums.maximum)));
  const statistics = new ErrorStatistics(bias);
  for (const block of floatChunks(checkpoint, tensor)) {
    statistics.add(block, encodeArray(block, { bias, rounding: "nearest" }).codes);
    await pause();
  }
  const { sqnrDb, entropyBits: bits } = statistics;
  return { bias, sqnr_db: Number.isFinite(sqnrDb) ? sqnrDb : null, entropy_bits: bits };
}

/** Running sums in float64 over the finite values. */
class Sums {
  count = 0;
  zeros = 0;
  nonFinite = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;
  readonly histogram = new Histogram();
  #sum = 0;
  #absolute = 0;
  #square = 0;

  get mean(): number {
    return this.#sum / this.count;
  }
  get meanAbsolute(): number {
    return this.#absolute / this.count;
  }
  get meanSquare(): number {
    return this.#square / this.count;
  }

  add(block: FloatBlock): void {
    const { data } = block;
    const toNumber = block.dtype === "F16" ? float16ToNumber : bfloat16ToNumber;
    const bits = block.dtype === "F16" || block.dtype === "BF16";
    const values = bits ? Float32Array.from(data, toNumber) : data;
    this.histogram.add(values);
    for (const value of values) {
      if (!Number.isFinite(value)) {
        this.nonFinite += 1;
        continue;
      }
      this.count += 1;
      if (value === 0) this.zeros += 1;
      if (value < this.minimum) this.minimum = value;
      if (value > this.maximum) this.maximum = value;
      this.#sum += value;
      this.#absolute += Math.abs(value);
      this.#square += value * value;
    }
  }
}
