import { initialise } from "../gg/index.ts";
import { noMoments } from "./adam.ts";
import type { TrainingOptions } from "./options.ts";
import type { TrainingState } from "./state.ts";

/** The state before the first step: matrices drawn, gains 1, biases 0. */
export function initialState(
  shapes: ReadonlyMap<string, readonly number[]>,
  { init, nu, xi, seed }: TrainingOptions,
): TrainingState {
  const state: TrainingState = { step: 0, weights: new Map(), moments: new Map(), history: [] };
  let drawn = 0;
  for (const [name, shape] of shapes) {
    const [rows = 0, columns = 1] = shape;
    drawn += 1;
    // Every matrix has a generator of its own.
    const own = (Math.imul(seed, 0x85ebca6b) + drawn) >>> 0;
    const weights =
      shape.length < 2
        ? new Float32Array(rows).fill(name.endsWith(".bias") ? 0 : 1)
        : init === "gg"
          ? initialise(shape, { nu, xi, seed: own })
          : initialise(shape, { nu: 2, xi: rows / columns, seed: own });
    state.weights.set(name, weights);
    state.moments.set(name, noMoments(weights.length));
  }
  return state;
}
