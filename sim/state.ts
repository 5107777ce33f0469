// Takes, restores and randomizes snapshots of registers and memories.

import { mask } from "@chisel-ts/core";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { described } from "./check.ts";

/** A register or a memory of a running module. */
export interface StateElement {
  /** Hierarchical name. */
  readonly name: string;
  /** Bits of one word. */
  readonly width: number;
  /** 1 for a register, the depth of a memory. */
  readonly words: number;
  /** A word as its bit pattern. */
  read(index: number): bigint;
  /** Replaces a word by a bit pattern that fits. */
  write(index: number, bits: bigint): void;
}

/** All state by hierarchical name, as bit patterns, one for every word. */
export type Snapshot = ReadonlyMap<string, readonly bigint[]>;

/** Words that a snapshot has at most. */
const maxWords = 2 ** 24;

/** @throws RangeError when memories have more words than a snapshot holds. */
function checkSize(state: readonly StateElement[]): void {
  const words = state.reduce((sum, element) => sum + element.words, 0);
  if (words <= maxWords) return;
  const largest = state.reduce((a, b) => (b.words > a.words ? b : a));
  throw new RangeError(
    `the state has ${words} words, ${largest.words} of them in ${largest.name}; a snapshot holds ${maxWords}`,
  );
}

/** @throws RangeError when memories have more words than a snapshot holds. */
export function takeSnapshot(state: readonly StateElement[]): Snapshot {
  checkSize(state);
  return new Map(
    state.map(({ name, words, read }) => [name, Array.from({ length: words }, (_, i) => read(i))]),
  );
}

/**
 * Replaces the state named in a snapshot and leaves the rest.
 *
 * @throws RangeError when a name is not of a register or memory, or words are missing or too wide;
 *   nothing is replaced then.
 */
export function putSnapshot(state: readonly StateElement[], snapshot: Snapshot): void {
  const given: unknown = snapshot;
  if (!(given instanceof Map)) {
    throw new RangeError(`a snapshot is a Map of words by name, not ${described(given)}`);
  }
  const elements = new Map(state.map((element) => [element.name, element]));
  for (const [name, words] of snapshot) {
    const element = elements.get(name);
    if (!element) throw new RangeError(`there is no register or memory ${name}`);
    const list: unknown = words;
    if (!Array.isArray(list)) {
      throw new RangeError(`the words of ${name} are an array of bigints, not ${described(list)}`);
    }
    if (words.length !== element.words) {
      throw new RangeError(`${name} has ${element.words} words, not ${words.length}`);
    }
    const maximum = mask(element.width);
    const wrong = words.findIndex(
      (bits: unknown) => typeof bits !== "bigint" || bits < 0n || bits > maximum,
    );
    if (wrong >= 0) {
      const given: unknown = words[wrong];
      throw new RangeError(
        `${name} has words of ${element.width} bits: ${typeof given === "bigint" ? given : described(given)} is no such pattern`,
      );
    }
  }
  for (const [name, words] of snapshot) {
    words.forEach((bits, index) => {
      elements.get(name)?.write(index, bits);
    });
  }
}

/**
 * Random words in every register and memory, the same for the same seed and names in any engine.
 *
 * @throws RangeError when the seed is no whole number, or memories have more words than a snapshot holds.
 */
export function randomSnapshot(state: readonly StateElement[], seed: number): Snapshot {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(
      `a seed is a whole number, not ${typeof seed === "number" ? seed : described(seed)}`,
    );
  }
  checkSize(state);
  const random = xoroshiro128plus(seed);
  const word = (width: number): bigint => {
    let bits = 0n;
    for (let low = 0; low < width; low += 32) bits = (bits << 32n) | BigInt(random.next() >>> 0);
    return BigInt.asUintN(width, bits);
  };
  const sorted = [...state].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(
    sorted.map(({ name, width, words }) => [
      name,
      Array.from({ length: words }, () => word(width)),
    ]),
  );
}
