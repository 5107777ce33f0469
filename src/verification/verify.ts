import type { Module } from "@chisel-ts/core";
import type { CircuitEntry } from "../../hdl/catalogue.ts";
import type { CircuitParameters } from "../../hdl/parameters.ts";
import { type Difference, type Engine, fromReset, lockstep } from "../../sim/index.ts";
import { modelOf } from "./model-of.ts";
import type { Stimulus } from "./stimulus.ts";

/** What one run compared and found. */
export interface Verdict {
  /** Cycles compared, every output in each. */
  readonly vectors: number;
  /** Cycles in which an output differed from the model. */
  readonly mismatches: number;
  readonly seconds: number;
  readonly first: Difference | undefined;
}

/**
 * Runs a circuit on an engine beside its model, block by block, each from reset, and compares every
 * output in every cycle.
 *
 * @throws EngineUnavailableError when the engine's program is not installed.
 */
export async function verify(
  entry: CircuitEntry,
  given: Partial<CircuitParameters>,
  engine: Engine,
  blocks: AsyncIterable<Stimulus> | Iterable<Stimulus>,
  onBlock: (vectors: number) => void = () => {},
): Promise<Verdict> {
  const model = modelOf(entry.name, given);
  if (!model) throw new Error(`circuit ${entry.name} has no model in src/model`);
  const module: Module = entry.build(given);
  const started = performance.now();
  const simulation = engine.open(module);
  let vectors = 0;
  let mismatches = 0;
  let first: Difference | undefined;
  try {
    for await (const { columns, cycles } of blocks) {
      const result = lockstep(columns, cycles, fromReset(engine.name, simulation), {
        name: "model",
        run: model,
      });
      first ??= result.first;
      mismatches += result.mismatches;
      vectors += cycles;
      onBlock(vectors);
    }
  } finally {
    simulation.close();
  }
  return { vectors, mismatches, seconds: (performance.now() - started) / 1000, first };
}
