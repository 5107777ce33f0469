import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "@chisel-ts/core";
import {
  type DecoderConfig,
  EMBEDDING,
  evaluate,
  isDecoder,
  type Model,
  readModel,
  type Setting,
  STORED,
  sampledSequences,
} from "../network/index.ts";
import { type ModelOptions, quantizeModel } from "../quantize/index.ts";
import { type Device, distillationDefaults, distillCodes } from "../train/index.ts";
import { BenchError } from "./error.ts";
import { named } from "./named.ts";

/** KL(float ‖ RF8) of a way to choose codes: mean and standard deviation over the pairs of calibration and test. */
export interface CodesRow {
  readonly codes: string;
  readonly bits: number;
  readonly kl: number;
  readonly kl_sd: number;
  /** With int16 and int8 inputs of every matrix. */
  readonly kl_int16: number;
  readonly kl_int8: number;
  /** With the embedding looked up in float where it is the classifier too. */
  readonly kl_float_lookup: number;
  /** Of one quantization. */
  readonly seconds: number;
}

export interface CodesOptions {
  /** Part of the names of the ways that are measured; all of them where it is empty. */
  readonly only: string;
  /** What distils. */
  readonly device: Device;
  onDone?(done: number, total: number): void;
}

const SEEDS = [1, 2, 3];
const SIZES = { sequences: 128, length: 128 };
const TEST = { sequences: 32, length: 128 };
/** Sequences that codes are distilled on, the calibration among them, and steps of it. */
interface Distillation {
  readonly sequences: number;
  readonly steps: number;
}
const distilled: Distillation = { sequences: 1024, steps: 250 };
const longer: Distillation = { sequences: 2048, steps: 500 };

const gptq: ModelOptions = { method: "gptq", scale: "none", bits: 8 };
const row: ModelOptions = { ...gptq, scale: "row" };
const sequential: ModelOptions = { ...row, target: "sequential" };
const plain: ModelOptions = { ...sequential, scale: "none" };
const equalized: ModelOptions = { ...plain, equalized: true };
const allWays: readonly (readonly [string, ModelOptions, Distillation?])[] = [
  ["nearest", { ...gptq, method: "nearest" }],
  ["GPTQ", gptq],
  ["GPTQ, sequential", plain],
  ["GPTQ, sequential, equalized", equalized],
  ["nearest, row scale", { ...row, method: "nearest" }],
  ["GPTQ, row scale", row],
  ["GPTQ, row scale, sequential", sequential],
  ["GPTQ, row scale, sequential, Fisher", { ...sequential, fisher: true }],
  ["palette, GPTQ, row scale", { ...row, bits: 6 }],
  ["palette, GPTQ, row scale, sequential", { ...sequential, bits: 6 }],
  ["palette, GPTQ, row scale", { ...row, bits: 5 }],
  ["palette, GPTQ, row scale", { ...row, bits: 4 }],
  ["shared palette, GPTQ, row scale", { ...row, bits: 6, palette: "shared" }],
  ["GPTQ, sequential, distilled", plain, distilled],
  ["GPTQ, sequential, equalized, distilled", equalized, distilled],
  ["GPTQ, sequential, equalized, distilled longer", equalized, longer],
  ["GPTQ, row scale, sequential, distilled", sequential, distilled],
  ["palette, GPTQ, row scale, sequential, distilled", { ...sequential, bits: 6 }, distilled],
];

const setting = (activations: Setting["activations"]): Setting => ({
  format: STORED,
  rounding: null,
  granularity: null,
  activations,
});

/**
 * Quantizes a decoder in every way, on three sets of sequences that it draws itself, and measures each on three others.
 *
 * @param path of a model that `readModel` reads
 * @throws BenchError for a model that is no decoder, and where no way has such a name.
 */
export async function benchCodes(
  path: string,
  { only, device, onDone }: CodesOptions,
): Promise<CodesRow[]> {
  const ways = named(allWays, only);
  const model = decoderOf(path);
  const longest = model.config.max_position_embeddings;
  const drawn = (sizes: typeof SIZES, seed: number): number[][] =>
    sampledSequences(model, { ...sizes, length: Math.min(sizes.length, longest) }, seed);
  const found = ways.map((): Figures[] => []);
  for (const seed of SEEDS) {
    const sequences = ways.reduce(
      (most, [, , distillation]) => Math.max(most, distillation?.sequences ?? 0),
      SIZES.sequences,
    );
    const all = drawn({ ...SIZES, sequences }, seed);
    const test = drawn(TEST, 100 + seed);
    const read = all.slice(0, SIZES.sequences).map((tokens) => tokens.slice(0, -1));
    const refining =
      ({ sequences: count, steps }: Distillation): NonNullable<ModelOptions["refine"]> =>
      async (chosen, float) => {
        const distillation = { ...distillationDefaults, steps, device, seed };
        return (await distillCodes(float, all.slice(0, count), chosen, distillation)).codes;
      };
    for (const [i, [, options, distillation]] of ways.entries()) {
      const how = { ...options, ...(distillation && { refine: refining(distillation) }) };
      found[i]?.push(await figuresOf({ path, model, calibration: read, sequences: test }, how));
      onDone?.((seed - 1) * ways.length + i + 1, SEEDS.length * ways.length);
    }
  }
  return ways.map(([codes, { bits }], i) => {
    const mean = (of: keyof Figures): number =>
      at(found, i).reduce((sum, figures) => sum + figures[of] / SEEDS.length, 0);
    const kl = mean("kl");
    const spread = at(found, i).reduce((sum, figures) => sum + (figures.kl - kl) ** 2, 0);
    return {
      codes,
      bits,
      kl,
      kl_sd: Math.sqrt(spread / (SEEDS.length - 1)),
      kl_int16: mean("kl_int16"),
      kl_int8: mean("kl_int8"),
      kl_float_lookup: mean("kl_float_lookup"),
      seconds: mean("seconds"),
    };
  });
}

type Figures = Pick<CodesRow, "kl" | "kl_int16" | "kl_int8" | "kl_float_lookup" | "seconds">;

/** A model, and what its codes are chosen and measured on. */
interface Measured {
  readonly path: string;
  readonly model: Model<DecoderConfig>;
  readonly calibration: readonly (readonly number[])[];
  readonly sequences: readonly (readonly number[])[];
}

async function figuresOf(
  { path, model, calibration, sequences }: Measured,
  options: ModelOptions,
): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "rf8-codes-"));
  try {
    const began = performance.now();
    await quantizeModel(
      { input: path, model, output: join(folder, "model"), sequences: calibration },
      options,
    );
    const seconds = (performance.now() - began) / 1000;
    const stored = decoderOf(join(folder, "model"));
    const settings = (["float", "int16", "int8"] as const).map(setting);
    const rows = await evaluate(model, { settings, sequences, stored });
    const [kl = 0, kl_int16 = 0, kl_int8 = 0] = rows.map((one) => one.kl);
    const looked = {
      settings: settings.slice(0, 1),
      sequences,
      stored: floatLookup(stored, model),
    };
    const [other] = await evaluate(model, looked);
    return { kl, kl_int16, kl_int8, kl_float_lookup: other?.kl ?? 0, seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The quantized network with the float embedding, and a quantized classifier. */
function floatLookup(stored: Model<DecoderConfig>, model: Model<DecoderConfig>) {
  const tensors = new Map(stored.tensors);
  const [float, own] = [model.tensors.get(EMBEDDING), stored.tensors.get(EMBEDDING)];
  if (stored.config.tie_word_embeddings && own) tensors.set("lm_head.weight", own);
  if (float) tensors.set(EMBEDDING, float);
  return { ...stored, config: { ...stored.config, tie_word_embeddings: false }, tensors };
}

function decoderOf(path: string): Model<DecoderConfig> {
  const model = readModel(path);
  if (!isDecoder(model)) throw new BenchError(`${path} is no decoder`);
  return model;
}
