import { at } from "@chisel-ts/core";
import type { RotaryConfig } from "./rope.ts";

/**
 * Rotary position embedding in transformers' order: of the turned elements of a head, which are its first, element i
 * and element i + half are a pair, turned by position · frequency i.
 */
export class Rotary {
  readonly #frequencies: readonly number[];
  readonly #factor: number;
  /** Cosine and sine of every pair, by position, as far as positions were asked for. */
  readonly #turns: Float64Array[] = [];

  /** @param length tokens of the sequence, as far as that decides the frequencies */
  constructor({ frequencies, factor, long }: RotaryConfig, length: number) {
    this.#frequencies = long && length > long.beyond ? long.frequencies : frequencies;
    this.#factor = factor;
  }

  /** Turns the heads of q or k, one after the other, in place. @param head elements of a head */
  turn(heads: Float32Array, head: number, position: number): void {
    const turns = this.#turns[position] ?? this.#at(position);
    this.#turns[position] = turns;
    const half = this.#frequencies.length;
    for (let start = 0; start < heads.length; start += head) {
      for (let i = 0; i < half; i++) {
        const [cos, sin] = [turns[2 * i] as number, turns[2 * i + 1] as number];
        const [x, y] = [heads[start + i] as number, heads[start + half + i] as number];
        heads[start + i] = x * cos - y * sin;
        heads[start + half + i] = y * cos + x * sin;
      }
    }
  }

  #at(position: number): Float64Array {
    return Float64Array.from({ length: 2 * this.#frequencies.length }, (_, i) => {
      const angle = position * at(this.#frequencies, i >> 1);
      return this.#factor * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    });
  }
}
