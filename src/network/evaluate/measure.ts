import { pause } from "../../pause.ts";
import { type BatchReader, batchesOf, batchTokens } from "./batches.ts";

/** How well a network predicts tokens, summed over them, in nats. */
export interface Sums {
  /** Negative log-likelihood. */
  readonly nll: number;
  /** KL(reference ‖ this). */
  readonly kl: number;
}

/**
 * Lets networks read the same sequences and predict every token but the first of each: batches of tokens one after the other,
 * each through all networks.
 *
 * @param candidates may have the reference among them
 * @returns the sums of each candidate
 */
export async function measure(
  reference: BatchReader,
  candidates: readonly BatchReader[],
  sequences: readonly (readonly number[])[],
  onTokens: (tokens: number) => void,
): Promise<readonly Sums[]> {
  const sums = candidates.map(() => ({ nll: 0, kl: 0 }));
  const { vocabulary } = reference;
  const [expected, found] = [new Float64Array(vocabulary), new Float64Array(vocabulary)];
  const chances = new Float64Array(vocabulary);
  for (const batch of batchesOf(sequences, batchTokens(vocabulary))) {
    const exact = reference.read(batch);
    const others = candidates.map((candidate) =>
      candidate === reference ? exact : candidate.read(batch),
    );
    batch.forEach(({ target }, i) => {
      const row = (logits: Float32Array): Float32Array =>
        logits.subarray(i * vocabulary, (i + 1) * vocabulary);
      logSoftmax(row(exact), expected);
      for (let id = 0; id < vocabulary; id++) chances[id] = Math.exp(expected[id] as number);
      others.forEach((logits, index) => {
        const sum = sums[index] as (typeof sums)[number];
        if (logits === exact) {
          sum.nll -= expected[target] as number;
          return;
        }
        logSoftmax(row(logits), found);
        sum.nll -= found[target] as number;
        sum.kl += divergence(chances, expected, found);
      });
    });
    onTokens(batch.length);
    await pause();
  }
  return sums;
}

/** log softmax in float64. */
function logSoftmax(logits: Float32Array, output: Float64Array): void {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) maximum = Math.max(maximum, logits[id] as number);
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] as number) - maximum);
  const normalizer = maximum + Math.log(sum);
  for (let id = 0; id < logits.length; id++) output[id] = (logits[id] as number) - normalizer;
}

/** Σ p · (log p − log q). */
function divergence(p: Float64Array, logP: Float64Array, logQ: Float64Array): number {
  let sum = 0;
  for (let id = 0; id < p.length; id++)
    sum += (p[id] as number) * ((logP[id] as number) - (logQ[id] as number));
  return sum;
}
