import { coreEstimate, type Machine } from "../accelerator/estimate/index.ts";
import { networkConfig } from "../network/index.ts";

/** How long an estimate of the whole network on the decoder core takes. */
export interface EstimateRow {
  readonly network: string;
  readonly context: number;
  /** Of the first call in this process, and the median of the calls behind it. */
  readonly first_ms: number;
  readonly median_ms: number;
  readonly cycles_per_token: number;
}

/** Shapes of published Llamas. */
const networks = {
  "8B": {
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
  },
  "70B": {
    hidden_size: 8192,
    intermediate_size: 28672,
    num_hidden_layers: 80,
    num_attention_heads: 64,
  },
} as const;
const CONTEXTS = [1024, 8192] as const;
const CALLS = 9;

/** Prefill of the context and decoding of a token, on 64 lanes with 64 bytes a cycle. */
export function benchEstimate(): EstimateRow[] {
  return Object.entries(networks).flatMap(([network, sizes]) =>
    CONTEXTS.map((context) => ({ network, context, ...timed(sizes, context) })),
  );
}

function timed(sizes: (typeof networks)[keyof typeof networks], context: number) {
  const config = networkConfig("config.json", {
    model_type: "llama",
    vocab_size: 128256,
    max_position_embeddings: 8192,
    num_key_value_heads: 8,
    rms_norm_eps: 1e-5,
    rope_theta: 500000,
    hidden_act: "silu",
    tie_word_embeddings: false,
    bos_token_id: 1,
    eos_token_id: null,
    ...sizes,
  });
  if (config.model_type === "mlp") throw new Error("a Llama is a decoder");
  const accelerator: Machine["accelerator"] = {
    activation: "int16",
    lanes: 16,
    rows: 4,
    terms: 4096,
    pipeline: 1,
  };
  const machine = { accelerator, memory: { bandwidth: 64, latency: 20 }, clock_mhz: 500 };
  let cycles = 0;
  const times = Array.from({ length: CALLS }, () => {
    const began = performance.now();
    const found = coreEstimate(
      config,
      machine,
      { terms: 2, outstanding: 16 },
      { context, batch: 1 },
    );
    const took = performance.now() - began;
    if (typeof found === "string") throw new Error(found);
    cycles = found.decode.cycles;
    return took;
  });
  const [first_ms = 0, ...others] = times;
  const median_ms = others.sort((a, b) => a - b)[others.length >> 1] ?? first_ms;
  return { first_ms, median_ms, cycles_per_token: cycles };
}
