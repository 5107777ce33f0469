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
import { afresh } from "./afresh.ts";
import { benchJob } from "./bench-job.ts";
import { jobs } from "./jobs.ts";
import { benchThreads, threadDesigns } from "./two-threads.ts";

/** One design on one engine. */
export interface SimRow {
  readonly design: string;
  readonly engine: string;
  /**
   * Cycles a second, those of all stimuli together; the median run. Of an array or a MAC by itself: of a batch, random inputs but
   * for an enable of 1 in and every output out, from TypeScript. Of a job: as its models drive it here, as a C++ program plays it back to Verilator.
   */
  readonly cycles_per_s: number;
  /** Cycles a second of `step(n)`: inputs held that have the circuit work, nothing read; the median run. None of a job. */
  readonly held_cycles_per_s: number | null;
  /** Products of weights and activations a second, where a job says how many it has. */
  readonly products_per_s: number | null;
  /** From the call of `open` with nothing cached until the engine is ready. */
  readonly build_s: number | null;
  /** From the call that builds the circuit until the first cycle is done. */
  readonly first_cycle_s: number | null;
  /** None of the designs on one thread and on two. */
  readonly ratio_to_verilator: number | null;
  readonly held_ratio_to_verilator: number | null;
  /** Of a design on one thread and on two. */
  readonly ratio_to_one_thread: number | null;
}

const designs: Readonly<Record<string, () => Module>> = {
  mac: () => mac({}),
  "systolic 8x8": () => systolic({ rows: 8, columns: 8 }),
  "systolic 16x16": () => systolic({ rows: 16, columns: 16 }),
  "systolic 32x32": () => systolic({ rows: 32, columns: 32 }),
};
/** What `benchSim` measures. */
export const simDesigns: readonly string[] = [designs, jobs, threadDesigns].flatMap((all) =>
  Object.keys(all),
);

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
 * so that the machine's moods meet both; and the in-process engine on one thread and on as many as it chooses.
 *
 * @param verilator a path, or `native` for the one on the PATH.
 * @param only what the names of the designs have in them.
 * @throws EngineUnavailableError when Verilator is not installed.
 */
export async function benchSim(
  onStep: (done: number, total: number, label: string) => void,
  verilator = "native",
  only = "",
): Promise<SimRow[]> {
  const chosen = <T>(all: Readonly<Record<string, T>>): [string, T][] =>
    Object.entries(all).filter(([name]) => name.includes(only));
  const total = 3 * chosen(designs).length + 4 * chosen(jobs).length + chosen(threadDesigns).length;
  let done = 0;
  const step = (label: string): void => onStep(done++, total, label);
  const rows = chosen(designs).flatMap(([design, build]) => {
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
        products_per_s: null,
        build_s: contender.build_s,
        first_cycle_s: contender.first_cycle_s,
        ratio_to_verilator: batch / median(baseline?.batch ?? []),
        held_ratio_to_verilator: held / median(baseline?.held ?? []),
        ratio_to_one_thread: null,
      };
    });
  });
  for (const [design, make] of chosen(jobs)) {
    step(`${design} is made`);
    const rates = await benchJob(await make(), verilator, (label) => step(`${design}: ${label}`));
    const [baseline] = rates;
    for (const { engine, build_s, cycles_per_s, products_per_s } of rates)
      rows.push({
        design,
        engine,
        build_s,
        cycles_per_s,
        products_per_s,
        first_cycle_s: null,
        ratio_to_verilator: cycles_per_s / (baseline?.cycles_per_s ?? Number.NaN),
        held_cycles_per_s: null,
        held_ratio_to_verilator: null,
        ratio_to_one_thread: null,
      });
  }
  for (const [design, build] of chosen(threadDesigns)) {
    step(`${design}: runs`);
    for (const row of benchThreads(build()))
      rows.push({
        design,
        ...row,
        held_cycles_per_s: null,
        products_per_s: null,
        build_s: null,
        first_cycle_s: null,
        ratio_to_verilator: null,
        held_ratio_to_verilator: null,
      });
  }
  return rows;
}

/** Opens a design with an empty build cache. */
const open = (engine: Engine, build: () => Module): Contender =>
  afresh(() => {
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
  });

/** Doubles the run until it is long enough, which also lets the optimiser see the code. */
function sizeOfRun(
  simulation: Simulation<Module["ports"]>,
  module: Module,
): { readonly stimulus: Columns; readonly cycles: number } {
  for (let cycles = 256; ; cycles *= 2) {
    const stimulus = workingStimulus(module, cycles);
    const started = performance.now();
    simulation.batch(stimulus, cycles);
    if (performance.now() - started >= RUN_MS || cycles >= MAX_CYCLES) return { stimulus, cycles };
  }
}

/** Random inputs of a circuit that works in every cycle; those that the last one leaves held have it work, too. */
function workingStimulus(module: Module, cycles: number): Columns {
  const { columns } = new RandomStimulus(module, 1).block(cycles);
  columns.enable?.fill(1 as never);
  for (const { name, type } of module.portList)
    if (type.width === 1) columns[name]?.fill(1 as never, cycles - 1);
  return columns;
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
