import type { Module } from "@chisel-ts/core";
import { median } from "simple-statistics";
import { systolic } from "../../hdl/systolic/systolic.ts";
import { type Columns, engines } from "../../sim/index.ts";
import { wasmWith } from "../../sim/wasm/wasm.ts";
import { oneThread } from "../../sim/wasm/workers/one-thread.ts";
import { RandomStimulus } from "../verification/stimulus.ts";

/** A design on one thread, or on as many as the engine chooses. */
export interface ThreadsRow {
  readonly engine: string;
  /** Cycles a second of a batch; the median run. */
  readonly cycles_per_s: number;
  readonly ratio_to_one_thread: number;
}

/** A large design, and one of which the engine leaves all to one thread. */
export const threadDesigns: Readonly<Record<string, () => Module>> = {
  "systolic 64x64, threads": () => systolic({ rows: 64, columns: 64 }),
  "systolic 8x8, threads": () => systolic({ rows: 8, columns: 8 }),
};

const RUNS = 9;
const RUN_MS = 400;
const MAX_CYCLES = 2 ** 20;
/** Seconds of batches before the first that counts: the engine has chosen by then. */
const CHOICE_S = 12;

const alone = wasmWith(oneThread);

/** The engine on one thread, and as it chooses by itself, in turns on the same stimulus. */
export function benchThreads(module: Module): ThreadsRow[] {
  const simulations = [alone, engines.wasm].map((engine) => engine.open(module));
  const run = (place: number, { columns, cycles }: Stimulus): number => {
    const started = performance.now();
    simulations[place]?.batch(columns, cycles);
    return performance.now() - started;
  };
  const stimulus = longEnough(module, (stimulus) => run(0, stimulus));
  for (let spent = 0; spent < 1000 * CHOICE_S; ) spent += run(1, stimulus);
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn < RUNS; turn++)
    times.forEach((own, place) => {
      own.push(run(place, stimulus));
    });
  for (const simulation of simulations) simulation.close();
  const [one, chosen] = times.map((own) => median(own)) as [number, number];
  return ["wasm, 1 thread", "wasm"].map((engine, place) => {
    const milliseconds = place === 0 ? one : chosen;
    return {
      engine,
      cycles_per_s: (1000 * stimulus.cycles) / milliseconds,
      ratio_to_one_thread: one / milliseconds,
    };
  });
}

interface Stimulus {
  readonly columns: Columns;
  readonly cycles: number;
}

/** Doubles a random stimulus until it takes long enough. */
function longEnough(module: Module, run: (stimulus: Stimulus) => number): Stimulus {
  for (let cycles = 256; ; cycles *= 2) {
    const stimulus = { cycles, columns: new RandomStimulus(module, 1).block(cycles).columns };
    if (run(stimulus) >= RUN_MS || cycles >= MAX_CYCLES) return stimulus;
  }
}
