import { seededRandom } from "../format/index.ts";
import { softmax } from "./decoder/attention.ts";

/** Chooses a token from the logits of all. */
export type Chooser = (logits: Float32Array) => number;

/**
 * The likeliest token; the first of equals.
 *
 * @example
 * console.log(greedy(Float32Array.of(0.1, 2, -1))); // 1
 */
export function greedy(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++)
    if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
}

/** How tokens are drawn. */
export interface Sampling {
  /** Above 0: less prefers what is likely, 1 is the network's own distribution. */
  readonly temperature: number;
  /** So many of the likeliest alone; all where it is absent. */
  readonly topK?: number;
  /** The likeliest whose chances add up to this at least, 0 to 1; all where it is absent. */
  readonly topP?: number;
  /** 0 to 2^32 − 1; the same seed draws the same tokens. */
  readonly seed: number;
}

/**
 * Draws tokens with probability softmax(logits / temperature), of those that top-k leaves, and of these those that top-p
 * leaves.
 *
 * @throws RangeError for a number out of its range.
 *
 * @example
 * const choose = sampling({ temperature: 0.8, topK: 1, seed: 1 });
 * console.log(choose(Float32Array.of(0.1, 2, -1))); // 1
 */
export function sampling({ seed, ...options }: Sampling): Chooser {
  const { temperature, topK, topP } = options;
  if (!(temperature > 0)) throw new RangeError(`temperature ${temperature}: it must be above 0`);
  if (topK !== undefined && !(Number.isInteger(topK) && topK > 0))
    throw new RangeError(`top-k ${topK}: a whole number above 0 is needed`);
  if (topP !== undefined && !(topP > 0 && topP <= 1))
    throw new RangeError(`top-p ${topP}: it must be above 0 and at most 1`);
  const uniform = uniforms(seed);
  return (logits) => draw(logits, uniform(), options);
}

/** Numbers of a seed, spread evenly from 0 to below 1. */
export function uniforms(seed: number): () => number {
  const generator = seededRandom(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

/** The token that a number from 0 to below 1 draws. */
export function draw(
  logits: Float32Array,
  uniform: number,
  { temperature, topK, topP }: Omit<Sampling, "seed">,
): number {
  // Less the largest first, so that no temperature makes an infinity of it.
  const maximum = logits[greedy(logits)] as number;
  const chances = Float64Array.from(logits, (logit) => (logit - maximum) / temperature);
  softmax(chances);
  const kept =
    topK === undefined && topP === undefined ? undefined : likeliest(chances, topK, topP);
  const total = kept ? kept.reduce((sum, id) => sum + (chances[id] as number), 0) : 1;
  let left = total * uniform;
  const drawn = (id: number): boolean => {
    left -= chances[id] as number;
    return left < 0;
  };
  // Rounding can leave a rest; it belongs to the last token that has any chance.
  if (kept) return kept.find(drawn) ?? (kept.at(-1) as number);
  const found = chances.findIndex((_, id) => drawn(id));
  return found >= 0 ? found : chances.findLastIndex((chance) => chance > 0);
}

/** The tokens that top-k and top-p leave, the likeliest first; of equals the first. */
function likeliest(chances: Float64Array, topK = chances.length, topP = 1): number[] {
  const ids = Array.from(chances, (_, id) => id)
    .sort((a, b) => (chances[b] as number) - (chances[a] as number) || a - b)
    .slice(0, topK);
  if (topP === 1) return ids;
  const all = ids.reduce((sum, id) => sum + (chances[id] as number), 0);
  let sum = 0;
  // The one that reaches the sum is kept.
  const last = ids.findIndex((id) => {
    sum += chances[id] as number;
    return sum >= topP * all;
  });
  return last < 0 ? ids : ids.slice(0, last + 1);
}
