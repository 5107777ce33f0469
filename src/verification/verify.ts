import type { Bundle, Module } from "@chisel-ts/core";
import { type Difference, type Engine, engines, fromReset, lockstep } from "../../sim/index.ts";
import type { Reference } from "../model/index.ts";
import { type Stimulus, stimuli } from "./stimulus.ts";

/** What one run compared and found. */
export interface Verdict {
  /** Cycles compared, every output in each. */
  readonly vectors: number;
  /** Cycles in which an output differed from the model. */
  readonly mismatches: number;
  readonly seconds: number;
  readonly first: Difference | undefined;
}

export interface VerifyOptions {
  /** What the circuit must do: columns of every output from columns of the inputs, from reset. */
  readonly reference: Reference;
  /** What runs the circuit; in-process if not given. */
  readonly engine?: Engine;
  /** Cycles to compare, 65,536 if not given; all inputs where those are no more. */
  readonly vectors?: number;
  /** Of the random inputs, 1 if not given. */
  readonly seed?: number;
  /** Inputs of your own, block by block, each run from reset, instead of `vectors` and `seed`. */
  readonly blocks?: AsyncIterable<Stimulus> | Iterable<Stimulus>;
  readonly onBlock?: (vectors: number) => void;
}

/**
 * Runs a circuit on an engine beside its model, block by block, each from reset, and compares every
 * output in every cycle.
 *
 * @throws EngineUnavailableError when the engine's program is not installed.
 * @example
 * const { mismatches, first } = await verify(counter(8), {
 *   reference: ({ enable }, cycles) => ({ count: countsOf(enable, cycles) }),
 * });
 */
export async function verify<P extends Bundle>(
  module: Module<P>,
  options: VerifyOptions,
): Promise<Verdict> {
  const { reference, engine = engines.wasm, vectors: asked, seed = 1, onBlock } = options;
  const started = performance.now();
  const simulation = engine.open(module);
  let vectors = 0;
  let mismatches = 0;
  let first: Difference | undefined;
  try {
    for await (const { columns, cycles } of options.blocks ?? stimuli(module, seed, asked)) {
      const result = lockstep(columns, cycles, fromReset(engine.name, simulation), {
        name: "model",
        run: reference,
      });
      first ??= result.first;
      mismatches += result.mismatches;
      vectors += cycles;
      onBlock?.(vectors);
    }
  } finally {
    simulation.close();
  }
  return { vectors, mismatches, seconds: (performance.now() - started) / 1000, first };
}
