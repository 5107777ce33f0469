import type { Bundle, Module } from "@chisel-ts/core";
import {
  CheckError,
  type CheckFailure,
  type Columns,
  checkEngine,
  type Difference,
  type Engine,
  engines,
  lockstep,
  type Responder,
  type Simulation,
} from "../../sim/index.ts";
import type { Reference } from "../model/index.ts";
import { checkReference } from "./check-reference.ts";
import { type Stimulus, stimuli } from "./stimulus.ts";

/** What one run compared and found. */
export interface Verdict {
  /** Cycles compared, every output in each. */
  readonly vectors: number;
  /** Cycles in which an output differed from the model. */
  readonly mismatches: number;
  readonly seconds: number;
  readonly first: Difference | undefined;
  /**
   * The first failure of every `assert` that did not hold and of every `assume` that the inputs broke; its cycle counts
   * from the start of its block. Empty where the engine evaluates no checks: those that run Verilog.
   */
  readonly checks: readonly CheckFailure[];
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
 * output in every cycle; the in-process engines evaluate the checks of the circuit, too.
 *
 * @throws EngineUnavailableError when the engine's program is not installed; RangeError without a reference.
 *
 * @example
 * const sum = module({ name: "sum", ports: { a: input(uint(8)), b: input(uint(8)), y: output(uint(9)) } }, (io) => io.y.set(io.a.add(io.b)));
 * const { mismatches } = await verify(sum, { reference: ({ a, b }) => ({ y: Uint16Array.from(a, (x, i) => x + b[i]) }) });
 * console.log(mismatches); // 0
 */
export async function verify<P extends Bundle>(
  module: Module<P>,
  options: VerifyOptions,
): Promise<Verdict> {
  checkReference("verify", options);
  const { reference, engine = engines.wasm, vectors: asked, seed = 1, onBlock } = options;
  checkEngine(engine);
  const started = performance.now();
  const simulation = engine.open(module);
  const failed = new Map<string, CheckFailure>();
  let vectors = 0;
  let mismatches = 0;
  let first: Difference | undefined;
  try {
    for await (const { columns, cycles } of options.blocks ?? stimuli(module, seed, asked)) {
      const result = lockstep(columns, cycles, checked(engine.name, simulation, failed), {
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
  const seconds = (performance.now() - started) / 1000;
  return { vectors, mismatches, seconds, first, checks: [...failed.values()] };
}

/** A simulation from reset, whose failing checks are collected in its first run: later ones only shorten a stimulus. */
function checked(
  name: string,
  simulation: Pick<Simulation<Bundle>, "reset" | "batch">,
  failed: Map<string, CheckFailure>,
): Responder {
  let isFirst = true;
  return {
    name,
    run(stimulus, cycles): Columns {
      simulation.reset();
      try {
        return simulation.batch(stimulus, cycles);
      } catch (error) {
        if (!(error instanceof CheckError) || !error.observation) throw error;
        for (const failure of isFirst ? error.failures : []) {
          const key = `${failure.instance}.${failure.label}`;
          if (!failed.has(key)) failed.set(key, failure);
        }
        return error.observation.columns;
      } finally {
        isFirst = false;
      }
    },
  };
}
