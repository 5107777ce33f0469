import { median } from "simple-statistics";
import { type CorePorts, core } from "../../hdl/core/core.ts";
import { type Engine, engines, type Simulation, verilatorAt } from "../../sim/index.ts";
import { HEADER_BYTES } from "../accelerator/core/header.ts";
import { compileCore, coreMemory, coreNetwork, imageOf } from "../accelerator/core/index.ts";
import { ggDecoder } from "./gg-decoder.ts";
import { recordedInputs } from "./recorded-inputs.ts";

/** The decoder core on one engine. */
export interface CoreRow {
  /** With recorded inputs, or with its memory. */
  readonly engine: string;
  readonly build_s: number;
  /** Of a token. */
  readonly cycles: number;
  /** The median run. */
  readonly cycles_per_s: number;
  readonly ratio_to_verilator: number;
}

const RUNS = 5;
const TOKEN = 77;
/** More than a token takes. */
const maxCycles = 10_000_000;

/** One of SmolLM2-135M's layers and a small vocabulary: the core is that of the whole network, less its longest vectors. */
const sizes = { num_hidden_layers: 1, vocab_size: 2048 };

/**
 * Cycles a second of the decoder core with 64 lanes in the in-process engine and in an installed Verilator (-O3, -march=native),
 * in turns. A token is run once with a memory, whose answers are kept: then both engines have the same inputs in every cycle, give every
 * output in every cycle, and end with the same next token. The in-process engine runs it with the memory, too.
 *
 * @param verilator a path, or `native` for the one on the PATH.
 * @throws EngineUnavailableError when Verilator is not installed.
 */
export function benchCore(
  onStep: (done: number, total: number, label: string) => void,
  verilator = "native",
): CoreRow[] {
  const network = coreNetwork(ggDecoder(sizes), { activation: "int16", context: 256 });
  const program = compileCore(network, { lanes: 64, vectorLanes: 8, terms: 2 });
  const { memoryBytes, context } = program.header;
  const circuit = core(program.core);
  const begin = (dut: Simulation<CorePorts>): void => start(dut, context);
  const openWithMemory = (engine: Engine) =>
    engine.open(circuit, {
      models: {
        memory: coreMemory(memoryBytes, { latency: 20, outstanding: 16 }),
        stop: { kind: "until", signal: "busy", values: [0] },
      },
    });
  const work = { memory: { contents: imageOf(program) } };
  onStep(0, 5, "a token is recorded");
  const { columns, cycles } = recordedInputs(
    (engine) => openWithMemory(engine).run(work, maxCycles),
    begin,
  );
  const replayed = (engine: Engine) => {
    const simulation = engine.open(circuit);
    return { simulation, run: () => void simulation.batch(columns, cycles) };
  };
  const driven = (engine: Engine) => {
    const simulation = openWithMemory(engine);
    return { simulation, run: () => void simulation.run(work, maxCycles) };
  };
  const contenders = [
    { engine: verilatorAt(verilator), name: "", open: replayed },
    { engine: engines.wasm, name: "", open: replayed },
    { engine: engines.wasm, name: " with its memory", open: driven },
  ].map(({ engine, name, open }, at) => {
    onStep(1 + at, 5, `${engine.name} builds`);
    const started = performance.now();
    const opened = open(engine);
    const build_s = (performance.now() - started) / 1000;
    return { engine: `${engine.name}${name}`, ...opened, build_s, rates: [] as number[] };
  });
  onStep(4, 5, "the token runs");
  const results = new Set<number>();
  for (let run = 0; run < RUNS; run++)
    for (const { engine, simulation, run, rates } of contenders) {
      begin(simulation);
      const began = performance.now();
      run();
      rates.push((1000 * cycles) / (performance.now() - began));
      if (simulation.out.busy) throw new Error(`${engine} is busy after ${cycles} cycles`);
      results.add(Number(simulation.out.next[0]));
    }
  for (const { simulation } of contenders) simulation.close();
  if (results.size > 1) throw new Error(`the next tokens are ${[...results].join(" and ")}`);
  const [baseline] = contenders;
  return contenders.map(({ engine, build_s, rates }) => ({
    engine,
    build_s,
    cycles,
    cycles_per_s: median(rates),
    ratio_to_verilator: median(rates) / median(baseline?.rates ?? []),
  }));
}

/** Gives the core its token and starts it. */
function start(dut: Simulation<CorePorts>, positions: number): void {
  dut.in.slot.enable = true;
  dut.in.slot.index = 0n;
  dut.in.slot.token = BigInt(TOKEN);
  dut.in.slot.position = 0n;
  dut.in.slot.cache = 0n;
  dut.step();
  dut.in.slot.enable = false;
  dut.in.last_slot = 0n;
  dut.in.first_descriptor = BigInt(HEADER_BYTES);
  dut.in.positions = BigInt(positions);
  dut.in.start = true;
  dut.step();
  dut.in.start = false;
}
