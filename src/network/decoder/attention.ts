/** The keys and values of one layer at every position so far. */
export class KeyValueCache {
  readonly #width: number;
  #keys: Float32Array;
  #values: Float32Array;
  #positions = 0;

  /** @param width elements of all key heads together */
  constructor(width: number) {
    this.#width = width;
    this.#keys = new Float32Array(16 * width);
    this.#values = new Float32Array(16 * width);
  }

  get positions(): number {
    return this.#positions;
  }
  get keys(): Float32Array {
    return this.#keys;
  }
  get values(): Float32Array {
    return this.#values;
  }

  append(key: Float32Array, value: Float32Array): void {
    const start = this.#positions * this.#width;
    if (start === this.#keys.length) {
      this.#keys = doubled(this.#keys);
      this.#values = doubled(this.#values);
    }
    this.#keys.set(key, start);
    this.#values.set(value, start);
    this.#positions += 1;
  }

  clear(): void {
    this.#positions = 0;
  }
}

function doubled(array: Float32Array): Float32Array {
  const larger = new Float32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** What attention depends on beside the vectors. */
export interface AttentionShape {
  /** Elements of a head. */
  readonly head: number;
  readonly keyHeads: number;
  /** Of query · key. */
  readonly scale: number;
  /** c of c · tanh(score / c); null where scores are as they are. */
  readonly softCap: number | null;
  /** Positions that are looked at, the newest among them; all where it is null. */
  readonly window: number | null;
}

/**
 * Attention of the newest position to itself and those before it, in float64: for each head softmax(scale · q·kᵀ) · v.
 * Query head h reads key head ⌊h · key heads / heads⌋.
 *
 * @param query all query heads one after the other
 * @param output as long as query
 */
export function attend(
  query: Float32Array,
  cache: KeyValueCache,
  { head, keyHeads, scale, softCap, window }: AttentionShape,
  output: Float32Array,
): void {
  const { keys, values, positions } = cache;
  const group = query.length / head / keyHeads;
  const width = head * keyHeads;
  const first = window === null ? 0 : Math.max(0, positions - window);
  const looked = positions - first;
  if (scratch.length < looked) scratch = new Float64Array(2 * looked);
  const scores = scratch.subarray(0, looked);
  for (let start = 0; start < query.length; start += head) {
    const keyStart = first * width + Math.floor(start / head / group) * head;
    for (let t = 0; t < looked; t++) {
      const sum = scale * dot(query, start, keys, keyStart + t * width, head);
      scores[t] = softCap === null ? sum : softCap * Math.tanh(sum / softCap);
    }
    softmax(scores);
    let i = 0;
    for (; i + 4 <= head; i += 4) mixFour(scores, values, keyStart + i, width, output, start + i);
    for (; i < head; i += 2) mixTwo(scores, values, keyStart + i, width, output, start + i);
  }
}

/** Scores of one head; a new array for every token would cost more than the scores. */
let scratch = new Float64Array(64);

/** Four sums at a time: one alone waits for each addition. The length is even. */
function dot(
  x: Float32Array,
  xStart: number,
  y: Float32Array,
  yStart: number,
  length: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    a += (x[xStart + i] as number) * (y[yStart + i] as number);
    b += (x[xStart + i + 1] as number) * (y[yStart + i + 1] as number);
    c += (x[xStart + i + 2] as number) * (y[yStart + i + 2] as number);
    d += (x[xStart + i + 3] as number) * (y[yStart + i + 3] as number);
  }
  if (i < length) {
    a += (x[xStart + i] as number) * (y[yStart + i] as number);
    b += (x[xStart + i + 1] as number) * (y[yStart + i + 1] as number);
  }
  return a + b + (c + d);
}

/** Four elements of Σ share · value, from `place` of the first value on. */
function mixFour(
  shares: Float64Array,
  values: Float32Array,
  place: number,
  width: number,
  output: Float32Array,
  outputPlace: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let t = 0, at = place; t < shares.length; t++, at += width) {
    const share = shares[t] as number;
    a += share * (values[at] as number);
    b += share * (values[at + 1] as number);
    c += share * (values[at + 2] as number);
    d += share * (values[at + 3] as number);
  }
  output[outputPlace] = a;
  output[outputPlace + 1] = b;
  output[outputPlace + 2] = c;
  output[outputPlace + 3] = d;
}

/** The last two of a head whose length is no multiple of four. */
function mixTwo(
  shares: Float64Array,
  values: Float32Array,
  place: number,
  width: number,
  output: Float32Array,
  outputPlace: number,
): void {
  let a = 0;
  let b = 0;
  for (let t = 0, at = place; t < shares.length; t++, at += width) {
    const share = shares[t] as number;
    a += share * (values[at] as number);
    b += share * (values[at + 1] as number);
  }
  output[outputPlace] = a;
  output[outputPlace + 1] = b;
}

/** In place. The largest is subtracted first, so that no exponential overflows. */
export function softmax(scores: Float64Array): void {
  let maximum = Number.NEGATIVE_INFINITY;
  for (const score of scores) maximum = Math.max(maximum, score);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const value = Math.exp((scores[i] as number) - maximum);
    scores[i] = value;
    sum += value;
  }
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum;
}
