import { existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Engine, engines } from "../../../sim/index.ts";
import {
  compile,
  generateTokens,
  listing,
  matrixCycles,
  nextFactor,
  prepare,
  rtlExecutor,
  runQuantizedMlp,
  type SimulateOptions,
  simulate,
} from "../../../src/accelerator/run/index.ts";
import { encodeArray, seededRandom } from "../../../src/format/index.ts";
import type { AcceleratorModel } from "../../../src/model/index.ts";
import {
  floatLayers,
  isDecoder,
  isMlp,
  type MlpConfig,
  type Model,
  mlp,
  quantizedInputs,
  readModel,
  rf8Model,
  rf8Tensor,
} from "../../../src/network/index.ts";
import {
  newSubject,
  sentences,
  sizeDefaults,
  train,
  trainingDefaults,
  writeText,
} from "../../../src/train/index.ts";
import { scratchFolder } from "../../checkpoint/files.ts";
import { randomDecoder, smallConfig } from "../../network/random-decoder.ts";

const accelerator: AcceleratorModel = {
  activation: "int16",
  lanes: 4,
  rows: 2,
  terms: 64,
  pipeline: 1,
};

const run = (model: Model, changes: Partial<SimulateOptions> = {}) => {
  const options: SimulateOptions = { accelerator, prompt: "", tokens: 8, ...changes };
  const prepared = prepare(model, options);
  try {
    return simulate(prepared, options);
  } finally {
    prepared.executor.close();
  }
};

function randomNumbers(seed: number): () => number {
  const generator = seededRandom(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

const simulators: readonly Engine[] = [engines.wasm, engines.verilator];

/** Every matrix with real factors of its rows, from 0.5 to 1. */
function withRowScales(model: Model): Model {
  const number = randomNumbers(8);
  const tensors = [...rf8Model(model).tensors].map(([name, tensor]) => {
    if (!tensor.rf8) return [name, tensor] as const;
    const length = tensor.shape[0] ?? 0;
    const scales = Float32Array.from({ length }, () => 0.5 + number() / 2);
    return [name, rf8Tensor(tensor.shape, { ...tensor.rf8, scales })] as const;
  });
  return { ...model, tensors: new Map(tensors) };
}

test("row scales are the host's", () => {
  const model = withRowScales(randomDecoder());
  if (!isDecoder(model)) throw new Error("a decoder is expected");
  const layers = quantizedInputs(floatLayers(model), "int16");
  const expected = generateTokens(model, layers, { prompt: "", tokens: 12 });
  expect(run(model, { simulator: engines.wasm, tokens: 12 }).tokens).toEqual(expected);
  // Without the factors the tokens are others.
  expect(run(randomDecoder(), { tokens: 12 }).tokens).not.toEqual(expected);
});

test("row scales do not fit the header of a calibrated layer", () => {
  const layers = [{ weight: "a", activation: "relu" as const }, { weight: "b" }];
  const matrix = { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) };
  const config: MlpConfig = { model_type: "mlp", layers };
  const model = withRowScales({
    config,
    tensors: new Map([
      ["a", matrix],
      ["b", matrix],
    ]),
  });
  const ranges = new Map([
    ["a", 1],
    ["b", 1],
  ]);
  expect(() => compile(model, accelerator, ranges)).toThrow("a has row scales");
});

describe("a small Llama with shared key heads", () => {
  const model = randomDecoder();
  const alone = run(model);

  test.each(simulators)("the RTL in $name gives the model's tokens and counts", (simulator) => {
    const { engine: name, wall_s, tokens_per_wall_s, ...rest } = run(model, { simulator });
    expect(name).toBe(simulator.name);
    expect(rest).toMatchObject({
      tokens: alone.tokens,
      cycles: alone.cycles,
      layers: alone.layers,
    });
    expect([wall_s, tokens_per_wall_s].every((value) => value > 0)).toBe(true);
  });

  test("tiles: a buffer smaller than the matrices changes cycles and nothing else", () => {
    const tiled = { ...accelerator, terms: 8 };
    const { tokens, cycles } = run(model, { accelerator: tiled, simulator: engines.wasm });
    expect(tokens).toEqual(alone.tokens);
    expect(cycles).toBeGreaterThan(alone.cycles);
    const { matrices } = compile(rf8Model(model), tiled);
    expect(matrices.get("model.layers.0.mlp.down_proj.weight")!.tiles).toEqual([0, 8, 16, 20]);
  });

  test("a slow memory costs what its closed form says, to the cycle", () => {
    // The run compares the counters of every job with the schedule.
    const memory = { bandwidth: 3, latency: 40 };
    const slow = run(model, { simulator: engines.wasm, memory });
    expect(slow.tokens).toEqual(alone.tokens);
    for (const layer of slow.layers) {
      // 8 bytes a beat at 3 bytes a cycle: the memory is what everything waits for.
      const beats = Math.ceil(layer.rows / 2) * Math.ceil(layer.columns / 4);
      expect(layer.cycles).toBe(40 + Math.ceil((8 * beats) / 3) - 1 + 5 + 2);
    }
  });

  test("one bias a row", () => {
    const name = "model.layers.0.mlp.up_proj.weight";
    const { shape, values } = model.tensors.get(name)!;
    const biases = Array.from({ length: 20 }, (_, row) => 13 + (row % 3));
    const data = Float32Array.from(values);
    const { codes } = encodeArray(
      { dtype: "F32", data },
      { bias: { biases, rowLength: 12 }, rounding: "nearest" },
    );
    const changed = {
      ...model,
      tensors: new Map(model.tensors).set(name, rf8Tensor(shape, { codes, biases })),
    };
    const { tokens } = run(changed, { simulator: engines.wasm });
    const rf8 = rf8Model(changed);
    expect(rf8.tensors.get(name)!.rf8!.biases).toEqual(biases);
    expect(tokens).toEqual(generateTokens(rf8, floatLayers(rf8), { prompt: "", tokens: 8 }));
  });

  test("the program can be read", () => {
    const lines = listing(compile(rf8Model(model), accelerator));
    expect(lines[0]).toBe("host    embedding row");
    expect(lines).toContain(
      "accelerator  model.layers.0.mlp.down_proj.weight: 12 × 20, 6 groups of 5 beats, 41 cycles",
    );
    expect(lines.filter((line) => line.startsWith("accelerator"))).toHaveLength(15);
  });

  test("utilisation is products over what the cycles have room for", () => {
    const program = compile(rf8Model(model), accelerator);
    for (const layer of alone.layers) {
      expect(layer.cycles).toBe(matrixCycles(program, program.matrices.get(layer.name)!));
      expect(layer.utilisation).toBe((layer.rows * layer.columns) / (8 * layer.cycles));
    }
    expect(alone.macs).toBe(alone.layers.reduce((sum, l) => sum + l.vectors * l.macs, 0));
  });
});

describe("networks that the pipeline trains", () => {
  const root = scratchFolder();
  test.each([
    ["llama", { hidden: 32, context: 32, steps: 60 }],
    ["mlp", { architecture: "mlp", hidden: 48, layers: 2, context: 8, steps: 150 }],
  ] as const)("a %s: trained, read back, and run on the RTL", async (_, changes) => {
    const folder = join(mkdtempSync(join(root, "trained-")), "model");
    const { steps, ...size } = changes;
    const subject = newSubject(
      { ...sizeDefaults, ...size },
      { text: writeText(sentences, 40_000, 1), tokens: "characters" },
    );
    await train(folder, subject, { ...trainingDefaults, steps });
    const model = readModel(folder);
    const prompt = "the cat ";
    const wide = { accelerator: { ...accelerator, terms: 256 }, prompt, tokens: 16 };
    const found = run(model, { ...wide, simulator: engines.wasm });
    const rf8 = rf8Model(model);
    expect(found.tokens).toEqual(generateTokens(rf8, floatLayers(rf8), { prompt, tokens: 16 }));
    expect(found.text).toHaveLength(16);
    expect(found.text).toMatch(/^[a-z. ]+$/);
    expect(found.tokens_read).toBe(8 + 15);
    if (!isMlp(model)) return;

    // Integers from the first matrix to the last: bias, scale and ReLU are the accelerator's.
    const calibrated = { ...wide, scales: "calibrated" } as const;
    const kept = run(model, { ...calibrated, simulator: engines.wasm });
    expect(kept.tokens).toEqual(found.tokens);
    expect(run(model, calibrated).tokens).toEqual(kept.tokens);
    expect(run(model, { ...calibrated, simulator: engines.verilator }).tokens).toEqual(kept.tokens);
    // Two header beats a group more than sums take, in every layer but the last.
    kept.layers.forEach((layer, i) => {
      const groups = i === kept.layers.length - 1 ? 0 : Math.ceil(layer.rows / 2);
      expect(layer.cycles - found.layers[i]!.cycles).toBe(2 * groups);
    });
  });
});

describe("an MLP whose activations stay integers", () => {
  const random = randomNumbers(3);
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns],
    values: Float32Array.from({ length: rows * columns }, () => random() - 0.5),
  });
  const vector = (length: number) => ({
    shape: [length],
    values: Float32Array.from({ length }, () => random() - 0.5),
  });
  const model: Model<MlpConfig> = rf8Model({
    config: {
      model_type: "mlp",
      layers: [
        { weight: "a", bias: "p", activation: "relu" },
        { weight: "b", bias: "q", activation: "relu" },
        { weight: "c", bias: "r" },
      ],
    },
    tensors: new Map([
      ...Object.entries({ a: matrix(9, 7), p: vector(9), b: matrix(8, 9), q: vector(8) }),
      ...Object.entries({ c: matrix(5, 8), r: vector(5) }),
    ]),
  });
  const inputs = Array.from({ length: 50 }, () =>
    Float32Array.from({ length: 7 }, () => 2 * random() - 1),
  );
  const float = inputs.map(mlp(model));

  /** What enters each matrix, over all inputs. */
  function ranges(): Map<string, number> {
    const found = new Map<string, number>();
    const inner = floatLayers(model);
    const run = mlp(model, {
      apply(name, input, output) {
        found.set(name, Math.max(found.get(name) ?? 0, ...input.map(Math.abs)));
        inner.apply(name, input, output);
      },
    });
    for (const input of inputs) run(input);
    return found;
  }

  test.each([
    ["int8", 0.03],
    ["int16", 2e-4],
  ] as const)(
    "%s: near the float network, and the RTL's integers are the model's",
    (activation, error) => {
      const wide = { ...accelerator, activation };
      const program = compile(model, wide, ranges());
      const layers = program.calibrated!;
      for (const { step } of layers.slice(0, -1))
        for (const { shift, residual, bias } of step.scales!) {
          expect(shift >= 0 && shift < 64 && residual >= 0 && residual < 8).toBe(true);
          expect(Number.isSafeInteger(bias)).toBe(true);
        }
      const executor = rtlExecutor(program, engines.wasm);
      const outputs = inputs.map(runQuantizedMlp(layers, wide, executor, () => {}));
      executor.close();
      const largest = Math.max(...float.flatMap((output) => [...output]).map(Math.abs));
      outputs.forEach((output, i) => {
        output.forEach((value, row) => {
          expect(Math.abs(value - float[i]![row]!) / largest).toBeLessThan(error);
        });
      });
    },
  );

  test("scales are the finest of two terms that hold the range", () => {
    for (const [scale, range] of [
      [0.01, 3.7],
      [1, 1],
      [0.5, 1e-3],
      [3e-4, 250],
    ] as const) {
      const { residual, exponent } = nextFactor(scale, range, "int8");
      const factor = ([12, 14, 15, 16, 17, 18, 20, 24][residual]! / 16) * 2 ** -exponent;
      const next = scale / factor;
      expect(range / next).toBeLessThanOrEqual(127 * (1 + 1e-12));
      // The next finer factor is at most 1/6 away.
      expect(range / next).toBeGreaterThan(127 * 0.85);
    }
  });

  test("what the accelerator cannot hold is refused", () => {
    const changed = (layer: object) => ({
      ...model,
      config: {
        ...model.config,
        layers: [{ ...model.config.layers[0]!, ...layer }, ...model.config.layers.slice(1)],
      },
    });
    const compiled =
      (layer: object, terms = 64) =>
      () =>
        compile(changed(layer) as Model<MlpConfig>, { ...accelerator, terms }, ranges());
    expect(compiled({ activation: "gelu" })).toThrow(
      "a has gelu activation; the accelerator has relu",
    );
    expect(compiled({}, 4)).toThrow("a has 7 columns; the accelerator's buffer holds 4");
    expect(() => compile(rf8Model(randomDecoder()), accelerator, new Map())).toThrow(
      "are for MLPs",
    );
  });
});

test("what has no use is refused", () => {
  const mlp: Model = {
    config: { model_type: "mlp", layers: [{ weight: "a" }] },
    tensors: new Map([["a", { shape: [2, 3], values: new Float32Array(6) }]]),
  };
  expect(() => run(mlp)).toThrow("the MLP has 3 inputs and 2 outputs; one that predicts tokens");
  expect(() => run(randomDecoder(), { prompt: "x" })).toThrow("no tokenizer");
  expect(() => run(randomDecoder({ ...smallConfig, max_position_embeddings: 4 }))).toThrow(
    "reads at most 4 tokens",
  );
});

const stories = fileURLToPath(new URL("../../../../shared/data/stories260K.bin", import.meta.url));
const present = existsSync(stories);
if (!present) console.log("skipped: stories260K.bin, a llama2.c model, is not there");

describe.skipIf(!present)("a real Llama of 260,000 parameters on 4 × 16 lanes", () => {
  test("110 tokens of the RTL with int16 activations are those of the RF8 float model", () => {
    const model = readModel(stories);
    if (!isDecoder(model)) throw new Error("no llama");
    const wide = { accelerator: { ...accelerator, lanes: 16, rows: 4, terms: 256 }, tokens: 110 };
    const found = run(model, { ...wide, simulator: engines.wasm });
    const rf8 = rf8Model(model);
    expect(found.tokens).toEqual(
      generateTokens(rf8, floatLayers(rf8), { prompt: "", tokens: 110 }),
    );
    expect(run(model, wide).tokens).toEqual(found.tokens);
    expect(found.text).toMatch(/^Once upon a time, there was a little girl named Lily\./);
  });
});

describe("families", () => {
  const sizes = {
    hidden_size: 12,
    intermediate_size: 20,
    num_hidden_layers: 2,
    vocab_size: 17,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    head_dim: 8,
    bos_token_id: null,
    max_position_embeddings: 24,
    eos_token_id: null,
  };
  test.each([
    ["qwen2", {}],
    ["qwen3", { tie_word_embeddings: true }],
    ["phi3", { partial_rotary_factor: 0.5 }],
    ["gemma2", { sliding_window: 3 }],
    ["olmo2", {}],
    ["granite", { embedding_multiplier: 2, logits_scaling: 3, mlp_bias: true }],
    ["smollm3", { no_rope_layers: [1, 0] }],
    ["stablelm", { use_qkv_bias: true }],
  ])(
    "%s on the accelerator: the tokens of the RF8 network with int16 inputs",
    (model_type, keys) => {
      const model = randomDecoder({ ...sizes, model_type, ...keys }, 4);
      const rf8 = rf8Model(model);
      const layers = quantizedInputs(floatLayers(rf8), "int16");
      const found = run(model, { simulator: engines.wasm, tokens: 10 });
      expect(found.tokens).toEqual(generateTokens(rf8, layers, { prompt: "", tokens: 10 }));
      const matrices = [...model.tensors].filter(([, { shape }]) => shape.length === 2);
      expect(found.layers.map(({ name }) => name).sort()).toEqual(
        matrices
          .map(([name]) => name)
          .filter((name) => model.config.tie_word_embeddings || !name.includes("embed_tokens"))
          .sort(),
      );
      const steps = listing(compile(rf8, accelerator));
      expect(steps.filter((line) => line.startsWith("accelerator"))).toHaveLength(
        found.layers.length,
      );
    },
  );
});
