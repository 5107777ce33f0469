import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "@chisel-ts/core";
import { entropyBits } from "../format/index.ts";
import { deepshape, fitValues, RATE_STEP, rateOf } from "../gg/index.ts";
import {
  type DecoderConfig,
  evaluate,
  isDecoder,
  isMatrix,
  type Model,
  readModel,
  rf8Model,
  type Setting,
  STORED,
  sampledSequences,
} from "../network/index.ts";
import { continuedSubject, type TrainingOptions, train, trainingDefaults } from "../train/index.ts";
import { BenchError } from "./error.ts";
import { named } from "./named.ts";

/** A trained network after a way of going on. Keys are those of the JSON; losses in nats a token, bits a weight of the matrices. */
export interface TuningRow {
  readonly method: string;
  /** Strength of BackSlash, where it is used. */
  readonly kappa: number | null;
  /** Cross-entropy on sequences that nothing was trained on, and KL divergence from the network as it was: with the float weights, */
  readonly loss: number;
  readonly kl: number;
  /** and with every matrix in RF8, nearest, one max bias. */
  readonly loss_rf8: number;
  readonly kl_rf8: number;
  readonly nu: number;
  /** Exponential Golomb codes of order 0, and entropy, at steps of `RATE_STEP`. */
  readonly eg0_bits: number;
  readonly entropy_bits: number;
  /** Entropy of the RF8 codes. */
  readonly code_bits: number;
  readonly seconds: number;
}

const SEED = 1;
/** Sequences that the network draws: to go on with, and to be measured on. */
const [TRAINING, TEST, LENGTH] = [2048, 32, 128];
const BATCH = 8;

type Changes = Partial<TrainingOptions>;
const strengths = [0.02, 0.05, 0.1, 0.2, 0.5];
const whole = { fineTuning: 1 };
/** Weights that are rounded want steps that are small beside the distance of two codes. */
const inRf8 = { ...whole, rf8: true, learningRate: 2e-4 };

/** What is done to the network: training with these options, or a change of its weights. */
type Method = readonly [name: string, how: Changes | "nothing" | "deepshape"];

const allMethods: readonly Method[] = [
  ["as it is", "nothing"],
  ["plain", whole],
  ...strengths.map((kappa): Method => ["BackSlash", { backslash: { kappa } }]),
  ...strengths.map(
    (kappa): Method => ["BackSlash, distilled", { backslash: { kappa }, distill: true }],
  ),
  ["DeepShape", "deepshape"],
  ["DeepShape, repaired", { ...whole, deepshape: true }],
  ["DeepShape, repaired by distillation", { ...whole, deepshape: true, distill: true }],
  ["RF8 in the loop", inRf8],
  ["RF8 in the loop, distilled", { ...inRf8, distill: true }],
];

export interface TuningOptions {
  /** Part of the names of the methods that are measured; all of them where it is empty. */
  readonly only: string;
  readonly steps: number;
  onStep?(done: number, total: number, label: string): void;
}

/** Of training: BackSlash moves weights by shares of it, so that it is higher than `rf8 train --from` has it. */
const LEARNING_RATE = 1e-3;

/**
 * Goes on with a trained decoder in every way, each from its weights as they are, on sequences that it draws, and measures what comes out on others.
 *
 * @param path of a model that `readModel` reads
 * @throws BenchError for a model that is no decoder, and where no method has such a name.
 */
export async function benchTuning(
  path: string,
  { only, steps, onStep }: TuningOptions,
): Promise<TuningRow[]> {
  const methods = named(allMethods, only);
  const model = readModel(path);
  if (!isDecoder(model)) throw new BenchError(`${path} is no decoder`);
  const length = Math.min(LENGTH, model.config.max_position_embeddings);
  const drawn = sampledSequences(model, { sequences: TRAINING, length }, SEED);
  const test = sampledSequences(model, { sequences: TEST, length }, 100 + SEED);
  const subject = continuedSubject(model, drawn, { context: length, batch: BATCH });
  const scratch = mkdtempSync(join(tmpdir(), "rf8-tuning-"));
  const trained = async (index: number, method: string, changes: Changes) => {
    const defaults = { ...trainingDefaults, steps, learningRate: LEARNING_RATE };
    const hooks = {
      onStep: (step: number) =>
        onStep?.(index * steps + step, methods.length * steps, labelOf(method, changes)),
    };
    const output = join(scratch, String(index));
    const { model: found } = await train(output, subject, { ...defaults, ...changes }, hooks);
    return { ...model, tensors: found.tensors };
  };
  const rows: TuningRow[] = [];
  try {
    for (const [index, [method, how]] of methods.entries()) {
      const began = performance.now();
      const made =
        how === "nothing"
          ? model
          : how === "deepshape"
            ? reshaped(model)
            : await trained(index, method, how);
      const seconds = (performance.now() - began) / 1000;
      const kappa = typeof how === "object" ? kappaOf(how) : null;
      rows.push({ method, kappa, ...(await figuresOf(model, made, test)), seconds });
    }
    return rows;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const kappaOf = ({ backslash }: Changes): number | null =>
  backslash && "kappa" in backslash ? backslash.kappa : null;

function labelOf(method: string, changes: Changes): string {
  const kappa = kappaOf(changes);
  return kappa === null ? method : `${method}, κ ${kappa}`;
}

function reshaped(model: Model<DecoderConfig>): Model<DecoderConfig> {
  const tensors = [...model.tensors].map(
    ([name, tensor]) =>
      [name, isMatrix(tensor) ? { ...tensor, values: deepshape(tensor.values) } : tensor] as const,
  );
  return { ...model, tensors: new Map(tensors) };
}

async function figuresOf(
  model: Model<DecoderConfig>,
  made: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
) {
  const settings: Setting[] = [
    { format: STORED, rounding: null, granularity: null, activations: "float" },
  ];
  const measure = async (stored: Model<DecoderConfig>) =>
    at(await evaluate(model, { settings, sequences, stored }), 0);
  const rf8 = rf8Model(made);
  const [float, coded] = [await measure(made), await measure(rf8)];
  const matrices = [...made.tensors.values()].filter(isMatrix).map(({ values }) => values);
  const { eg0_bits, entropy_bits } = rateOf(matrices, RATE_STEP);
  const histogram = new Uint32Array(256);
  for (const tensor of rf8.tensors.values())
    for (const code of tensor.rf8?.codes ?? []) histogram[code] = (histogram[code] as number) + 1;
  return {
    loss: float.nll,
    kl: float.kl,
    loss_rf8: coded.nll,
    kl_rf8: coded.kl,
    nu: fitValues(matrices)?.nu ?? 0,
    eg0_bits,
    entropy_bits,
    code_bits: entropyBits(histogram),
  };
}
