import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { CoreCircuit, compileCore, coreNetwork } from "../../../src/accelerator/core/index.ts";
import { ggDecoder } from "../../../src/bench/gg-decoder.ts";

/** Layers of SmolLM2-135M's shape that are run: 30 are all, and take minutes. */
const layers = Number(process.env.CORE_LAYERS ?? 0);
if (layers === 0)
  console.log(
    "skipped: the core on SmolLM2-135M's shape; CORE_LAYERS=30 runs all layers, CORE_BATCH=4 four tokens a pass",
  );

/** Tokens that share each pass over the weights. */
const batch = Number(process.env.CORE_BATCH ?? 1);

test.skipIf(layers === 0)(
  "four tokens: cycles, and what they are",
  () => {
    const model = ggDecoder({ num_hidden_layers: layers });
    const network = coreNetwork(model, { activation: "int16", context: 256 });
    const program = compileCore(network, { lanes: 64, vectorLanes: 8, terms: 2, batch });
    const memory = { latency: 20, outstanding: 16 };
    const circuit = new CoreCircuit(program, { engine: engines.wasm, memory });
    const began = performance.now();
    const tokens = [1, 1234, 77, 4000].map((token) => ({ token }));
    for (let first = 0; first < tokens.length; first += batch) {
      const some = tokens.slice(first, first + batch);
      const { cycles, counters } = circuit.batch(some);
      const share = counters.product_cycles / cycles;
      console.log(
        `${cycles / some.length} cycles a token, ${(100 * share).toFixed(1)} % products, ${JSON.stringify(counters)}`,
      );
      if (layers === 30 && batch === 1) {
        expect(cycles).toBeLessThan(2.4e6);
        expect(share).toBeGreaterThan(0.88);
      }
    }
    const seconds = (performance.now() - began) / 1000;
    circuit.close();
    console.log(`${seconds.toFixed(0)} s`);
  },
  1e6,
);
