import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openCheckpoint, quantizeCheckpoint } from "../../src/checkpoint/index.ts";
import { decodeArray, encodeArray, maxBias } from "../../src/format/index.ts";
import { fitValues } from "../../src/gg/index.ts";
import {
  evaluate,
  isDecoder,
  isMlp,
  type Model,
  mlp,
  readModel,
  sampledSequences,
} from "../../src/network/index.ts";
import { quantizeModel } from "../../src/quantize/index.ts";
import {
  entropyRate,
  type NetworkSize,
  newSubject,
  sentences,
  sizeDefaults,
  type TokenKind,
  TrainingError,
  type TrainingHooks,
  type TrainingOptions,
  trainingDefaults,
  train as trainSubject,
  writeText,
} from "../../src/train/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";

const root = scratchFolder();
const fresh = (): string => join(mkdtempSync(join(root, "run-")), "model");

/** A new network and how it is trained, in one record. */
interface Choices extends NetworkSize, TrainingOptions {
  readonly context: number;
  readonly text: string;
  readonly tokens: TokenKind;
}

const small: Choices = {
  ...sizeDefaults,
  ...trainingDefaults,
  hidden: 16,
  layers: 1,
  context: 16,
  steps: 20,
  text: writeText(sentences, 20_000, 1),
  tokens: "characters",
};

async function train(folder: string, choices: Choices, hooks?: TrainingHooks) {
  const { architecture, hidden, layers, context, text, tokens, ...options } = choices;
  const subject = newSubject({ architecture, hidden, layers, context }, { text, tokens });
  return trainSubject(folder, subject, options, hooks);
}

const bytesOf = (folder: string): Buffer => readFileSync(join(folder, "model.safetensors"));

test("a palette in the loop: the result is in it, and loses less than one that is put into it afterwards", async () => {
  const options: Choices = {
    ...small,
    steps: 150,
    fineTuning: 0.4,
    bits: 4,
    backslash: { kappa: 0.05 },
  };
  const [after, loop, packed] = [fresh(), fresh(), fresh()];
  const { history: plain } = await train(after, options);
  const { history } = await train(loop, { ...options, rf8: true });
  const loss = history.at(-1)!.validation_loss_rf8;
  expect(loss).toBeLessThan(plain.at(-1)!.validation_loss_rf8);
  const model = readModel(loop);
  if (!isDecoder(model)) throw new Error("a decoder is expected");
  for (const { shape, values } of model.tensors.values())
    if (shape.length === 2) expect(new Set(values.map(Math.abs)).size).toBeLessThanOrEqual(8);
  // The command of docs/quantization.md finds the palettes again.
  const sequences = sampledSequences(model, { sequences: 4, length: 12 }, 1);
  const how = { method: "nearest", scale: "none", bits: 4 } as const;
  const reports = await quantizeModel({ input: loop, model, output: packed, sequences }, how);
  expect(reports.map(({ error, changed }) => [error, changed])).toEqual(reports.map(() => [0, 0]));
  const stored = readModel(packed);
  for (const [name, { values }] of model.tensors)
    expect(stored.tensors.get(name)!.values).toEqual(values);
});

describe("a run", () => {
  test.each([
    ["plain", {}],
    [
      "BackSlash, DeepShape and RF8 in the loop",
      { backslash: { kappa: 0.1 }, deepshape: true, rf8: true },
    ],
    ["BackSlash and a palette in the loop", { backslash: { kappa: 0.1 }, rf8: true, bits: 4 }],
    ["an MLP", { architecture: "mlp", context: 4 }],
  ] as const)("%s: interrupted anywhere, it ends with the same weights", async (_, changes) => {
    const options: Choices = { ...small, ...changes };
    const whole = fresh();
    const { history } = await train(whole, options);
    for (const stopAfter of [1, 16, 19]) {
      const folder = fresh();
      await train(folder, options, { stopAfter });
      expect(existsSync(folder)).toBe(false);
      const resumed = await train(folder, options);
      expect(resumed.resumedFrom).toBe(stopAfter);
      expect(resumed.history).toEqual(history);
      expect(bytesOf(folder).equals(bytesOf(whole))).toBe(true);
      expect(existsSync(`${folder}.training.safetensors`)).toBe(false);
    }
  });

  test("another seed gives other weights", async () => {
    const [a, b] = [fresh(), fresh()];
    await train(a, { ...small, steps: 2 });
    await train(b, { ...small, steps: 2, seed: 2 });
    expect(bytesOf(a).equals(bytesOf(b))).toBe(false);
  });

  test("the state of other options is not taken, and stays", async () => {
    const folder = fresh();
    await train(folder, small, { stopAfter: 3 });
    const state = readFileSync(`${folder}.training.safetensors`);
    await expect(train(folder, { ...small, seed: 9 })).rejects.toThrow(
      "other options or another text",
    );
    await expect(train(folder, { ...small, text: `${small.text} ` })).rejects.toThrow(
      "another text",
    );
    expect(readFileSync(`${folder}.training.safetensors`).equals(state)).toBe(true);
  });

  test("a loss that is no number stops it, with the last good state kept", async () => {
    const folder = fresh();
    const options = { ...small, learningRate: 1e6 };
    await expect(train(folder, options)).rejects.toThrow(
      /^weights are beyond bounds at step 1; no state was saved before; a lower learning rate/,
    );
    expect(existsSync(folder)).toBe(false);

    // The state of an earlier step, with a NaN where a run would have come to one.
    await train(folder, small, { stopAfter: 3 });
    const state = `${folder}.training.safetensors`;
    const bytes = readFileSync(state);
    bytes.writeFloatLE(Number.NaN, bytes.length - 4);
    const checkpoint = openCheckpoint(state);
    const [info] = checkpoint.tensors;
    checkpoint.close();
    bytes.writeFloatLE(Number.NaN, info!.position);
    writeFileSync(state, bytes);
    await expect(train(folder, small)).rejects.toThrow(
      `the loss is NaN at step 4; the last good state is in ${state}`,
    );
    expect(readFileSync(state).equals(bytes)).toBe(true);
  });
});

describe("what is refused", () => {
  test.each([
    [{ hidden: 24 }, "a multiple of 16"],
    [{ layers: 0 }, "layers is 0"],
    [{ steps: 1.5 }, "steps is 1.5"],
    [{ learningRate: 0 }, "the learning rate is 0"],
    [{ text: "too short" }, "the text has 9 characters; 180 are needed"],
    [
      {
        text: Array.from({ length: 70_000 }, (_, i) => String.fromCodePoint(0x10000 + i)).join(""),
      },
      "use bytes as tokens",
    ],
  ])("case %#", async (changes, message) => {
    const attempt = train(fresh(), { ...small, ...changes });
    await expect(attempt).rejects.toThrow(TrainingError);
    await expect(attempt).rejects.toThrow(message);
  });
});

describe("the whole way, on 30,000 parameters", () => {
  const options: Choices = {
    ...small,
    layers: sizeDefaults.layers,
    context: sizeDefaults.context,
    hidden: 32,
    steps: 150,
    rf8: true,
    backslash: { kappa: 0.05 },
    text: writeText(sentences, 60_000, 2),
  };
  let model: Model;
  const folder = fresh();

  test("training comes near the floor, and the folder reads back", async () => {
    const { parameters, history } = await train(folder, options);
    expect(parameters).toBeGreaterThan(25_000);
    expect(parameters).toBeLessThan(35_000);
    const [first, last] = [history[0]!, history.at(-1)!];
    expect(last.validation_loss).toBeLessThan(first.validation_loss / 2);
    expect(last.validation_loss).toBeGreaterThan(entropyRate(sentences) - 0.02);
    expect(last.validation_loss).toBeLessThan(entropyRate(sentences) + 0.8);
    model = readModel(folder);
  });

  test("in RF8 it loses little, and the codes are those of the loop", async () => {
    const quantized = `${folder}-rf8`;
    const how = {
      rounding: "nearest",
      bias: "max",
      granularity: "tensor",
      nan: "error",
      seed: 1,
    } as const;
    await quantizeCheckpoint(folder, quantized, how);
    const rf8 = readModel(quantized);
    for (const [name, { shape, values }] of model.tensors) {
      if (shape.length < 2) continue;
      const bias = maxBias(values.reduce((most, w) => Math.max(most, Math.abs(w)), 0));
      const data = Float32Array.from(values);
      const { codes } = encodeArray({ dtype: "F32", data }, { bias, rounding: "nearest" });
      expect(rf8.tensors.get(name)!.rf8!.codes).toEqual(codes);
      expect(rf8.tensors.get(name)!.values).toEqual(Float32Array.from(decodeArray(codes, bias)));
    }
    if (!isDecoder(model)) throw new Error("no llama");
    const sequences = sampledSequences(model, { sequences: 2, length: 48 }, 1);
    const settings = [
      { format: "rf8", rounding: "nearest", granularity: "tensor", activations: "float" } as const,
    ];
    const [row] = await evaluate(model, { settings, sequences });
    expect(row!.kl).toBeGreaterThan(0);
    expect(row!.kl).toBeLessThan(0.05);
  });
});

test("DeepShape's fine-tuning begins at its target", async () => {
  const options = { ...small, steps: 21 };
  const [plain, shaped] = [fresh(), fresh()];
  // Step 17 is the first of the last fifth; before it, both runs are alike.
  const before = await train(plain, options, { stopAfter: 16 });
  const after = await train(shaped, { ...options, deepshape: true }, { stopAfter: 17 });
  for (const [name, { shape, values }] of before.model.tensors) {
    if (shape.length < 2) continue;
    const [a, b] = [fitValues([values])!, fitValues([after.model.tensors.get(name)!.values])!];
    expect(b.nu / a.nu).toBeLessThan(0.95);
    expect(b.alpha / a.alpha).toBeLessThan(0.9);
  }
});

test("an MLP's folder gives the network that was trained", async () => {
  const folder = fresh();
  const text = "abcabcabc".repeat(60);
  const { history } = await train(folder, {
    ...small,
    architecture: "mlp",
    context: 3,
    steps: 100,
    learningRate: 0.03,
    text,
  });
  expect(history.at(-1)!.validation_loss).toBeLessThan(0.05);
  const model = readModel(folder);
  if (!isMlp(model)) throw new Error("no mlp");
  const [a, b, c] = model.tokenizer!.encode("abc");
  const input = new Float32Array(9);
  [b!, c!, a!].forEach((token, i) => {
    input[3 * i + token] = 1;
  });
  const outputs = mlp(model)(input);
  expect(outputs.indexOf(Math.max(...outputs))).toBe(b);
});

test("bytes as tokens: any text", async () => {
  const folder = fresh();
  const text = "é中😀 ".repeat(200);
  await train(folder, { ...small, tokens: "bytes", steps: 2, text });
  const { tokenizer } = readModel(folder);
  expect(tokenizer!.encode("é😀")).toEqual([...Buffer.from("é😀")]);
  expect(tokenizer!.decode([...Buffer.from("é中😀 x")])).toBe("é中😀 x");
});
