import type { DecoderConfig } from "../decoder/config.ts";
import { DecoderSession } from "../decoder/session.ts";
import { floatLayers } from "../linear.ts";
import type { Model } from "../model.ts";
import { type InputType, quantizedInputs } from "../quantized-input.ts";
import { quantizedModel } from "../rf8-model.ts";
import { type Measure, measure } from "./measure.ts";
import { isMatrix, quantizeTensor, type WeightSetting } from "./weights.ts";

/** A way to run a network: how its matrices are stored and what their inputs are. */
export interface Setting extends WeightSetting {
  readonly activations: InputType;
}

/** What a setting costs; nats a token. */
export interface EvaluationRow extends Setting, Measure {
  /** Predicted tokens. */
  readonly tokens: number;
}

/** What one matrix alone in RF8 costs. */
export interface MatrixRow extends Measure {
  readonly tensor: string;
  readonly shape: readonly number[];
}

export interface EvaluationOptions {
  readonly settings: readonly Setting[];
  /** Token ids; every one but the first of each is predicted. */
  readonly sequences: readonly (readonly number[])[];
  onProgress?(done: number, total: number, label: string): void;
}

/** The rows of settings that store the matrices alike share one copy of them. */
const sameWeights = (a: WeightSetting, b: WeightSetting): boolean =>
  a.format === b.format && a.rounding === b.rounding && a.granularity === b.granularity;

const labelOf = ({ format, rounding, granularity }: WeightSetting): string =>
  [format, rounding, granularity].filter((part) => part !== null).join(" ");

export const predictedTokens = (sequences: readonly (readonly number[])[]): number =>
  sequences.reduce((sum, sequence) => sum + Math.max(0, sequence.length - 1), 0);

/**
 * Loss of a network under each setting, and its KL divergence from the network as it is. All matrices are
 * quantized, the embedding and the classifier among them; norms stay float.
 *
 * @throws RangeError for a sequence that the network cannot read.
 */
export async function evaluate(
  model: Model<DecoderConfig>,
  { settings, sequences, onProgress = () => {} }: EvaluationOptions,
): Promise<readonly EvaluationRow[]> {
  const tokens = predictedTokens(sequences);
  const groups = settings.filter((one, i) => settings.findIndex((s) => sameWeights(s, one)) === i);
  const reference = new DecoderSession(model);
  const rows = new Map<Setting, EvaluationRow>();
  let done = 0;
  for (const group of groups) {
    const members = settings.filter((setting) => sameWeights(setting, group));
    const stored = quantizedModel(model, group);
    const sessions = members.map(
      ({ activations }) =>
        new DecoderSession(stored, quantizedInputs(floatLayers(stored), activations)),
    );
    const measures = await measure(reference, sessions, sequences, () => {
      onProgress(++done, tokens * groups.length, labelOf(group));
    });
    members.forEach((setting, i) => {
      rows.set(setting, { ...setting, ...(measures[i] as Measure), tokens });
    });
  }
  return settings.map((setting) => rows.get(setting) as EvaluationRow);
}

/**
 * The cost of each matrix when it alone is RF8, nearest, with one max bias, and everything else is as it is.
 *
 * @throws as `evaluate`.
 */
export async function evaluateMatrices(
  model: Model<DecoderConfig>,
  { sequences, onProgress = () => {} }: Omit<EvaluationOptions, "settings">,
): Promise<readonly MatrixRow[]> {
  const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" } as const;
  const matrices = [...model.tensors].filter(([, tensor]) => isMatrix(tensor));
  const sessions = matrices.map(([name, tensor]) => {
    const tensors = new Map(model.tensors).set(name, quantizeTensor(tensor, setting));
    return new DecoderSession({ ...model, tensors });
  });
  let done = 0;
  const reference = new DecoderSession(model);
  const measures = await measure(reference, sessions, sequences, () => {
    onProgress(++done, predictedTokens(sequences), "each matrix alone");
  });
  return matrices.map(([tensor, { shape }], i) => ({
    ...{ tensor, shape, ...(measures[i] as Measure) },
  }));
}
