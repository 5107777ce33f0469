import type { DecoderConfig } from "../../network/index.ts";
import { type CoreCounters, CoreError, CoreWork, Tally, totalOf } from "../core/index.ts";
import { InferenceError } from "../run/error.ts";
import type { Demand, Machine } from "./machine.ts";

/** What a decoder core has that an accelerator does not. */
export interface CoreChoice {
  /** Elements of a vector in a cycle; as many as the sizes allow where it is absent. */
  readonly vectorLanes?: number;
  /** RF8 codes of a number of the cache. */
  readonly terms: 1 | 2;
  /** Requests that the memory holds at a time. */
  readonly outstanding: number;
}

/** Whole tokens on the decoder core. Keys are those of the JSON. */
export interface CorePhase extends CoreCounters {
  readonly tokens: number;
  readonly cycles: number;
  /** Share of the cycles in which weights transfer. */
  readonly product_share: number;
  readonly time_s: number;
  readonly tokens_per_s: number;
}

export interface CoreEstimate {
  readonly lanes: number;
  readonly vector_lanes: number;
  /** Bytes a cycle: what the memory delivers, and a beat at most. */
  readonly bandwidth: number;
  readonly prefill: CorePhase;
  readonly decode: CorePhase;
}

/** The lanes of the core for a machine: as many products a cycle, and at most as many as a core has. */
const lanesOf = ({ accelerator: { lanes, rows } }: Machine): number =>
  [64, 32, 16].find((most) => most <= lanes * rows) ?? 8;

/**
 * The whole network on the decoder core, by its cycle model, which is equal to the circuit's counters: prefill of the context, and
 * a token that attends to the context, in every sequence of the batch.
 *
 * @returns why not, as a sentence, for a network that the core does not have
 */
export function coreEstimate(
  config: DecoderConfig,
  machine: Machine,
  { vectorLanes, terms, outstanding }: CoreChoice,
  { context, batch }: Demand,
): CoreEstimate | string {
  const lanes = lanesOf(machine);
  const { bandwidth, latency } = machine.memory;
  const memory = { latency, outstanding, interval: Math.max(1, lanes / bandwidth) };
  const { activation } = machine.accelerator;
  const model = { activation, lanes, terms, memory, ...(vectorLanes && { vectorLanes }) };
  const work = workOf(config, model, context);
  if (typeof work === "string") return work;
  // The last row of the embedding, whose address takes the most steps.
  const token = config.vocab_size - 1;
  const phase = (tokens: number, all: CoreCounters): CorePhase => {
    const cycles = totalOf(all);
    const time_s = cycles / (machine.clock_mhz * 1e6);
    const product_share = all.product_cycles / cycles;
    return { tokens, cycles, ...all, product_share, time_s, tokens_per_s: tokens / time_s };
  };
  const [prefill, decode] = [new Tally(), new Tally()];
  for (let position = 0; position < context; position++)
    prefill.add(work.tokenCycles({ position, token }), batch);
  decode.add(work.tokenCycles({ position: context - 1, token }), batch);
  return {
    ...{ lanes, vector_lanes: work.vectorLanes, bandwidth: Math.min(bandwidth, lanes) },
    prefill: phase(batch * context, prefill.counters),
    decode: phase(batch, decode.counters),
  };
}

function workOf(...given: ConstructorParameters<typeof CoreWork>): CoreWork | string {
  try {
    return new CoreWork(...given);
  } catch (error) {
    if (error instanceof InferenceError || error instanceof CoreError) return error.message;
    throw error;
  }
}
