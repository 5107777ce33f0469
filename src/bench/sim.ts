import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import type { Module } from "@chisel-ts/core";
import { median } from "simple-statistics";
import { mac } from "../../hdl/mac.ts";
import { systolic } from "../../hdl/systolic/systolic.ts";
import {
  type Columns,
  type Engine,
  engines,
  type Simulation,
  verilatorAt,
} from "../../sim/index.ts";
import { RandomStimulus } from "../verification/stimulus.ts";

/** One design on one engine. */
export interface SimRow {
  readonly design: string;
  readonly engine: string;
  /** Cycles a second of a batch: random inputs in, every output out, from TypeScript; the median run. */
  readonly cycles_per_s: number;
  /** Cycles a second of `step(n)`: the inputs held, nothing read; the median run. */
  readonly held_cycles_per_s: number;
  /** From the call of `open` with nothing cached until the engine is ready. */
  readonly build_s: number;
  /** From the call that builds the circuit until the first cycle is done. */
  readonly first_cycle_s: number;
  readonly ratio_to_verilator: number;
  readonly held_ratio_to_verilator: number;
}

const designs: Readonly<Record<string, () => Module>> = {
  mac: () => mac({}),
  "systolic 8x8": () => systolic({ rows: 8, columns: 8 }),
  "systolic 16x16": () => systolic({ rows: 16, columns: 16 }),
  "systolic 32x32": () => systolic({ rows: 32, columns: 32 }),
};
const RUNS = 7;
const RUN_MS = 150;
const MAX_CYCLES = 2 ** 21;

interface Contender {
  readonly engine: Engine;
  readonly simulation: Simulation<Module["ports"]>;
  readonly build_s: number;
  readonly first_cycle_s: number;
  readonly stimulus: Columns;
  /** So many that a run takes `RUN_MS`. */
  readonly cycles: number;
  /** Cycles a second of every run. */
  readonly batch: number[];
  readonly held: number[];
}

/**
 * An installed Verilator (-O3, -march=native, built afresh) and the in-process engine on the same stimulus, run in turns
 * so that the machine's moods meet both.
 *
 * @param verilator a path, or `native` for the one on the PATH.
 * @throws EngineUnavailableError when Verilator is not installed.
 */
export function benchSim(
  onStep: (done: number, total: number, label: string) => void,
  verilator = "native",
): SimRow[] {
  const total = Object.keys(designs).length * 3;
  let done = 0;
  const step = (label: string): void => onStep(done++, total, label);
  return Object.entries(designs).flatMap(([design, build]) => {
    const contenders = [verilatorAt(verilator), engines.wasm].map((engine) => {
      step(`${design}: ${engine.name} builds`);
      return open(engine, build);
    });
    step(`${design} runs`);
    for (let run = 0; run < RUNS; run++) for (const contender of contenders) time(contender);
    for (const { simulation } of contenders) simulation.close();
    const [baseline] = contenders;
    return contenders.map((contender): SimRow => {
      const [batch, held] = [median(contender.batch), median(contender.held)];
      return {
        design,
        engine: contender.engine.name,
        cycles_per_s: batch,
        held_cycles_per_s: held,
        build_s: contender.build_s,
        first_cycle_s: contender.first_cycle_s,
        ratio_to_verilator: batch / median(baseline?.batch ?? []),
        held_ratio_to_verilator: held / median(baseline?.held ?? []),
      };
    });
  });
}

/** Opens a design with an empty build cache. */
function open(engine: Engine, build: () => Module): Contender {
  const cache = mkdtempSync(join(tmpdir(), "rf8-bench-"));
  const before = env.XDG_CACHE_HOME;
  env.XDG_CACHE_HOME = cache;
  try {
    const started = performance.now();
    const module = build();
    const built = performance.now();
    const simulation = engine.open(module);
    const opened = performance.now();
    simulation.step();
    const stepped = performance.now();
    const [build_s, first_cycle_s] = [(opened - built) / 1000, (stepped - started) / 1000];
    const load = { ...sizeOfRun(simulation, module), batch: [], held: [] };
    return { engine, simulation, build_s, first_cycle_s, ...load };
  } finally {
    if (before === undefined) delete env.XDG_CACHE_HOME;
    else env.XDG_CACHE_HOME = before;
    rmSync(cache, { recursive: true });
  }
}

/** Doubles the run until it is long enough, which also lets the optimiser see the code. */
function sizeOfRun(
  simulation: Simulation<Module["ports"]>,
  module: Module,
): { readonly stimulus: Columns; readonly cycles: number } {
  for (let cycles = 256; ; cycles *= 2) {
    const stimulus = new RandomStimulus(module, 1).block(cycles).columns;
    const started = performance.now();
    simulation.batch(stimulus, cycles);
    if (performance.now() - started >= RUN_MS || cycles >= MAX_CYCLES) return { stimulus, cycles };
  }
}

function time({ simulation, stimulus, cycles, batch, held }: Contender): void {
  const rate = (run: () => unknown): number => {
    const started = performance.now();
    run();
    return (1000 * cycles) / (performance.now() - started);
  };
  batch.push(rate(() => simulation.batch(stimulus, cycles)));
  held.push(rate(() => simulation.step(cycles)));
}
