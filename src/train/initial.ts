import { initialise } from "../gg/index.ts";
import { noMoments } from "./adam.ts";
import type { TrainingOptions } from "./options.ts";
import type { TrainingState } from "./state.ts";
import type { Subject } from "./subject.ts";

/** The state before the first step: the weights of a network that is continued, or matrices drawn, gains that change nothing, biases 0. */
export function initialState(
  { plan, weights: given }: Pick<Subject, "plan" | "weights">,
  { init, nu, xi, seed }: Pick<TrainingOptions, "init" | "nu" | "xi" | "seed">,
): TrainingState {
  const state: TrainingState = { step: 0, weights: new Map(), moments: new Map(), history: [] };
  const { config } = plan;
  // Where a gain is 1 + w.
  const gain = config.model_type !== "mlp" && config.norm.kind === "rms-plus-one" ? 0 : 1;
  let drawn = 0;
  for (const [name, shape] of plan.shapes) {
    const [rows = 0, columns = 1] = shape;
    drawn += 1;
    // Every matrix has a generator of its own.
    const own = (Math.imul(seed, 0x85ebca6b) + drawn) >>> 0;
    const weights = given
      ? Float32Array.from(given.get(name) ?? [])
      : shape.length < 2
        ? new Float32Array(rows).fill(name.endsWith(".bias") ? 0 : gain)
        : init === "gg"
          ? initialise(shape, { nu, xi, seed: own })
          : initialise(shape, { nu: 2, xi: rows / columns, seed: own });
    state.weights.set(name, weights);
    state.moments.set(name, noMoments(weights.length));
  }
  return state;
}
