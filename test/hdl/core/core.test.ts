import { emitDesign } from "@chisel-ts/core";
import { lint } from "verilator-wasm";
import { expect, test } from "vitest";
import { core } from "../../../hdl/core/core.ts";
import type { CoreParameters } from "../../../hdl/core/parameters.ts";
import { engines } from "../../../sim/index.ts";
import {
  type CompileOptions,
  CoreCircuit,
  type CoreMemoryModel,
  type CoreOptions,
  type CoreProgram,
  compileCore,
  coreNetwork,
  IntegerDecoder,
} from "../../../src/accelerator/core/index.ts";
import { seededRandom } from "../../../src/format/index.ts";
import { argmax } from "../../../src/model/core/index.ts";
import { rf8Model } from "../../../src/network/index.ts";
import { familyCases, familySizes } from "../../network/family-cases.ts";
import { randomDecoder, smallConfig, withRowScales } from "../../network/random-decoder.ts";

const prompt = [1, 5, 9, 2, 14, 3];
const quiet = { latency: 0, outstanding: 1 };

/** A memory that stalls in a share of all cycles. */
function stalling(share: number, latency: number, seed: number): CoreMemoryModel {
  const random = seededRandom(seed);
  const stalls = Uint32Array.from({ length: 997 }, () =>
    [1, 2, 4].reduce((sum, one) => sum + ((random.next() >>> 0) / 2 ** 32 < share ? one : 0), 0),
  );
  return { latency, outstanding: 3, stalls };
}

function run(
  keys: Record<string, unknown>,
  { activation, context, ...layout }: CoreOptions & CompileOptions,
  memory: CoreMemoryModel,
): void {
  const model = rf8Model(randomDecoder(keys, 3));
  const program = compileCore(coreNetwork(model, { activation, context }), layout);
  for (const { cycles, counters } of runCore(program, memory, context)) {
    const { product_cycles, vector_cycles, memory_cycles, sequencing_cycles } = counters;
    expect(product_cycles + vector_cycles + memory_cycles + sequencing_cycles).toBe(cycles);
    expect(product_cycles).toBeGreaterThan(0);
  }
}

/** The prompt on the circuit, every descriptor checked. */
function runCore(program: CoreProgram, memory: CoreMemoryModel, context: number) {
  const circuit = new CoreCircuit(program, { engine: engines.wasm, memory, check: true });
  try {
    return prompt.slice(0, context).map((token) => circuit.next(token));
  } finally {
    circuit.close();
  }
}

const refused = ([family, keys]: (typeof familyCases)[number]): boolean =>
  ["stablelm", "olmo2", "olmo3"].includes(family) ||
  (family === "gemma2" && keys.attn_logit_softcapping !== null);

test.each(familyCases.filter((one) => !refused(one)))(
  "every descriptor of %s is the machine's, %j",
  (model_type, keys) => {
    const options = { activation: "int16", context: 8, lanes: 8, terms: 2 } as const;
    run({ ...familySizes, model_type, ...keys }, options, quiet);
  },
);

const even = {
  ...smallConfig,
  hidden_size: 16,
  intermediate_size: 24,
  head_dim: 8,
  num_attention_heads: 2,
};

test.each([
  { lanes: 16, vectorLanes: 2, terms: 1, activation: "int16", context: 6 },
  { lanes: 64, vectorLanes: 4, terms: 2, activation: "int16", context: 6 },
  { lanes: 32, vectorLanes: 8, terms: 2, activation: "int8", context: 3, head_dim: 16 },
  { lanes: 8, vectorLanes: 4, terms: 1, activation: "int8", context: 6, sliding_window: 3 },
] as const)("with any shape, and a memory that stalls, %j", (given) => {
  const { lanes, vectorLanes, terms, activation, context, ...keys } = given;
  const options = { lanes, vectorLanes, terms, activation, context };
  run(
    { ...even, hidden_size: 8 * vectorLanes, intermediate_size: 24, ...keys },
    options,
    stalling(0.4, 5, lanes),
  );
});

test.each([
  // The factor has room in the last beat of codes, or a beat of its own; at the end of the vector memory, too.
  { lanes: 8, vectorLanes: 2, hidden_size: 16 },
  { lanes: 16, vectorLanes: 4, hidden_size: 24, tie_word_embeddings: true },
  { lanes: 64, vectorLanes: 1, hidden_size: 62, intermediate_size: 60 },
  { lanes: 32, vectorLanes: 8, hidden_size: 32, head_dim: 16, model_type: "gemma" },
] as const)("rows have factors, of every matrix, %j", ({ lanes, vectorLanes, ...keys }) => {
  const family = "model_type" in keys ? { hidden_activation: "gelu_pytorch_tanh" } : {};
  const model = withRowScales(randomDecoder({ ...even, ...family, ...keys }, lanes));
  const network = coreNetwork(model, { activation: "int16", context: 6 });
  for (const batch of [1, 4]) {
    const program = compileCore(network, { lanes, vectorLanes, terms: 2, batch });
    const memory = stalling(0.3, 3, lanes);
    const circuit = new CoreCircuit(program, { engine: engines.wasm, memory, check: true });
    try {
      const expected = new IntegerDecoder(network, "rf8x2");
      for (let first = 0; first < prompt.length; first += batch) {
        const tokens = prompt.slice(first, first + batch);
        const { next } = circuit.batch(tokens.map((token) => ({ token })));
        expect(next).toEqual(tokens.map((token) => argmax(expected.next(token).values)));
      }
    } finally {
      circuit.close();
    }
  }
});

const batchProgram = (batch: number, keys: Record<string, unknown> = {}) =>
  compileCore(
    coreNetwork(rf8Model(randomDecoder({ ...even, ...keys }, 3)), {
      activation: "int16",
      context: 8,
    }),
    { lanes: 16, vectorLanes: 2, terms: 2, batch },
  );

test("tokens of a prompt that share each pass over the weights give what they give one by one", () => {
  for (const keys of [{ sliding_window: 3 }, { model_type: "qwen3" }]) {
    const program = batchProgram(4, keys);
    const circuit = new CoreCircuit(program, {
      engine: engines.wasm,
      memory: stalling(0.3, 4, 1),
      check: true,
    });
    try {
      const [first, second] = [prompt.slice(0, 4), prompt.slice(4)].map((tokens) =>
        circuit.batch(tokens.map((token) => ({ token }))),
      );
      const { product_cycles } = circuit.next(7).counters;
      // Four tokens share the rows of the products; attention is each one's own.
      expect(first!.counters.product_cycles).toBeLessThan(2 * product_cycles);
      expect(second!.next).toHaveLength(2);
    } finally {
      circuit.close();
    }
  }
});

test("sequences side by side, at different positions, with caches of their own", () => {
  const circuit = new CoreCircuit(batchProgram(2), {
    engine: engines.wasm,
    memory: quiet,
    check: true,
    sequences: 3,
  });
  try {
    circuit.batch([{ token: 1 }, { token: 2 }]);
    circuit.batch([
      { token: 3, sequence: 2 },
      { token: 4, sequence: 0 },
    ]);
    circuit.batch([
      { token: 5, sequence: 1 },
      { token: 6, sequence: 2 },
    ]);
    expect(() => circuit.batch([1, 2, 3].map((token) => ({ token })))).toThrow(
      "3 tokens; the core takes 1 to 2 together",
    );
    expect(() => circuit.batch([{ token: 1, sequence: 3 }])).toThrow("there are caches of 3");
  } finally {
    circuit.close();
  }
});

test("a core that computes something else is told by the descriptor, its element and both values", () => {
  const program = compileCore(
    coreNetwork(rf8Model(randomDecoder(smallConfig, 3)), { activation: "int16", context: 8 }),
    { lanes: 8, terms: 2 },
  );
  expect(() =>
    runCore({ ...program, core: { ...program.core, function: "relu" } }, quiet, 8),
  ).toThrow(/^descriptor \d+, function, silu: element \d+ is -?\d+, not -?\d+$/);
});

test("Verilator finds nothing to warn of, and parameters that make no core are refused", async () => {
  const small: CoreParameters = {
    activation: "int16",
    lanes: 16,
    vectorLanes: 2,
    batch: 2,
    words: 256,
    columns: 64,
    function: "silu",
  };
  const files = emitDesign(core(small)).files;
  const sources = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  expect((await lint(sources, { top: "decoder_core" })).log).toBe("");
  for (const [change, words] of [
    [{ lanes: 12 }, "lanes is 12; it must be 8, 16, 32 or 64"],
    [{ batch: 3 }, "batch is 3; it must be 1, 2, 4, 8 or 16"],
    [{ vectorLanes: 16 }, "vectorLanes is 16; it must be 1, 2, 4 or 8"],
    [{ vectorLanes: 8, lanes: 8 }, "vectorLanes is 8; it must be at most 4, half the lanes"],
    [{ words: 3 }, "words is 3; it must be a multiple of the vector lanes, 2"],
    [{ columns: 0 }, "columns is 0; it must be a whole number of 1 or more"],
  ] as const)
    expect(() => core({ ...small, ...change })).toThrow(words);
});
