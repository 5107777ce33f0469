import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import {
  CoreCircuit,
  compileCore,
  coreCycles,
  coreNetwork,
} from "../../../src/accelerator/core/index.ts";
import { rf8Model } from "../../../src/network/index.ts";
import { randomDecoder, withRowScales } from "../../network/random-decoder.ts";

/** Random networks, cores and memories; each is run for some tokens. */
const runs = Number(process.env.CORE_CYCLES ?? 12);

const networks = fc
  .record({
    heads: fc.constantFrom(1, 2, 4),
    shared: fc.boolean(),
    head: fc.constantFrom(4, 8, 16),
    hidden: fc.constantFrom(8, 16, 40),
    inner: fc.constantFrom(8, 24, 48),
    layers: fc.integer({ min: 1, max: 2 }),
    window: fc.constantFrom(null, 2),
    family: fc.constantFrom("llama", "qwen3", "phi3"),
  })
  .map(({ heads, shared, head, hidden, inner, layers, window, family }) => ({
    model_type: family,
    hidden_size: hidden,
    intermediate_size: inner,
    head_dim: head,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    vocab_size: 19,
    num_key_value_heads: shared ? 1 : heads,
    max_position_embeddings: 16,
    rms_norm_eps: 1e-5,
    rope_theta: 100,
    hidden_act: "silu",
    bos_token_id: 1,
    eos_token_id: null,
    tie_word_embeddings: false,
    ...(family === "phi3" && {
      hidden_size: heads * head,
      original_max_position_embeddings: 16,
      pad_token_id: null,
    }),
    ...(window !== null && family !== "qwen3" && { sliding_window: window }),
  }));

test("the cycles of the model are those that the circuit counts, of each kind, in every token", async () => {
  await fc.assert(
    fc.asyncProperty(
      networks,
      fc.record({ lanes: fc.constantFrom(8, 16, 32, 64), vectorLanes: fc.constantFrom(1, 2, 4) }),
      fc.constantFrom(1 as const, 2 as const),
      fc.boolean(),
      fc.record({
        latency: fc.integer({ min: 0, max: 30 }),
        outstanding: fc.integer({ min: 1, max: 8 }),
        interval: fc.constantFrom(1, 1.25, 2, 3.7),
      }),
      fc.constantFrom(1, 2, 4),
      fc.array(fc.nat(18), { minLength: 1, maxLength: 6 }),
      async (keys, { lanes, vectorLanes }, terms, scaled, memory, batch, tokens) => {
        // Circuits that are no longer in use are collected between tasks alone.
        await setImmediate();
        const pairs = keys.head_dim / 2;
        const layout = { lanes, vectorLanes: Math.min(vectorLanes, pairs), terms, batch };
        const weights = scaled ? withRowScales(randomDecoder(keys)) : rf8Model(randomDecoder(keys));
        const network = coreNetwork(weights, { activation: "int8", context: 8 });
        const program = compileCore(network, layout);
        const circuit = new CoreCircuit(program, { engine: engines.wasm, memory });
        try {
          for (let first = 0; first < tokens.length; first += batch) {
            const some = tokens.slice(first, first + batch).map((token) => ({ token }));
            const { cycles, counters } = circuit.batch(some);
            const places = some.map(({ token }, i) => ({ token, position: first + i }));
            expect(coreCycles(program, places, memory)).toEqual({ cycles, counters });
          }
        } finally {
          circuit.close();
        }
      },
    ),
    { numRuns: runs },
  );
});
