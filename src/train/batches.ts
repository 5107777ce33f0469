import { seededRandom } from "../format/index.ts";

/** Windows of a text, one after the other. @param length tokens of each */
export interface Windows {
  readonly tokens: Int32Array;
  readonly length: number;
}

/** Windows at random places; those of a step depend on the seed and the step alone, so a run can go on anywhere. */
export function randomWindows(
  text: Int32Array,
  { count, length }: { readonly count: number; readonly length: number },
  seed: number,
  step: number,
): Windows {
  // The seed chooses one sequence of generators, the step one of them.
  const random = seededRandom((Math.imul(seed, 0x9e3779b1) + step) >>> 0);
  return windowsAt(
    text,
    length,
    Array.from({ length: count }, () => (random.next() >>> 0) % (text.length - length + 1)),
  );
}

/** `count` windows spread evenly over a text, the first and last at its ends. */
export const evenWindows = (text: Int32Array, count: number, length: number): Windows =>
  windowsAt(
    text,
    length,
    Array.from({ length: count }, (_, i) =>
      Math.floor((i * (text.length - length)) / Math.max(1, count - 1)),
    ),
  );

function windowsAt(text: Int32Array, length: number, starts: readonly number[]): Windows {
  const tokens = new Int32Array(starts.length * length);
  starts.forEach((start, i) => {
    tokens.set(text.subarray(start, start + length), i * length);
  });
  return { tokens, length };
}

/**
 * Tokens as one-hot vectors, [windows · (to − from), vocabulary]: row by row those of each window from `from` to
 * before `to`. Rows before `first` stay zero.
 */
export function oneHot(
  { tokens, length }: Windows,
  [from, to]: readonly [number, number],
  vocabulary: number,
  first = from,
): Float32Array<ArrayBuffer> {
  const rows = to - from;
  const vectors = new Float32Array((tokens.length / length) * rows * vocabulary);
  for (let window = 0; window < tokens.length / length; window++) {
    for (let t = first; t < to; t++) {
      const row = window * rows + t - from;
      vectors[row * vocabulary + (tokens[window * length + t] as number)] = 1;
    }
  }
  return vectors;
}
