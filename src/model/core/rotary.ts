import { type Block, blockOf, mantissas } from "./block.ts";

/** Fraction bits of cosines and sines. */
export const TURN_FRACTION = 14;

/**
 * Turns the first 2 · pairs elements of every head: element i and element i + pairs by the angle of pair i.
 *
 * @param turns cosines of all pairs, then their sines, in 2^−14
 * @param head elements of a head
 */
export function rotary(x: Block, turns: Int32Array, head: number): Block {
  const { values, exponent } = mantissas(x, 16);
  const pairs = turns.length / 2;
  const result = new Int32Array(values.length);
  for (let start = 0; start < values.length; start += head) {
    for (let i = 0; i < pairs; i++) {
      const [cos, sin] = [turns[i] as number, turns[pairs + i] as number];
      const [a, b] = [values[start + i] as number, values[start + pairs + i] as number];
      result[start + i] = a * cos - b * sin;
      result[start + pairs + i] = b * cos + a * sin;
    }
    for (let i = 2 * pairs; i < head; i++)
      result[start + i] = (values[start + i] as number) * 2 ** TURN_FRACTION;
  }
  return blockOf(result, exponent - TURN_FRACTION);
}
