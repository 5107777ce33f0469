import { existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Engine, engines } from "../../sim/index.ts";
import { encodeArray } from "../../src/format/index.ts";
import {
  compile,
  greedyTokens,
  listing,
  matrixCycles,
  prepare,
  type SimulateOptions,
  simulate,
} from "../../src/inference/index.ts";
import type { EngineModel } from "../../src/model/index.ts";
import {
  floatLayers,
  isLlama,
  type Model,
  readModel,
  rf8Model,
  rf8Tensor,
} from "../../src/network/index.ts";
import { sentences, train, trainingDefaults, writeText } from "../../src/train/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { randomLlama, smallConfig } from "../network/random-llama.ts";

const engine: EngineModel = { activation: "int16", lanes: 4, rows: 2, terms: 64, pipeline: 1 };

const run = (model: Model, changes: Partial<SimulateOptions> = {}) => {
  const options: SimulateOptions = { engine, prompt: "", tokens: 8, ...changes };
  const prepared = prepare(model, options);
  try {
    return simulate(prepared, options);
  } finally {
    prepared.executor.close();
  }
};

const simulators: readonly Engine[] = [engines.wasm, engines.verilator];

describe("a small Llama with shared key heads", () => {
  const model = randomLlama();
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
    const tiled = { ...engine, terms: 8 };
    const { tokens, cycles } = run(model, { engine: tiled, simulator: engines.wasm });
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
    expect(tokens).toEqual(greedyTokens(rf8, floatLayers(rf8), "", 8));
  });

  test("the program can be read", () => {
    const lines = listing(compile(rf8Model(model), engine));
    expect(lines[0]).toBe("host    embedding row");
    expect(lines).toContain(
      "engine  model.layers.0.mlp.down_proj.weight: 12 × 20, 6 groups of 5 beats, 41 cycles",
    );
    expect(lines.filter((line) => line.startsWith("engine"))).toHaveLength(15);
  });

  test("utilisation is products over what the cycles have room for", () => {
    const program = compile(rf8Model(model), engine);
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
    await train(folder, { ...trainingDefaults, ...changes, text: writeText(sentences, 40_000, 1) });
    const model = readModel(folder);
    const prompt = "the cat ";
    const found = run(model, { simulator: engines.wasm, prompt, tokens: 16 });
    const rf8 = rf8Model(model);
    expect(found.tokens).toEqual(greedyTokens(rf8, floatLayers(rf8), prompt, 16));
    expect(found.text).toHaveLength(16);
    expect(found.text).toMatch(/^[a-z. ]+$/);
    expect(found.tokens_read).toBe(8 + 15);
  });
});

test("what has no use is refused", () => {
  const mlp: Model = {
    config: { model_type: "mlp", layers: [{ weight: "a" }] },
    tensors: new Map([["a", { shape: [2, 3], values: new Float32Array(6) }]]),
  };
  expect(() => run(mlp)).toThrow("the MLP has 3 inputs and 2 outputs; one that predicts tokens");
  expect(() => run(randomLlama(), { prompt: "x" })).toThrow("no tokenizer");
  expect(() => run(randomLlama({ ...smallConfig, max_position_embeddings: 4 }))).toThrow(
    "reads at most 4 tokens",
  );
});

const stories = fileURLToPath(new URL("../../../shared/data/stories260K.bin", import.meta.url));
const present = existsSync(stories);
if (!present) console.log("skipped: stories260K.bin, a llama2.c model, is not there");

describe.skipIf(!present)("a real Llama of 260,000 parameters on 4 × 16 lanes", () => {
  test("110 tokens of the RTL with int16 activations are those of the RF8 float model", () => {
    const model = readModel(stories);
    if (!isLlama(model)) throw new Error("no llama");
    const wide = { engine: { ...engine, lanes: 16, rows: 4, terms: 256 }, tokens: 110 };
    const found = run(model, { ...wide, simulator: engines.wasm });
    const rf8 = rf8Model(model);
    expect(found.tokens).toEqual(greedyTokens(rf8, floatLayers(rf8), "", 110));
    expect(run(model, wide).tokens).toEqual(found.tokens);
    expect(found.text).toMatch(/^Once upon a time, there was a little girl named Lily\./);
  });
});
