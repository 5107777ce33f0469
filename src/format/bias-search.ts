import { eachWide, type FloatBlock } from "./block.ts";
import { eachRun } from "./channel.ts";
import { BIAS_MAX, BIAS_MIN } from "./code.ts";
import { sharedDecodeTable } from "./decode-array.ts";
import { encodeArray } from "./encode-array.ts";
import { addSquaredErrors } from "./error-statistics.ts";
import type { NanPolicy, Rounding } from "./rounding.ts";

/**
 * The neighbourhood of the max bias, in the order in which ties are resolved.
 *
 * A smaller bias never helps nearest rounding: of the values within range it only takes away the
 * smallest. (It can help the paper's rule, where nearest takes over near zero.) One more than the max
 * bias saturates the largest weights, at no cost while they would round to that value anyway, and
 * resolves smaller ones. Two more cost at least (max|w| / 2)^2 for the largest weight and win at most
 * (0.4375 * 2^-bias)^2 for each other: never enough below 2^29 weights.
 */
const NEIGHBOURHOOD = [0, 1, -1, 2] as const;

export interface BiasSearchOptions {
  /** Elements per channel. Default Infinity: one channel. */
  readonly rowLength?: number;
  /** Whose errors count. Default nearest; stochastic rounding is judged by nearest's. */
  readonly rounding?: Rounding;
  /** "encode" passes over NaNs. */
  readonly nan?: NanPolicy;
}

/** One candidate bias per channel and the squared error it leaves there. */
interface Candidate {
  readonly biases: Int16Array;
  readonly errors: Float64Array;
}

/**
 * The `mse` bias of a tensor, or of each of its output channels: of the biases from one below to two
 * above the max bias, that of the smallest sum of squared errors. A second pass, after `MaxAbs`, over
 * the tensor's chunks in their order. Ties go to the max bias.
 *
 * @example
 * const search = new BiasSearch([maxBias(0.5)]);
 * search.add({ dtype: "F32", data: Float32Array.of(0.5, -0.1, 0.02) });
 * console.log(search.biases()[0] >= 15); // true
 */
export class BiasSearch {
  readonly #candidates: readonly Candidate[];
  readonly #rowLength: number;
  readonly #rounding: Rounding;
  readonly #nan: NanPolicy;
  #position = 0;

  /** @param maxBiases one per channel, as `MaxAbs.biases` gives them */
  constructor(maxBiases: ArrayLike<number>, options: BiasSearchOptions = {}) {
    const { rowLength = Number.POSITIVE_INFINITY, rounding = "nearest", nan = "error" } = options;
    this.#rowLength = rowLength;
    this.#rounding = rounding === "stochastic" ? "nearest" : rounding;
    this.#nan = nan;
    this.#candidates = NEIGHBOURHOOD.map((offset) => ({
      biases: Int16Array.from(maxBiases, (bias) => clamp(bias + offset)),
      errors: new Float64Array(maxBiases.length),
    }));
  }

  /** @throws NonFiniteError with the element's index in the tensor */
  add(chunk: FloatBlock): void {
    const { length } = chunk.data;
    const codes = new Uint8Array(length);
    for (const candidate of this.#candidates) this.#judge(candidate, chunk, codes);
    this.#position += length;
  }

  /** The best bias of each channel so far. */
  biases(): Int16Array {
    const best = (this.#candidates[0] as Candidate).biases.slice();
    const minimum = (this.#candidates[0] as Candidate).errors.slice();
    for (const { biases, errors } of this.#candidates)
      for (const [channel, error] of errors.entries())
        if (error < (minimum[channel] as number)) {
          minimum[channel] = error;
          best[channel] = biases[channel] as number;
        }
    return best;
  }

  #judge({ biases, errors }: Candidate, chunk: FloatBlock, codes: Uint8Array): void {
    const rowLength = this.#rowLength;
    const position = this.#position;
    encodeArray(chunk, {
      bias: { biases, rowLength },
      rounding: this.#rounding,
      nan: this.#nan,
      firstIndex: position,
      codes,
    });
    eachWide(chunk, 0, codes.length, (wide, from) => {
      const wideCodes = codes.subarray(from);
      eachRun(wide.length, position + from, rowLength, (start, end, channel) => {
        const table = sharedDecodeTable(biases[channel] as number);
        const before = errors[channel] as number;
        errors[channel] = addSquaredErrors(wide, wideCodes, start, end, table, before);
      });
    });
  }
}

function clamp(bias: number): number {
  return Math.min(BIAS_MAX, Math.max(BIAS_MIN, bias));
}
