import { rmSync } from "node:fs";
import { type Model, writeModel } from "../network/index.ts";
import { deviceName } from "./device.ts";
import { TrainingError } from "./error.ts";
import { initialState } from "./initial.ts";
import { checkOptions, fingerprint, type TrainingOptions } from "./options.ts";
import { parameterCount, type Weights } from "./parameters.ts";
import { windowsAtOnce } from "./parts.ts";
import { Run } from "./run.ts";
import { loadState, saveState, type TrainingRow } from "./state.ts";
import type { Subject } from "./subject.ts";
import { Workers } from "./workers.ts";

/** A run that has come to its end. */
export interface TrainingResult {
  readonly model: Model;
  readonly parameters: number;
  readonly history: readonly TrainingRow[];
  /** The step that an earlier run had come to; 0 for a fresh one. */
  readonly resumedFrom: number;
  /** Tokens of the batches over the time of their steps, of which the first, that compiles, is left out; null where there was no other. */
  readonly tokensPerSecond: number | null;
  /** What it ran on: `wasm`, or the name of the graphics processor. */
  readonly device: string;
}

export interface TrainingHooks {
  /** After every step, with what was measured last. */
  onStep?(step: number, steps: number, loss: number, measured: TrainingRow | undefined): void;
  /** Stops after this step, with the state saved, as a run does that is interrupted there. */
  readonly stopAfter?: number;
}

/** Rows of the history, and saved states, of a run. */
const MEASURES = 10;

/**
 * Trains a network to predict the next token of a text and writes it as a model directory in float32, whole or not
 * at all. Until then the state of the run is in `DIRECTORY.training.safetensors`; the same call goes on from there
 * and ends with the same weights as a run that was not interrupted.
 *
 * @throws TrainingError for options that do not fit, and when the loss is no longer finite (the state is then that
 *   of the last measure); CheckpointError where the directory cannot be written.
 *
 * @example
 * const size = { architecture: "mlp", hidden: 4, layers: 1, context: 2 };
 * const subject = newSubject(size, { text: "abc".repeat(20), tokens: "characters" });
 * const { history } = await train(`${folder}/trained`, subject, { ...trainingDefaults, steps: 10 });
 * console.log(history.at(-1).validation_loss < history[0].validation_loss); // true
 */
export async function train(
  directory: string,
  subject: Subject,
  options: TrainingOptions,
  hooks: TrainingHooks = {},
): Promise<TrainingResult> {
  checkOptions(subject, options);
  const { plan, batch, weights } = subject;
  const statePath = `${directory}.training.safetensors`;
  const print = fingerprint(subject, options);
  const saved = loadState(statePath, print, plan.shapes);
  const state = saved ?? initialState(subject, options);
  const resumedFrom = state.step;
  const every = Math.max(1, Math.floor(options.steps / MEASURES));
  const last = hooks.stopAfter ?? options.steps;
  const { device } = options;
  const parts = batch / windowsAtOnce(batch, plan.context, device);
  const teacher: Weights | undefined = options.distill ? weights : undefined;
  const workers = await Workers.of(plan, { device, parts, teacher });
  let spent = 0;
  try {
    const run = new Run(subject, options, workers, state);
    // What a network that goes on is at its beginning is what the rest is to be compared with.
    if (weights && !saved) await run.measure(0, null);
    for (let step = resumedFrom + 1; step <= Math.min(last, options.steps); step++) {
      const began = performance.now();
      const loss = await run.step(step);
      if (step > resumedFrom + 1) spent += performance.now() - began;
      if (!(Number.isFinite(loss) && run.bounded()))
        throw diverged(step, loss, saved || step > every ? statePath : undefined);
      const due = step % every === 0 || step === options.steps;
      if (due) await run.measure(step, loss);
      if (due || step === last) await saveState(statePath, print, { ...state, step }, plan.shapes);
      hooks.onStep?.(step, options.steps, loss, state.history.at(-1));
    }
    const model = run.model();
    if (last >= options.steps) {
      await writeModel(directory, model);
      rmSync(statePath, { force: true });
    }
    const timed = Math.min(last, options.steps) - resumedFrom - 1;
    return {
      model,
      parameters: parameterCount(plan.shapes),
      history: state.history,
      resumedFrom,
      tokensPerSecond: timed > 0 ? (timed * batch * plan.context * 1000) / spent : null,
      device: deviceName(device),
    };
  } finally {
    await workers.close();
  }
}

function diverged(step: number, loss: number, statePath: string | undefined): TrainingError {
  const what = Number.isFinite(loss) ? "weights are beyond bounds" : `the loss is ${loss}`;
  const kept = statePath ? `the last good state is in ${statePath}` : "no state was saved before";
  return new TrainingError(
    `${what} at step ${step}; ${kept}; a lower learning rate (or less BackSlash) may help`,
  );
}
