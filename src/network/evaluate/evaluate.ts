import type { DecoderConfig } from "../decoder/config.ts";
import type { Model } from "../model.ts";
import type { Sums } from "./measure.ts";
import { type Candidates, predictedTokens, type Setting } from "./sums.ts";
import { isMatrix } from "./weights.ts";
import { sumsInParallel } from "./workers.ts";

/** How well a network predicts tokens, in nats a token. */
export interface Measure {
  /** Mean negative log-likelihood of the tokens. */
  readonly nll: number;
  /** Mean KL(reference ‖ this), over the distributions of every predicted token. */
  readonly kl: number;
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
  /** The network of the settings with the format `stored`: the same one, quantized elsewhere. */
  readonly stored?: Model<DecoderConfig>;
  onProgress?(done: number, total: number, label: string): void;
}

/**
 * Loss of a network under each setting, and its KL divergence from the network as it is. All matrices are
 * quantized, the embedding and the classifier among them; norms and biases stay float. Tokens are read in batches, and
 * sequences are shared among workers where the program is compiled.
 *
 * @throws RangeError for a sequence that the network cannot read.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const settings = [{ format: "rf8", rounding: "nearest", granularity: "tensor", activations: "float" }];
 * const [row] = await evaluate(model, { settings, sequences: [[1, 2, 3, 4]] });
 * console.log(`${row.tokens} ${row.kl > 0}`); // 3 true
 */
export async function evaluate(
  model: Model<DecoderConfig>,
  { settings, sequences, stored, onProgress }: EvaluationOptions,
): Promise<readonly EvaluationRow[]> {
  const tokens = predictedTokens(sequences);
  const candidates = { settings, ...(stored && { stored }) };
  const measures = await means(model, candidates, sequences, {
    count: settings.length,
    onProgress,
  });
  return settings.map((setting, i) => ({ ...setting, ...(measures[i] as Measure), tokens }));
}

/**
 * The cost of each matrix when it alone is RF8, nearest, with one max bias, and everything else is as it is.
 *
 * @throws as `evaluate`.
 */
export async function evaluateMatrices(
  model: Model<DecoderConfig>,
  { sequences, onProgress }: Omit<EvaluationOptions, "settings">,
): Promise<readonly MatrixRow[]> {
  const matrices = [...model.tensors].filter(([, tensor]) => isMatrix(tensor));
  const names = matrices.map(([name]) => name);
  const measures = await means(model, { matrices: names }, sequences, {
    count: names.length,
    onProgress,
  });
  return matrices.map(([tensor, { shape }], i) => ({
    tensor,
    shape,
    ...(measures[i] as Measure),
  }));
}

async function means(
  model: Model<DecoderConfig>,
  candidates: Candidates,
  sequences: readonly (readonly number[])[],
  {
    count,
    onProgress,
  }: { readonly count: number; readonly onProgress: EvaluationOptions["onProgress"] },
): Promise<readonly Measure[]> {
  const tokens = predictedTokens(sequences);
  let done = 0;
  const label = "settings" in candidates ? "formats" : "each matrix alone";
  const sums = await sumsInParallel(model, candidates, sequences, (more) => {
    done += more;
    onProgress?.(done, tokens * count, label);
  });
  return sums.map(({ nll, kl }: Sums) => ({ nll: nll / tokens, kl: kl / tokens }));
}
