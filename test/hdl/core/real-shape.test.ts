import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { CoreCircuit, compileCore, coreNetwork } from "../../../src/accelerator/core/index.ts";
import { seededRandom } from "../../../src/format/index.ts";
import {
  type DecoderConfig,
  decoderTensors,
  type Model,
  rf8Tensor,
} from "../../../src/network/index.ts";
import { configOf } from "../../network/random-decoder.ts";

/** Layers of SmolLM2-135M's shape that are run: 30 are all, and take minutes. */
const layers = Number(process.env.CORE_LAYERS ?? 0);
if (layers === 0)
  console.log("skipped: the core on SmolLM2-135M's shape; CORE_LAYERS=30 runs all layers");

/** SmolLM2-135M's shape, weights from 0.5 to 32 in units of 2^−10 with random signs. */
function shaped(): Model<DecoderConfig> {
  const config = configOf({
    ...{ model_type: "llama", hidden_size: 576, intermediate_size: 1536, vocab_size: 49152 },
    ...{ num_hidden_layers: layers, num_attention_heads: 9, num_key_value_heads: 3 },
    ...{ max_position_embeddings: 2048, rms_norm_eps: 1e-5, rope_theta: 10000 },
    ...{ tie_word_embeddings: true, hidden_act: "silu", bos_token_id: 1, eos_token_id: null },
  });
  const random = seededRandom(1);
  const tensors = [...decoderTensors(config)].map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    if (shape.length === 1)
      return [name, { shape, values: new Float32Array(length).fill(1) }] as const;
    const codes = Uint8Array.from({ length }, () => {
      const bits = random.next() >>> 0;
      return (bits & 0x80) | (0x38 + ((bits >>> 8) % 48));
    });
    return [name, rf8Tensor(shape, { codes, biases: [17] })] as const;
  });
  return { config, tensors: new Map(tensors) };
}

test.skipIf(layers === 0)(
  "four tokens: cycles, and what they are",
  () => {
    const network = coreNetwork(shaped(), { activation: "int16", context: 256 });
    const program = compileCore(network, { lanes: 64, vectorLanes: 8, terms: 2 });
    const memory = { latency: 20, outstanding: 16 };
    const circuit = new CoreCircuit(program, { engine: engines.wasm, memory });
    const began = performance.now();
    const runs = [1, 1234, 77, 4000].map((token) => circuit.next(token));
    const seconds = (performance.now() - began) / 1000;
    circuit.close();
    for (const { cycles, counters } of runs) {
      const share = counters.product_cycles / cycles;
      console.log(cycles, JSON.stringify(counters), `${(100 * share).toFixed(1)} %`);
      if (layers === 30) {
        expect(cycles).toBeLessThan(2.4e6);
        expect(share).toBeGreaterThan(0.88);
      }
    }
    console.log(`${seconds.toFixed(0)} s`);
  },
  1e6,
);
