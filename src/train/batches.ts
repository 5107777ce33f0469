import { at } from "@chisel-ts/core";
import { seededRandom } from "../format/index.ts";

/** Windows of tokens, one after the other. @param length tokens of each */
export interface Windows {
  readonly tokens: Int32Array;
  readonly length: number;
}

/** Tokens that windows of one length are cut from. */
export interface Passages {
  /** Tokens of a window. */
  readonly length: number;
  /** How many windows there are that differ. */
  readonly places: number;
  /** Writes the window of a place. */
  copy(place: number, window: Int32Array): void;
}

/** Windows at any place of a text. @param begin what each begins with; where it is null, with the text */
export function textPassages(text: Int32Array, length: number, begin: number | null): Passages {
  const read = begin === null ? length : length - 1;
  return {
    length,
    places: Math.max(0, text.length - read + 1),
    copy(place, window) {
      if (begin !== null) window[0] = begin;
      window.set(text.subarray(place, place + read), length - read);
    },
  };
}

/** Windows that are the sequences. @param sequences of `length` tokens each */
export const sequencePassages = (
  sequences: readonly (readonly number[])[],
  length: number,
): Passages => ({
  length,
  places: sequences.length,
  copy: (place, window) => window.set(at(sequences, place)),
});

/** Windows at random places; those of a step depend on the seed and the step alone, so a run can go on anywhere. */
export function randomWindows(
  passages: Passages,
  count: number,
  { seed, step }: { readonly seed: number; readonly step: number },
): Windows {
  // The seed chooses one sequence of generators, the step one of them.
  const random = seededRandom((Math.imul(seed, 0x9e3779b1) + step) >>> 0);
  return windowsAt(
    passages,
    Array.from({ length: count }, () => (random.next() >>> 0) % passages.places),
  );
}

/** Windows in turn, in another order each time that all have been; those of a step depend on the seed and the step alone. */
export function shuffledWindows(
  passages: Passages,
  count: number,
  { seed, step }: { readonly seed: number; readonly step: number },
): Windows {
  const { places } = passages;
  const orders = new Map<number, Int32Array>();
  const orderOf = (round: number): Int32Array => {
    const order = orders.get(round) ?? shuffled(places, seed, round);
    orders.set(round, order);
    return order;
  };
  const first = (step - 1) * count;
  return windowsAt(
    passages,
    Array.from({ length: count }, (_, i) => {
      const drawn = first + i;
      return orderOf(Math.floor(drawn / places))[drawn % places] as number;
    }),
  );
}

/** The numbers below `count` in any order (Fisher and Yates). */
function shuffled(count: number, seed: number, round: number): Int32Array {
  const random = seededRandom((Math.imul(seed, 0x9e3779b1) + round) >>> 0);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = (random.next() >>> 0) % (last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

/** `count` windows spread evenly, the first and last at the ends. */
export const evenWindows = (passages: Passages, count: number): Windows =>
  windowsAt(
    passages,
    Array.from({ length: count }, (_, i) =>
      Math.floor((i * (passages.places - 1)) / Math.max(1, count - 1)),
    ),
  );

function windowsAt(passages: Passages, places: readonly number[]): Windows {
  const { length } = passages;
  const tokens = new Int32Array(places.length * length);
  places.forEach((place, i) => {
    passages.copy(place, tokens.subarray(i * length, (i + 1) * length));
  });
  return { tokens, length };
}
