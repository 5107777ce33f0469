import { rmSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { backslash, deepshape, fitValues, rateOf } from "../gg/index.ts";
import { isMatrix, type Model, quantizeTensor, writeModel } from "../network/index.ts";
import { adam, learningRateAt } from "./adam.ts";
import { evenWindows, randomWindows, type Windows } from "./batches.ts";
import { TrainingError } from "./error.ts";
import { initialState } from "./initial.ts";
import { type Losses, lossesOf, type Weights } from "./loss.ts";
import { checkOptions, fineTuningFrom, fingerprint, type TrainingOptions } from "./options.ts";
import { loadState, saveState, type TrainingRow, type TrainingState } from "./state.ts";
import { type Corpus, corpusOf } from "./text.ts";
import { type Trainee, traineeOf } from "./trainee.ts";

/** A run that has come to its end. */
export interface TrainingResult {
  readonly model: Model;
  readonly parameters: number;
  readonly history: readonly TrainingRow[];
  /** The step that an earlier run had come to; 0 for a fresh one. */
  readonly resumedFrom: number;
}

export interface TrainingHooks {
  /** After every step, with what was measured last. */
  onStep?(step: number, steps: number, loss: number, measured: TrainingRow | undefined): void;
  /** Stops after this step, with the state saved, as a run does that is interrupted there. */
  readonly stopAfter?: number;
}

/** Rows of the history, and saved states, of a run. */
const MEASURES = 10;
/** Batches of windows that the validation loss is measured on. */
const VALIDATION_BATCHES = 16;

const WEIGHT_MOST = 2 ** 16;

/** RF8 as `rf8 quantize` makes it. */
const rf8Setting = { format: "rf8", rounding: "nearest", granularity: "tensor" } as const;

/**
 * Trains a network to predict the next token of a text and writes it as a model directory in float32, whole or not
 * at all. Until then the state of the run is in `DIRECTORY.training.safetensors`; the same call goes on from there
 * and ends with the same weights as a run that was not interrupted.
 *
 * @throws TrainingError for options that do not fit, and when the loss is no longer finite (the state is then that
 *   of the last measure); CheckpointError where the directory cannot be written.
 */
export async function train(
  directory: string,
  options: TrainingOptions,
  hooks: TrainingHooks = {},
): Promise<TrainingResult> {
  checkOptions(options);
  const corpus = corpusOf(options.text, options.tokens, options.context);
  const trainee = traineeOf(options, corpus.tokenizer.vocabularySize);
  const statePath = `${directory}.training.safetensors`;
  const print = fingerprint(options);
  const saved = loadState(statePath, print, trainee.shapes);
  const state = saved ?? initialState(trainee.shapes, options);
  const losses = await lossesOf(trainee, corpus.tokenizer.vocabularySize);
  const resumedFrom = state.step;
  const run = new Run(options, trainee, corpus, losses, state);
  for (let step = state.step + 1; step <= options.steps; step++) {
    const loss = run.step(step);
    if (!(Number.isFinite(loss) && run.bounded()))
      throw diverged(step, loss, saved || step > run.every ? statePath : undefined);
    if (step % run.every === 0 || step === options.steps || step === hooks.stopAfter) {
      if (step % run.every === 0 || step === options.steps) run.measure(step, loss);
      await saveState(statePath, print, { ...state, step }, trainee.shapes);
    }
    hooks.onStep?.(step, options.steps, loss, state.history.at(-1));
    if (step === hooks.stopAfter) break;
    await setImmediate();
  }
  const model = run.model();
  if (hooks.stopAfter === undefined || hooks.stopAfter >= options.steps) {
    await writeModel(directory, model);
    rmSync(statePath, { force: true });
  }
  const parameters = [...state.weights.values()].reduce((sum, { length }) => sum + length, 0);
  return { model, parameters, history: state.history, resumedFrom };
}

function diverged(step: number, loss: number, statePath: string | undefined): TrainingError {
  const what = Number.isFinite(loss) ? "weights are beyond bounds" : `the loss is ${loss}`;
  const kept = statePath ? `the last good state is in ${statePath}` : "no state was saved before";
  return new TrainingError(
    `${what} at step ${step}; ${kept}; a lower learning rate (or less BackSlash) may help`,
  );
}

class Run {
  /** Steps between two measures. */
  readonly every: number;
  readonly #options: TrainingOptions;
  readonly #trainee: Trainee;
  readonly #corpus: Corpus;
  readonly #losses: Losses;
  readonly #state: TrainingState;

  constructor(
    options: TrainingOptions,
    trainee: Trainee,
    corpus: Corpus,
    losses: Losses,
    state: TrainingState,
  ) {
    this.every = Math.max(1, Math.floor(options.steps / MEASURES));
    this.#options = options;
    this.#trainee = trainee;
    this.#corpus = corpus;
    this.#losses = losses;
    this.#state = state;
  }

  /** One step, counted from 1. @returns the loss of its batch, before the step */
  step(step: number): number {
    const { seed, steps, learningRate: peak, rf8, deepshape: reshape } = this.#options;
    const { batch, context } = this.#trainee;
    const { weights, moments } = this.#state;
    const fineTuning = step >= fineTuningFrom(this.#options);
    if (reshape && step === fineTuningFrom(this.#options)) this.#reshape();
    const windows = randomWindows(
      this.#corpus.training,
      { count: batch, length: context + 1 },
      seed,
      step,
    );
    const { loss, gradient } = this.#losses.gradient(
      rf8 && fineTuning ? this.#inRf8() : weights,
      windows,
    );
    if (!Number.isFinite(loss)) return loss;
    const learningRate = learningRateAt(step, steps, peak);
    for (const [name, values] of weights) {
      const moment = moments.get(name);
      const slopes = gradient.get(name);
      // With RF8 in the forward pass its gradient is taken for that of the float weights: straight through.
      if (moment && slopes) adam(values, slopes, moment, { step, learningRate });
    }
    if (!fineTuning) this.#backslash(learningRate);
    return loss;
  }

  /** False once a weight is far beyond what any training that goes well has. */
  bounded(): boolean {
    return [...this.#state.weights.values()].every((values) =>
      values.every((w) => Math.abs(w) < WEIGHT_MOST),
    );
  }

  #backslash(learningRate: number): void {
    const { backslash: options } = this.#options;
    if (!options) return;
    const strength =
      "lambda" in options ? { lambda: options.lambda } : { kappa: options.kappa, learningRate };
    const parameters = [...this.#trainee.shapes].map(([name, shape]) => ({
      shape,
      data: this.#state.weights.get(name) ?? new Float32Array(),
    }));
    backslash(parameters, strength, options);
  }

  #reshape(): void {
    for (const [name, shape] of this.#trainee.shapes) {
      const values = this.#state.weights.get(name);
      if (values && isMatrix({ shape })) values.set(deepshape(values));
    }
  }

  /** The weights with every matrix as RF8 has it: nearest, one max bias. */
  #inRf8(): Weights {
    return new Map(
      [...this.#state.weights].map(([name, data]) => {
        const tensor = { shape: this.#trainee.shapes.get(name) ?? [], values: data };
        if (!isMatrix(tensor)) return [name, data];
        return [name, Float32Array.from(quantizeTensor(tensor, rf8Setting).values)];
      }),
    );
  }

  measure(step: number, loss: number): void {
    const { weights, history } = this.#state;
    const { shapes } = this.#trainee;
    const matrices = [...weights]
      .filter(([name]) => isMatrix({ shape: shapes.get(name) ?? [] }))
      .map(([, data]) => data);
    const { eg0_bits, entropy_bits } = rateOf(matrices);
    history.push({
      ...{ step, loss, validation_loss: this.#validationLoss(weights) },
      validation_loss_rf8: this.#validationLoss(this.#inRf8()),
      ...{ nu: fitValues(matrices)?.nu ?? 0, eg0_bits, entropy_bits },
    });
  }

  #validationLoss(weights: Weights): number {
    const { batch, context } = this.#trainee;
    const length = context + 1;
    const { tokens } = evenWindows(this.#corpus.validation, VALIDATION_BATCHES * batch, length);
    let sum = 0;
    for (let i = 0; i < VALIDATION_BATCHES; i++) {
      const part: Windows = {
        tokens: tokens.subarray(i * batch * length, (i + 1) * batch * length),
        length,
      };
      sum += this.#losses.loss(weights, part);
    }
    return sum / VALIDATION_BATCHES;
  }

  model(): Model {
    const tensors = [...this.#trainee.shapes].map(
      ([name, shape]) =>
        [name, { shape, values: this.#state.weights.get(name) ?? new Float32Array() }] as const,
    );
    return {
      config: this.#trainee.config,
      tensors: new Map(tensors),
      tokenizer: this.#corpus.tokenizer,
    };
  }
}
