import { breathe } from "../../checkpoint/atomic.ts";
import type { DecoderSession } from "../decoder/session.ts";

/** How well a network predicts tokens, in nats a token. */
export interface Measure {
  /** Mean negative log-likelihood of the tokens. */
  readonly nll: number;
  /** Mean KL(reference ‖ this), over the distributions of every predicted token. */
  readonly kl: number;
}

/**
 * Lets networks read the same sequences, side by side, and predict every token but the first of each.
 *
 * @returns the measure of each candidate
 */
export async function measure(
  reference: DecoderSession,
  candidates: readonly DecoderSession[],
  sequences: readonly (readonly number[])[],
  onToken: () => void,
): Promise<readonly Measure[]> {
  let tokens = 0;
  const sums = candidates.map(() => ({ nll: 0, kl: 0 }));
  for (const sequence of sequences) {
    for (const session of [reference, ...candidates]) session.reset();
    for (let i = 0; i + 1 < sequence.length; i++) {
      const [token, target] = [sequence[i] as number, sequence[i + 1] as number];
      const expected = logSoftmax(reference.next(token));
      tokens += 1;
      candidates.forEach((candidate, index) => {
        const found = logSoftmax(candidate.next(token));
        const sum = sums[index] as (typeof sums)[number];
        sum.nll -= found[target] as number;
        sum.kl += divergence(expected, found);
      });
      onToken();
      await breathe();
    }
  }
  return sums.map(({ nll, kl }) => ({ nll: nll / tokens, kl: kl / tokens }));
}

/** log softmax in float64. */
function logSoftmax(logits: Float32Array): Float64Array {
  const greatest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - greatest);
  const normalizer = greatest + Math.log(sum);
  return Float64Array.from(logits, (logit) => logit - normalizer);
}

/** Σ p · (log p − log q). */
function divergence(logP: Float64Array, logQ: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < logP.length; i++)
    sum += Math.exp(logP[i] as number) * ((logP[i] as number) - (logQ[i] as number));
  return sum;
}
