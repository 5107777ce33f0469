import { median } from "simple-statistics";
import { type CorePorts, core } from "../../hdl/core/core.ts";
import {
  type Columns,
  type Engine,
  engines,
  type Simulation,
  verilatorAt,
} from "../../sim/index.ts";
import { HEADER_BYTES } from "../accelerator/core/header.ts";
import { CoreMemory, compileCore, coreNetwork, imageOf } from "../accelerator/core/index.ts";
import { ggDecoder } from "./gg-decoder.ts";

/** The decoder core on one engine. */
export interface CoreRow {
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

/** One of SmolLM2-135M's layers and a small vocabulary: the core is that of the whole network, less its longest vectors. */
const sizes = { num_hidden_layers: 1, vocab_size: 2048 };

/**
 * Cycles a second of the decoder core with 64 lanes in the in-process engine and in an installed Verilator (-O3, -march=native),
 * in turns. A token is run once with a memory, whose answers are kept: then both engines have the same inputs in every cycle, give every
 * output in every cycle, and end with the same next token.
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
  const circuit = core(program.core);
  const memory = new Uint8Array(program.header.memoryBytes);
  memory.set(imageOf(program));
  onStep(0, 4, "a token is recorded");
  const recorded = record(engines.wasm.open(circuit), memory, program.header.context);
  const contenders = [verilatorAt(verilator), engines.wasm].map((engine, at) => {
    onStep(1 + at, 4, `${engine.name} builds`);
    const started = performance.now();
    const simulation = engine.open(circuit);
    return {
      engine,
      simulation,
      build_s: (performance.now() - started) / 1000,
      rates: [] as number[],
    };
  });
  onStep(3, 4, "the token runs");
  for (let run = 0; run < RUNS; run++)
    for (const { engine, simulation, rates } of contenders)
      rates.push(replayed(engine, simulation, recorded, program.header.context));
  for (const { simulation } of contenders) simulation.close();
  const [baseline] = contenders;
  return contenders.map(({ engine, build_s, rates }) => ({
    engine: engine.name,
    build_s,
    cycles: recorded.cycles,
    cycles_per_s: median(rates),
    ratio_to_verilator: median(rates) / median(baseline?.rates ?? []),
  }));
}

/** The inputs of every cycle of a token, and what it gives. */
interface Recorded {
  readonly columns: Columns;
  readonly cycles: number;
  readonly next: number;
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

function record(dut: Simulation<CorePorts>, bytes: Uint8Array, positions: number): Recorded {
  const memory = new CoreMemory(bytes, 64, { latency: 20, outstanding: 16 });
  start(dut, positions);
  const [requests, stores, valid]: [number[], number[], number[]] = [[], [], []];
  const data: bigint[] = [];
  const recording = {
    ...dut,
    step() {
      requests.push(Number(dut.in.request.ready));
      stores.push(Number(dut.in.store.ready));
      valid.push(Number(dut.in.data.valid));
      data.push(dut.in.data.bits);
      dut.step();
    },
  };
  while (dut.out.busy) memory.step(recording);
  const next = Number(dut.out.next[0]);
  dut.close();
  const columns = {
    request_ready: Uint8Array.from(requests),
    store_ready: Uint8Array.from(stores),
    data_valid: Uint8Array.from(valid),
    data_bits: data,
  };
  return { columns, cycles: data.length, next };
}

/** Cycles a second of the recorded token. @throws Error when it ends otherwise than recorded. */
function replayed(
  engine: Engine,
  dut: Simulation<CorePorts>,
  { columns, cycles, next }: Recorded,
  positions: number,
): number {
  start(dut, positions);
  const began = performance.now();
  dut.batch(columns, cycles);
  const rate = (1000 * cycles) / (performance.now() - began);
  if (dut.out.busy || Number(dut.out.next[0]) !== next)
    throw new Error(`${engine.name} gives the token ${dut.out.next[0]}, not ${next}`);
  return rate;
}
