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
  const scores = new Float64Array(positions - first);
  const mixed = new Float64Array(head);
  for (let start = 0; start < query.length; start += head) {
    const keyStart = first * width + Math.floor(start / head / group) * head;
    for (let t = 0, at = keyStart; t < scores.length; t++, at += width) {
      let sum = 0;
      for (let i = 0; i < head; i++) sum += (query[start + i] as number) * (keys[at + i] as number);
      scores[t] = softCap === null ? sum * scale : softCap * Math.tanh((sum * scale) / softCap);
    }
    softmax(scores);
    mixed.fill(0);
    for (let t = 0, at = keyStart; t < scores.length; t++, at += width) {
      const share = scores[t] as number;
      for (let i = 0; i < head; i++)
        mixed[i] = (mixed[i] as number) + share * (values[at + i] as number);
    }
    output.set(mixed, start);
  }
}

/** In place. The greatest is subtracted first, so that no exponential overflows. */
export function softmax(scores: Float64Array): void {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const score of scores) greatest = Math.max(greatest, score);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const value = Math.exp((scores[i] as number) - greatest);
    scores[i] = value;
    sum += value;
  }
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum;
}
