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

/**
 * Attention of the newest position to itself and all before it, in float64:
 * for each head softmax(q·kᵀ / √head) · v. Query head h reads key head ⌊h · key heads / heads⌋.
 *
 * @param query all query heads one after the other
 * @param head elements of a head
 * @param output as long as query
 */
export function attend(
  query: Float32Array,
  cache: KeyValueCache,
  { head, keyHeads }: { readonly head: number; readonly keyHeads: number },
  output: Float32Array,
): void {
  const { keys, values, positions } = cache;
  const group = query.length / head / keyHeads;
  const width = head * keyHeads;
  const scores = new Float64Array(positions);
  for (let start = 0; start < query.length; start += head) {
    const keyStart = Math.floor(start / head / group) * head;
    for (let t = 0; t < positions; t++) {
      let sum = 0;
      for (let i = 0; i < head; i++)
        sum += (query[start + i] as number) * (keys[t * width + keyStart + i] as number);
      scores[t] = sum / Math.sqrt(head);
    }
    softmax(scores);
    for (let i = 0; i < head; i++) {
      let sum = 0;
      for (let t = 0; t < positions; t++)
        sum += (scores[t] as number) * (values[t * width + keyStart + i] as number);
      output[start + i] = sum;
    }
  }
}

/** In place. The greatest is subtracted first, so that no exponential overflows. */
export function softmax(scores: Float64Array): void {
  const greatest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const value = Math.exp((scores[i] as number) - greatest);
    scores[i] = value;
    sum += value;
  }
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum;
}
