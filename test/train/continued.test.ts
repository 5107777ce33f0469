import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  beginOfSequence,
  byteTokenizer,
  type DecoderConfig,
  evaluate,
  type Model,
  readModel,
  sampledSequences,
} from "../../src/network/index.ts";
import {
  configuredSubject,
  continuedSubject,
  sentences,
  TrainingError,
  type TrainingOptions,
  train,
  trainingDefaults,
  writeText,
} from "../../src/train/index.ts";
import { initialState } from "../../src/train/initial.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { familyCases, familySizes } from "../network/family-cases.ts";
import { configOf, randomDecoder } from "../network/random-decoder.ts";

const root = scratchFolder();
const fresh = (): string => join(mkdtempSync(join(root, "run-")), "model");
const bytesOf = (folder: string): Buffer => readFileSync(join(folder, "model.safetensors"));

const context = 16;
const reading = { context, batch: 8 };
const options: TrainingOptions = {
  ...trainingDefaults,
  steps: 20,
  learningRate: 1e-3,
  fineTuning: 1,
};

const drawnBy = (model: Model<DecoderConfig>, count = 400): number[][] =>
  sampledSequences(model, { sequences: count, length: context }, 5);

const float = { format: "f32", rounding: null, granularity: null, activations: "float" } as const;
const rf8 = { format: "rf8", rounding: "nearest", granularity: "tensor" } as const;

describe("a network that goes on", () => {
  test.each(familyCases.filter(([name]) => ["phi3", "gemma3_text", "granite"].includes(name)))(
    "%s: it begins with the loss that `evaluate` finds, and its folder reads back, %j",
    async (model_type, keys) => {
      const sizes = { ...familySizes, model_type, ...keys };
      const model = randomDecoder(sizes, 3);
      const sequences = drawnBy(model, 80);
      const folder = fresh();
      const subject = continuedSubject(model, sequences, reading);
      const { history } = await train(folder, subject, { ...options, steps: 1 });
      // The last tenth.
      const held = sequences.slice(72);
      const settings = [float, { ...rf8, activations: "float" } as const];
      const rows = await evaluate(model, { settings, sequences: held });
      expect(history[0]!.validation_loss, model_type).toBeCloseTo(rows[0]!.nll, 5);
      expect(history[0]!.validation_loss_rf8, model_type).toBeCloseTo(rows[1]!.nll, 5);
      expect(history.map(({ step }) => step)).toEqual([0, 1]);
      const trained = readModel(folder);
      expect(trained.config.model_type).toBe(model_type);
      for (const [name, { values }] of model.tensors)
        expect(trained.tensors.get(name)!.values, name).not.toEqual(values);
    },
  );

  test("interrupted anywhere, with all methods, it ends with the same weights", async () => {
    const small = { ...familySizes, model_type: "gemma2", head_dim: 6, num_hidden_layers: 1 };
    const model = randomDecoder(small, 3);
    const subject = continuedSubject(model, drawnBy(model), reading);
    const all: TrainingOptions = {
      ...options,
      backslash: { kappa: 0.1 },
      deepshape: true,
      rf8: true,
      distill: true,
      fineTuning: 0.3,
      weightDecay: 0.1,
    };
    const whole = fresh();
    const { history } = await train(whole, subject, all);
    for (const stopAfter of [1, 15]) {
      const folder = fresh();
      await train(folder, subject, all, { stopAfter });
      const resumed = await train(folder, subject, all);
      expect(resumed.resumedFrom).toBe(stopAfter);
      expect(resumed.history).toEqual(history);
      expect(bytesOf(folder).equals(bytesOf(whole))).toBe(true);
    }
    const other = continuedSubject(randomDecoder(small, 4), [...drawnBy(model)], reading);
    const folder = fresh();
    await train(folder, subject, all, { stopAfter: 1 });
    await expect(train(folder, other, all)).rejects.toThrow("other options or another text");
  });

  test("distillation: no divergence at the beginning, and less in RF8 at the end", async () => {
    const model = randomDecoder({ ...familySizes, model_type: "qwen3", head_dim: 6 }, 3);
    const subject = continuedSubject(model, drawnBy(model), reading);
    const how = { ...options, steps: 100, learningRate: 3e-4, rf8: true, distill: true };
    const { history } = await train(fresh(), subject, how);
    const [first, last] = [history[0]!, history.at(-1)!];
    expect(Math.abs(first.validation_loss)).toBeLessThan(1e-6);
    expect(first.validation_loss_rf8).toBeGreaterThan(0);
    expect(last.validation_loss_rf8).toBeLessThan(0.6 * first.validation_loss_rf8);
    const settings = [{ ...rf8, activations: "float" } as const];
    const held = drawnBy(model).slice(360);
    const [row] = await evaluate(model, { settings, sequences: held });
    expect(first.validation_loss_rf8 / row!.kl).toBeCloseTo(1, 1);
  });

  test("a text begins every window as `evaluate` does", () => {
    const model = {
      ...randomDecoder({ ...familySizes, vocab_size: 256, model_type: "llama", bos_token_id: 1 }),
      tokenizer: byteTokenizer(),
    };
    const { corpus } = continuedSubject(model, "abcdefghij".repeat(40), reading);
    const window = new Int32Array(context + 1);
    corpus.training.copy(3, window);
    expect(String.fromCharCode(...window.subarray(1))).toBe("defghijabcdefghi");
    expect(window[0]).toBe(beginOfSequence(model));
  });
});

describe("a new network of a configuration", () => {
  const text = writeText(sentences, 20_000, 1);
  const own = { text, tokens: "characters" } as const;

  test("every family: GG's variance, and gains that change nothing", async () => {
    for (const model_type of ["llama", "gemma2", "olmo2", "stablelm", "phi3"]) {
      const config = configOf({ ...familySizes, vocab_size: 300, hidden_size: 64, model_type });
      const subject = configuredSubject({ config }, own, reading);
      const { weights } = initialState(subject, { ...options, init: "gg", nu: 1, xi: 1 });
      for (const [name, shape] of subject.plan.shapes) {
        const values = weights.get(name)!;
        const square = values.reduce((sum, w) => sum + w * w, 0) / values.length;
        if (shape.length === 2) expect(square * shape[0]!).toBeCloseTo(1, 0);
        else if (name.endsWith("bias") || model_type === "gemma2") expect(square).toBe(0);
        else expect(square).toBe(1);
      }
    }
  });

  test("it learns", async () => {
    const config = configOf({
      ...familySizes,
      vocab_size: 64,
      model_type: "gemma2",
      head_dim: 6,
      num_hidden_layers: 1,
    });
    const subject = configuredSubject({ config }, own, { context, batch: 16 });
    const how = { ...options, steps: 120, learningRate: 1e-2, init: "gg", xi: 1 } as const;
    const { history } = await train(fresh(), subject, how);
    expect(history.at(-1)!.validation_loss).toBeLessThan(0.75 * history[0]!.validation_loss);
  });

  test.each([
    [{ vocab_size: 8 }, "characters; the configuration's vocab_size is 8"],
    [{ model_type: "mixtral" }, "a mixture of experts, which is not trained"],
    [{ max_position_embeddings: 8 }, "the model reads at most 8 tokens"],
  ])("%j is refused", (keys, message) => {
    const config = configOf({ ...familySizes, vocab_size: 300, model_type: "llama", ...keys });
    const attempt = () => configuredSubject({ config }, own, reading);
    expect(attempt).toThrow(TrainingError);
    expect(attempt).toThrow(message);
  });
});

test("what cannot be trained is refused", async () => {
  const model = randomDecoder({ ...familySizes, model_type: "llama" });
  expect(() => continuedSubject(model, drawnBy(model, 9), reading)).toThrow(
    "there are 9 sequences of 17 tokens; 10 are needed",
  );
  const subject = continuedSubject(model, drawnBy(model, 20), reading);
  for (const [changes, message] of [
    [{ weightDecay: -1 }, "the weight decay is -1"],
    [{ fineTuning: 2 }, "fine-tuning is 2 of the steps"],
  ] as const)
    await expect(train(fresh(), subject, { ...options, ...changes })).rejects.toThrow(message);
});
