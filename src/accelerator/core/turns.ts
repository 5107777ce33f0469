import { roundShift, saturate, TURN_FRACTION } from "../../model/core/index.ts";
import { Rotary, type RotaryConfig } from "../../network/index.ts";
import { InferenceError } from "../run/error.ts";

/**
 * Cosines and sines of every position, in 2^−14: for each the cosines of all pairs, then their sines.
 *
 * @throws InferenceError for a factor of turned elements that 16 bits do not hold.
 */
export function turnsOf(config: RotaryConfig, context: number): Int32Array {
  if (config.factor >= 2)
    throw new InferenceError(
      `rotary embedding: the core's factor is below 2; the network's is ${config.factor}`,
    );
  const pairs = config.frequencies.length;
  const rotary = new Rotary(config, context);
  const turns = new Int32Array(context * 2 * pairs);
  for (let position = 0; position < context; position++) {
    // 1 turned is its cosine and its sine.
    const turned = new Float32Array(2 * pairs).fill(1, 0, pairs);
    rotary.turn(turned, 2 * pairs, position);
    turned.forEach((value, i) => {
      turns[position * 2 * pairs + i] = saturate(roundShift(value, -TURN_FRACTION), 16);
    });
  }
  return turns;
}
