import { backslash, deepshape, fitValues, rateOf } from "../gg/index.ts";
import { isMatrix, type Model, type ModelTensor, quantizeTensor } from "../network/index.ts";
import { nearestInPalette } from "../quantize/index.ts";
import { adam, learningRateAt } from "./adam.ts";
import { evenWindows, randomWindows, type Windows } from "./batches.ts";
import type { Part } from "./loss.ts";
import { fineTuningFrom, type TrainingOptions } from "./options.ts";
import type { Weights } from "./parameters.ts";
import { partsOf } from "./parts.ts";
import type { TrainingState } from "./state.ts";
import type { Subject } from "./subject.ts";
import type { Workers } from "./workers.ts";

/** Tokens that the validation loss is measured on, where there are so many. */
const VALIDATION_TOKENS = 8192;

const MAX_WEIGHT = 2 ** 16;

/** RF8 as `rf8 quantize` makes it. */
const rf8Setting = { format: "rf8", rounding: "nearest", granularity: "tensor" } as const;

/** The steps of a run, which change its state. */
export class Run {
  readonly #subject: Subject;
  readonly #options: TrainingOptions;
  readonly #workers: Workers;
  readonly #state: TrainingState;

  constructor(subject: Subject, options: TrainingOptions, workers: Workers, state: TrainingState) {
    this.#subject = subject;
    this.#options = options;
    this.#workers = workers;
    this.#state = state;
  }

  /** One step, counted from 1. @returns the loss of its batch, before the step */
  async step(step: number): Promise<number> {
    const { seed, steps, learningRate: peak, rf8, deepshape: reshape } = this.#options;
    const { batch, corpus, plan } = this.#subject;
    const { weights, moments } = this.#state;
    const fineTuning = step >= fineTuningFrom(this.#options);
    if (reshape && step === fineTuningFrom(this.#options)) this.#reshape();
    const windows = randomWindows(corpus.training, batch, { seed, step });
    this.#workers.use(rf8 && fineTuning ? this.#inRf8() : weights);
    const predicted = plan.config.model_type === "mlp" ? 1 : plan.context;
    const { loss, gradient } = await this.#workers.gradient(this.#parts(windows, predicted));
    if (!Number.isFinite(loss)) return loss;
    const learningRate = learningRateAt(step, steps, peak);
    for (const [name, shape] of plan.shapes) {
      const [values, moment, slopes] = [weights, moments, gradient].map((of) => of.get(name)) as [
        Float32Array | undefined,
        Parameters<typeof adam>[2] | undefined,
        Float32Array | undefined,
      ];
      const weightDecay = isMatrix({ shape }) ? this.#options.weightDecay : 0;
      // With RF8 in the forward pass its gradient is taken for that of the float weights: straight through.
      if (values && moment && slopes)
        adam(values, slopes, moment, { step, learningRate, weightDecay });
    }
    if (!fineTuning) this.#backslash(learningRate);
    return loss;
  }

  /** False once a weight is far beyond what any training that goes well has. */
  bounded(): boolean {
    for (const values of this.#state.weights.values())
      for (let i = 0; i < values.length; i++)
        if (!(Math.abs(values[i] as number) < MAX_WEIGHT)) return false;
    return true;
  }

  /** Adds a row to the history. @param loss of the last batch; null before the first step */
  async measure(step: number, loss: number | null): Promise<void> {
    const { weights, history } = this.#state;
    const { shapes } = this.#subject.plan;
    const matrices = [...weights]
      .filter(([name]) => isMatrix({ shape: shapes.get(name) ?? [] }))
      .map(([, data]) => data);
    const { eg0_bits, entropy_bits } = rateOf(matrices);
    history.push({
      step,
      loss,
      validation_loss: await this.#validationLoss(weights),
      validation_loss_rf8: await this.#validationLoss(this.#inRf8()),
      nu: fitValues(matrices)?.nu ?? 0,
      eg0_bits,
      entropy_bits,
    });
  }

  /** The network that was trained; in palettes, where it was trained in them, whose values `rf8 quantize` finds again. */
  model(): Model {
    const { plan, tokenizer, stop } = this.#subject;
    const { rf8, bits } = this.#options;
    const weights = rf8 && bits !== undefined ? this.#inRf8() : this.#state.weights;
    const tensors = [...plan.shapes].map(
      ([name, shape]) =>
        [name, { shape, values: weights.get(name) ?? new Float32Array() }] as const,
    );
    return {
      config: plan.config,
      tensors: new Map(tensors),
      ...(tokenizer && { tokenizer }),
      ...(stop && { stop }),
    };
  }

  #parts(windows: Windows, counted: number): Part[] {
    const { context } = this.#subject.plan;
    const factor = 1 / ((windows.tokens.length / windows.length) * counted);
    return partsOf(windows, context, this.#options.device).map((part) => ({
      windows: part,
      counted,
      factor,
    }));
  }

  async #validationLoss(weights: Weights): Promise<number> {
    const { batch, counted, corpus } = this.#subject;
    const wanted = Math.ceil(VALIDATION_TOKENS / (batch * counted));
    const batches = Math.max(1, Math.min(wanted, Math.floor(corpus.validation.places / batch)));
    this.#workers.use(weights);
    const windows = evenWindows(corpus.validation, batches * batch);
    return this.#workers.loss(this.#parts(windows, counted));
  }

  #backslash(learningRate: number): void {
    const { backslash: options } = this.#options;
    if (!options) return;
    const strength =
      "lambda" in options ? { lambda: options.lambda } : { kappa: options.kappa, learningRate };
    const parameters = [...this.#subject.plan.shapes].map(([name, shape]) => ({
      shape,
      data: this.#state.weights.get(name) ?? new Float32Array(),
    }));
    backslash(parameters, strength, options);
  }

  #reshape(): void {
    for (const [name, shape] of this.#subject.plan.shapes) {
      const values = this.#state.weights.get(name);
      if (values && isMatrix({ shape })) values.set(deepshape(values));
    }
  }

  #rounded(tensor: ModelTensor): Float32Array {
    const { bits } = this.#options;
    return bits === undefined
      ? quantizeTensor(tensor, rf8Setting).values
      : nearestInPalette(tensor.values, bits);
  }

  /** The weights with every matrix as RF8 has it: nearest, one max bias, of fewer bits in its best palette. */
  #inRf8(): Weights {
    return new Map(
      [...this.#state.weights].map(([name, data]) => {
        const tensor = { shape: this.#subject.plan.shapes.get(name) ?? [], values: data };
        return [name, isMatrix(tensor) ? this.#rounded(tensor) : data];
      }),
    );
  }
}
