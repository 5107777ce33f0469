import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import {
  type Demand,
  estimate,
  type Machine,
  paretoFront,
  workloadOf,
} from "../../../src/accelerator/estimate/index.ts";
import { prepare, simulate } from "../../../src/accelerator/run/index.ts";
import { parseSweep } from "../../../src/cli/sweep.ts";
import { decoderTensors, readConfig } from "../../../src/network/index.ts";
import { scratchFolder } from "../../checkpoint/files.ts";
import { configOf, randomDecoder, smallConfig } from "../../network/random-decoder.ts";

const root = scratchFolder();

const machine = {
  accelerator: { activation: "int16", lanes: 4, rows: 2, terms: 8, pipeline: 1 },
  memory: { bandwidth: 5, latency: 12 },
  clock_mhz: 100,
} as const satisfies Machine;
const demand: Demand = { context: 1, batch: 1 };
const small = workloadOf(configOf(), new Map());

describe("cycles", () => {
  test("are those of the RTL's counters, layer by layer, tiles and a slow memory included", () => {
    const { accelerator, memory } = machine;
    const options = { accelerator, memory, prompt: "", tokens: 2, simulator: engines.wasm };
    const prepared = prepare(randomDecoder(), options);
    const run = simulate(prepared, options);
    prepared.executor.close();
    const { layers, decode } = estimate(small, machine, demand);
    expect(decode.accelerator_cycles).toBe(run.cycles_per_token);
    for (const { layer, cycles, weight_wait } of layers) {
      const found = run.layers.filter(({ name }) => name.includes(layer));
      expect(cycles).toBe(found.reduce((sum, row) => sum + row.cycles, 0));
      expect(weight_wait).toBe(found.reduce((sum, row) => sum + row.weight_wait, 0));
    }
  });

  test("by hand: one matrix of 128 × 64 on 4 rows of 16 lanes", () => {
    const workload = {
      matrices: [{ layer: "w", count: 1, rows: 128, columns: 64 }],
      caches: [],
    };
    const accelerator = {
      activation: "int8",
      lanes: 16,
      rows: 4,
      terms: 4096,
      pipeline: 1,
    } as const;
    const { decode, prefill } = estimate(
      workload,
      { accelerator, memory: { bandwidth: 64, latency: 0 }, clock_mhz: 1 },
      { context: 10, batch: 3 },
    );
    // 4 beats in, 32 groups of 4 beats, 6 cycles to the end; 9 of register writes before.
    expect(decode.accelerator_cycles).toBe(3 * (4 + 128 + 6));
    expect(decode.register_cycles).toBe(3 * 9);
    expect(decode.time_s).toBeCloseTo(3 * 147e-6, 12);
    expect(decode.bytes).toBe(3 * 128 * 64);
    // A prefill of 30 tokens on 16 × 4 elements: 128 tiles of 16 beats of weights; 19 cycles through the array, so a tile
    // follows another after 35 cycles and not after its 30 vectors.
    expect([prefill.tokens, prefill.cycles]).toEqual([30, 16 + 127 * 35 + 30 + 19]);
    expect(prefill.bytes).toBe(128 * 64);
    expect(decode.bound_by).toBe("compute");
    expect(decode.of_roof).toBeCloseTo((128 * 64) / (147 * 64), 12);
  });

  test("the cache's traffic grows with the context, and a slow memory binds", () => {
    const at = (context: number) => estimate(small, machine, { context, batch: 2 });
    // Two layers, keys and values, two heads of 4, two bytes: 64 bytes a token.
    expect(at(10).decode.kv_bytes).toBe(2 * 64 * (10 + 1));
    // Blocks of two queries: before the third token 2, before the fifth 4, …
    expect(at(10).prefill.kv_bytes).toBe(2 * 64 * (0 + 2 + 4 + 6 + 8 + 10));
    expect(at(100).decode.kv_cycles).toBe(Math.ceil((2 * 64 * 101) / 5));
    expect(at(10).decode.bound_by).toBe("memory");
    expect(at(10).decode.of_roof).toBeLessThan(1);
  });

  test("of the roof is never above it", () => {
    fc.assert(
      fc.property(
        fc.record({
          lanes: fc.integer({ min: 1, max: 64 }),
          rows: fc.integer({ min: 1, max: 64 }),
          bandwidth: fc.double({ min: 0.5, max: 5000, noNaN: true }),
          context: fc.integer({ min: 1, max: 5000 }),
          batch: fc.integer({ min: 1, max: 9 }),
        }),
        ({ lanes, rows, bandwidth, context, batch }) => {
          const accelerator = { ...machine.accelerator, lanes, rows, terms: 64 };
          const point = { ...machine, accelerator, memory: { bandwidth, latency: 0 } };
          const { prefill, decode } = estimate(small, point, { context, batch });
          for (const phase of [prefill, decode]) {
            expect(phase.of_roof).toBeLessThanOrEqual(1 + 1e-9);
            expect(phase.energy_least_j).toBeLessThan(phase.energy_j);
            expect(phase.energy_most_j).toBeGreaterThan(phase.energy_j);
            const total = phase.energy.reduce((sum, row) => sum + row.energy_j, 0);
            expect(phase.energy_j / total).toBeCloseTo(1, 9);
          }
        },
      ),
    );
  });
});

test("a workload is every matrix of the network", () => {
  const config = configOf({ ...smallConfig, tie_word_embeddings: true });
  const elements = [...decoderTensors(config)]
    .filter(([, shape]) => shape.length === 2)
    .reduce((sum, [, [rows = 0, columns = 0]]) => sum + rows * columns, 0);
  const { matrices } = workloadOf(config, new Map());
  expect(matrices.reduce((sum, m) => sum + m.count * m.rows * m.columns, 0)).toBe(elements);
});

describe("a large Llama's configuration alone", () => {
  const sizes = {
    "8 billion": {
      hidden_size: 4096,
      intermediate_size: 14336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      vocab_size: 128256,
    },
    "70 billion": {
      hidden_size: 8192,
      intermediate_size: 28672,
      num_hidden_layers: 80,
      num_attention_heads: 64,
      num_key_value_heads: 8,
      vocab_size: 128256,
    },
  };
  test.each(Object.entries(sizes))("%s parameters", (name, size) => {
    const file = join(mkdtempSync(join(root, "config-")), "config.json");
    const rope = {
      rope_scaling: {
        rope_type: "llama3",
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 8192,
      },
    };
    writeFileSync(file, JSON.stringify({ model_type: "llama", ...size, ...rope }));
    const workload = workloadOf(readConfig(file), new Map());
    const { decode } = estimate(workload, machine, { context: 1000, batch: 1 });
    const billions = Number(name.split(" ")[0]);
    expect(decode.macs / 1e9 / billions).toBeGreaterThan(0.9);
    expect(decode.macs / 1e9 / billions).toBeLessThan(1.1);
  });
});

describe("a sweep", () => {
  test("is every combination", () => {
    expect(parseSweep("lanes=8,16,rows=1,2,bandwidth=2.5")).toEqual([
      { lanes: 8, rows: 1, bandwidth: 2.5 },
      { lanes: 8, rows: 2, bandwidth: 2.5 },
      { lanes: 16, rows: 1, bandwidth: 2.5 },
      { lanes: 16, rows: 2, bandwidth: 2.5 },
    ]);
    expect(parseSweep("context=1,100,batch=2")).toEqual([
      { context: 1, batch: 2 },
      { context: 100, batch: 2 },
    ]);
    for (const bad of [
      "",
      "8",
      "lanes=",
      "lanes=0",
      "lanes=8,lanes=9",
      "columns=2",
      "rows=a",
      "batch=0",
      "context=x",
      "context=1,1",
      "bandwidth=8,8.0",
    ])
      expect(() => parseSweep(bad)).toThrow();
  });

  test("the front has no point that another is better than", () => {
    const points = [
      [1, 5],
      [2, 2],
      [3, 3],
      [2, 2],
      [5, 1],
      [5, 5],
    ] as const;
    expect(paretoFront(points, [([a]) => a, ([, b]) => b])).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  test("which is what the definition says, of random points", () => {
    const point = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4));
    const figures = [0, 1, 2].map((at) => (values: readonly number[]) => values[at] ?? 0);
    const isBeaten = (mine: readonly number[], other: readonly number[]) =>
      other.every((value, at) => value <= mine[at]!) &&
      other.some((value, at) => value < mine[at]!);
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const wanted = points.map((mine) => !points.some((other) => isBeaten(mine, other)));
        expect(paretoFront(points, figures)).toEqual(wanted);
      }),
    );
  });
});

describe("decoders by hand", () => {
  const sizes = {
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 4,
    vocab_size: 20,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 6,
    bos_token_id: null,
  };
  const decodeOf = (keys: object, context = 10) => {
    const workload = workloadOf(configOf({ ...sizes, ...keys }), new Map());
    return estimate(workload, machine, { context, batch: 3 });
  };
  // q 24 × 8, k and v 12 × 8, o 8 × 24; gate and up 12 × 8, down 8 × 12; classifier 20 × 8.
  const attention = 24 * 8 + 2 * 12 * 8 + 8 * 24;

  test("fused matrices and grouped heads are the same products", () => {
    const expected = 3 * (4 * (attention + 3 * 96) + 160);
    expect(decodeOf({ model_type: "llama" }).decode.macs).toBe(expected);
    expect(decodeOf({ model_type: "phi3" }).decode.macs).toBe(expected);
    expect(decodeOf({ model_type: "gemma", tie_word_embeddings: true }).decode.macs).toBe(expected);
  });

  test("of a mixture, the experts that a token passes, and the router", () => {
    const mixtral = { model_type: "mixtral", num_local_experts: 5, num_experts_per_tok: 2 };
    expect(decodeOf(mixtral).decode.macs).toBe(3 * (4 * (attention + 5 * 8 + 2 * 3 * 96) + 160));
    const qwen = {
      model_type: "qwen2_moe",
      num_experts: 6,
      num_experts_per_tok: 3,
      moe_intermediate_size: 5,
      shared_expert_intermediate_size: 7,
      decoder_sparse_step: 2,
    };
    const sparse = 6 * 8 + 3 * 3 * 40 + 3 * 56 + 8;
    expect(decodeOf(qwen).decode.macs).toBe(3 * (4 * attention + 2 * 3 * 96 + 2 * sparse + 160));
    const dense = { ...qwen, mlp_only_layers: [1] };
    expect(decodeOf(dense).decode.macs).toBe(3 * (4 * attention + 3 * 3 * 96 + sparse + 160));
  });

  test("a window bounds what a token looks back on, layer by layer", () => {
    // Keys and values of 2 heads of 6 in 2 bytes: 48 bytes a token and layer; 10 tokens back, or the 3 of a window of 4.
    const gemma2 = { model_type: "gemma2", sliding_window: 4 };
    expect(decodeOf(gemma2).decode.kv_bytes).toBe(3 * 48 * (2 * 10 + 2 * 3 + 4));
    // A prefill: blocks of two queries look back on what is before them, or on 3 of it.
    const back = { all: 0 + 2 + 4 + 6 + 8, window: 0 + 2 + 3 * 3 };
    expect(decodeOf(gemma2).prefill.kv_bytes).toBe(
      3 * 48 * (2 * back.all + 2 * back.window + 4 * 10),
    );
    expect(decodeOf({ model_type: "llama" }).decode.kv_bytes).toBe(3 * 4 * 48 * 11);
    expect(decodeOf({ model_type: "mistral", sliding_window: 100 }).decode.kv_bytes).toBe(
      3 * 4 * 48 * 11,
    );
    expect(decodeOf({ model_type: "mistral", sliding_window: 1 }).decode.kv_bytes).toBe(3 * 4 * 48);
  });
});
