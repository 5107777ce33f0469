import type { DecoderConfig } from "../../network/index.ts";
import { type CoreCounters, CoreError, CoreWork, Tally, totalOf } from "../core/index.ts";
import { InferenceError } from "../run/error.ts";
import type { Demand, Machine } from "./machine.ts";

/** What a decoder core has that an accelerator does not. */
export interface CoreChoice {
  /** Elements of a vector in a cycle; as many as the sizes allow where it is absent. */
  readonly vectorLanes?: number;
  /** Tokens that share each pass over the weights; as many as the accelerator has beats of products a cycle where it is absent. */
  readonly coreBatch?: number;
  /** RF8 codes of a number of the cache. */
  readonly terms: 1 | 2;
  /** Requests that the memory holds at a time. */
  readonly outstanding: number;
  /** Whether rows of weights have real factors, which end them in memory; none where it is absent. */
  readonly scale?: "none" | "row";
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
  /** Tokens that share each pass over the weights. */
  readonly batch: number;
  /** Bytes a cycle: what the memory delivers, and a beat at most. */
  readonly bandwidth: number;
  readonly prefill: CorePhase;
  readonly decode: CorePhase;
  readonly not_modelled: readonly string[];
}

/** A core of as many products a cycle as a machine: lanes, at most as many as a core has, and tokens at once. */
function sizesOf({ accelerator }: Machine) {
  const products = accelerator.lanes * accelerator.rows;
  const lanes = [64, 32, 16].find((most) => most <= products) ?? 8;
  return { lanes, batch: [16, 8, 4, 2].find((most) => most * lanes <= products) ?? 1 };
}

/**
 * The whole network on the decoder core, by its cycle model, which is equal to the circuit's counters: prefill of the context, and
 * a token that attends to the context, in every sequence of the batch.
 *
 * @returns why not, as a sentence, for a network that the core does not have
 */
export function coreEstimate(
  config: DecoderConfig,
  machine: Machine,
  { vectorLanes, terms, outstanding, coreBatch, scale = "none" }: CoreChoice,
  { context, batch }: Demand,
): CoreEstimate | string {
  const { lanes, batch: most } = sizesOf(machine);
  const together = coreBatch ?? most;
  const { bandwidth, latency } = machine.memory;
  const memory = { latency, outstanding, interval: Math.max(1, lanes / bandwidth) };
  const { activation } = machine.accelerator;
  const model = { activation, lanes, terms, memory, scale, ...(vectorLanes && { vectorLanes }) };
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
  for (let first = 0; first < context; first += together) {
    const length = Math.min(together, context - first);
    const places = Array.from({ length }, (_, i) => ({ position: first + i, token }));
    prefill.add(work.cycles(places), batch);
  }
  const last = { position: context - 1, token };
  const decoded = (length: number): CoreCounters => work.cycles(Array.from({ length }, () => last));
  decode.add(decoded(together), Math.floor(batch / together));
  if (batch % together > 0) decode.add(decoded(batch % together));
  return {
    lanes,
    vector_lanes: work.vectorLanes,
    batch: together,
    bandwidth: Math.min(bandwidth, lanes),
    prefill: phase(batch * context, prefill.counters),
    decode: phase(batch, decode.counters),
    not_modelled: ["of the decoder core, area and energy"],
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
