import { median } from "simple-statistics";
import { engines } from "../../sim/index.ts";
import { openPlayback, outputHash } from "../../sim/verilator/playback.ts";
import { afresh } from "./afresh.ts";
import type { Job } from "./jobs.ts";

const RUNS = 5;
const RUN_S = 0.4;

interface Contender {
  readonly engine: string;
  readonly build_s: number | null;
  /** Cycles a second in a run of so many seconds. */
  rate(seconds: number): number;
}

/**
 * A job in this process and in C++ programs around an installed Verilator, on one thread and on two, in turns; those are
 * the first two.
 *
 * @throws EngineUnavailableError when Verilator is not installed; Error when outputs of a cycle differ.
 */
export const benchJob = (job: Job, verilator: string, onStep: (label: string) => void) =>
  afresh((folder) => {
    const expected = expectedHash(job);
    const contenders = [
      ...[1, 2].map((threads) => playback(job, { verilator, threads, folder, expected, onStep })),
      { engine: "wasm", build_s: null, rate: (seconds: number) => rateHere(job, seconds) },
    ];
    onStep("runs");
    const rates = contenders.map((): number[] => []);
    for (let run = 0; run < RUNS; run++)
      for (const [index, { rate }] of contenders.entries()) rates[index]?.push(rate(RUN_S));
    const { products, played } = job;
    return contenders.map(({ engine, build_s }, index) => {
      const cycles_per_s = median(rates[index] ?? []);
      const products_per_s = products ? (cycles_per_s * products) / played.cycles : null;
      return { engine, build_s, cycles_per_s, products_per_s };
    });
  });

/** Of the outputs of every played cycle, as the engine of this process has them. */
function expectedHash({ module, played }: Job): ReturnType<typeof outputHash> {
  const simulation = engines.wasm.open(module);
  const hash = outputHash(module, simulation.batch(played.columns, played.cycles));
  simulation.close();
  return hash;
}

interface Playback {
  readonly verilator: string;
  readonly threads: number;
  readonly folder: string;
  readonly expected: ReturnType<typeof outputHash>;
  onStep(label: string): void;
}

function playback({ module, played }: Job, options: Playback): Contender {
  const { verilator, threads, folder, expected, onStep } = options;
  const engine = threads === 1 ? "verilator" : `verilator, ${threads} threads`;
  onStep(`${engine} builds`);
  const started = performance.now();
  const program = verilator === "native" ? "verilator" : verilator;
  const play = openPlayback(program, module, played, { threads, folder });
  const build_s = (performance.now() - started) / 1000;
  const rate = (seconds: number): number => {
    const { hash, cycles_per_s } = play(seconds);
    if (hash !== expected) throw new Error(`${module.name}: outputs of ${engine} and wasm differ`);
    return cycles_per_s;
  };
  rate(0);
  return { engine, build_s, rate };
}

function rateHere(job: Job, seconds: number): number {
  const started = performance.now();
  let cycles = 0;
  let took = 0;
  for (; took < seconds; took = (performance.now() - started) / 1000) cycles += job.run();
  return cycles / took;
}
