import { accumulatorBits } from "../../hdl/parameters.ts";
import { REGISTER_CYCLES } from "../engine/index.ts";
import { type EngineModel, engineCounts, engineShape, type WeightMemory } from "../model/index.ts";
import { type AreaEstimate, engineArea } from "./area.ts";
import { additionEnergy, type Energy, horowitz, productEnergy, sramAccess } from "./energy.ts";
import type { Matrix, Workload } from "./workload.ts";

/** An engine, its memory and its clock. */
export interface Machine {
  readonly engine: EngineModel;
  /** Of weights and of the cache of keys and values. */
  readonly memory: WeightMemory;
  readonly clock_mhz: number;
}

/** Tokens that the cache holds (and that a prefill reads), and sequences side by side. */
export interface Demand {
  readonly context: number;
  readonly batch: number;
}

/** One kind of matrix, for one token. Keys are those of the JSON. */
export interface LayerEstimate {
  readonly layer: string;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Of all `count` together: cycles by the closed form, those that wait for weights among them. */
  readonly cycles: number;
  readonly weight_wait: number;
  readonly register_cycles: number;
  readonly macs: number;
  readonly utilisation: number;
  readonly bytes: number;
  readonly energy_j: number;
}

export interface EnergyRow {
  readonly what: string;
  readonly operations: number;
  readonly pj_each: number;
  readonly energy_j: number;
  readonly provenance: string;
}

/** Prefill of the context, or decoding of one token more, in every sequence of the batch. */
export interface PhaseEstimate {
  readonly tokens: number;
  /** All of it: jobs, register writes between them, traffic of the cache. */
  readonly cycles: number;
  readonly engine_cycles: number;
  readonly register_cycles: number;
  readonly kv_cycles: number;
  readonly time_s: number;
  readonly tokens_per_s: number;
  /** Weights and cache, from and to memory. */
  readonly bytes: number;
  readonly kv_bytes: number;
  readonly macs: number;
  readonly utilisation: number;
  /** Roofline: products a byte, and products a cycle over the lower of both roofs. */
  readonly macs_per_byte: number;
  readonly of_roof: number;
  readonly bound_by: "compute" | "memory";
  readonly area_ge: number;
  /** With DRAM in the middle of the table's range, and at its ends. */
  readonly energy_j: number;
  readonly energy_least_j: number;
  readonly energy_most_j: number;
  readonly energy: readonly EnergyRow[];
}

export interface Estimate {
  readonly area: AreaEstimate;
  readonly layers: readonly LayerEstimate[];
  readonly prefill: PhaseEstimate;
  readonly decode: PhaseEstimate;
}

const PICO = 1e-12;
const activationBytes = ({ activation }: EngineModel): number => (activation === "int8" ? 1 : 2);

/**
 * What a network costs on an engine, in closed form: no cycle is simulated, and the cycles are those that the RTL counts.
 * Every token streams all weights anew; attention, norms and activation functions are the host's, of which the
 * traffic of the cache is counted and nothing else.
 */
export function estimate(workload: Workload, machine: Machine, demand: Demand): Estimate {
  const { activation, lanes, rows } = machine.engine;
  const area = engineArea(activation, lanes, rows);
  const layers = workload.matrices.map((matrix) => layerEstimate(matrix, machine));
  const kvToken = workload.kvElements * activationBytes(machine.engine);
  const { batch, context } = demand;
  const phase = (tokens: number, cached: number): PhaseEstimate =>
    phaseEstimate(layers, machine, area, tokens, kvToken * (cached + tokens));
  return {
    area,
    layers,
    // Token t of a prompt reads the t before it.
    prefill: phase(batch * context, (batch * context * (context - 1)) / 2),
    decode: phase(batch, batch * context),
  };
}

/** Tiles of columns that the buffer holds, as the compiler cuts them: width and how many. */
function tilesOf({ columns }: Matrix, { terms, lanes }: EngineModel): [number, number][] {
  const capacity = Math.ceil(terms / lanes) * lanes;
  const [whole, rest] = [Math.floor(columns / capacity), columns % capacity];
  return [
    [capacity, whole],
    [rest, rest > 0 ? 1 : 0],
  ];
}

function layerEstimate(matrix: Matrix, machine: Machine): LayerEstimate {
  const { engine, memory } = machine;
  const { count, rows, columns } = matrix;
  const beatBytes = engine.lanes * engine.rows;
  let [cycles, wait, jobs, beats, words] = [0, 0, 0, 0, 0];
  for (const [width, times] of tilesOf(matrix, engine)) {
    if (times === 0) continue;
    const shape = engineShape(engine, { rows, columns: width }, false);
    const counts = engineCounts(engine, shape, memory);
    cycles += times * counts.cycles;
    wait += times * counts.weight_wait;
    jobs += times;
    beats += times * shape.weightBeats;
    words += times * (shape.beats + shape.weightBeats);
  }
  const macs = rows * columns;
  const bytes = beats * beatBytes;
  const energy = rowsOfEnergy(machine, { macs, bytes, words, kvBytes: 0 });
  return {
    ...matrix,
    ...{ cycles: count * cycles, weight_wait: count * wait },
    register_cycles: count * jobs * REGISTER_CYCLES,
    ...{ macs: count * macs, utilisation: macs / (cycles * beatBytes), bytes: count * bytes },
    energy_j: count * sum(energy, (row) => row.energy_j),
  };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

interface Work {
  readonly macs: number;
  /** Of weights. */
  readonly bytes: number;
  /** Words of the activation buffer that are written and read. */
  readonly words: number;
  readonly kvBytes: number;
}

function rowsOfEnergy({ engine }: Machine, { macs, bytes, words, kvBytes }: Work): EnergyRow[] {
  const { activation, lanes, terms } = engine;
  const width = accumulatorBits({ activation, accumulator: "exact", terms });
  const dram: Energy = {
    pj: (horowitz.dram_least.pj + horowitz.dram_most.pj) / 2,
    provenance: `${horowitz.dram_least.provenance}; the middle of ${horowitz.dram_least.pj}–${horowitz.dram_most.pj} pJ`,
  };
  const bufferBytes = terms * activationBytes(engine);
  const row = (what: string, operations: number, { pj, provenance }: Energy): EnergyRow => ({
    ...{ what, operations, pj_each: pj, energy_j: operations * pj * PICO, provenance },
  });
  return [
    row("products", macs, productEnergy(activation)),
    row("additions", macs, additionEnergy(width)),
    row(
      "activation buffer, 64 bits",
      (words * lanes * activationBytes(engine)) / 8,
      sramAccess(bufferBytes),
    ),
    row("weights from DRAM, 64 bits", bytes / 8, dram),
    ...(kvBytes > 0 ? [row("keys and values in DRAM, 64 bits", kvBytes / 8, dram)] : []),
  ];
}

function phaseEstimate(
  layers: readonly LayerEstimate[],
  machine: Machine,
  area: AreaEstimate,
  tokens: number,
  kvBytes: number,
): PhaseEstimate {
  const { engine, memory, clock_mhz } = machine;
  const of = (figure: (layer: LayerEstimate) => number): number => tokens * sum(layers, figure);
  const kv_cycles = Math.ceil(kvBytes / memory.bandwidth);
  const [engine_cycles, register_cycles] = [of((l) => l.cycles), of((l) => l.register_cycles)];
  const cycles = engine_cycles + register_cycles + kv_cycles;
  const time_s = cycles / (clock_mhz * 1e6);
  const macs = of((layer) => layer.macs);
  const bytes = of((layer) => layer.bytes) + kvBytes;
  const words = of(
    (layer) =>
      layer.bytes / (engine.lanes * engine.rows) +
      Math.ceil(layer.columns / engine.lanes) * layer.count,
  );
  const energy = rowsOfEnergy(machine, { macs, bytes: bytes - kvBytes, words, kvBytes });
  const energy_j = sum(energy, (row) => row.energy_j);
  const dramHalf = ((horowitz.dram_most.pj - horowitz.dram_least.pj) / 2) * (bytes / 8) * PICO;
  const peak = engine.lanes * engine.rows;
  const memoryRoof = (memory.bandwidth * macs) / bytes;
  return {
    ...{ tokens, cycles, engine_cycles, register_cycles, kv_cycles, time_s },
    ...{ tokens_per_s: tokens / time_s, bytes, kv_bytes: kvBytes, macs },
    utilisation: macs / (cycles * peak),
    macs_per_byte: macs / bytes,
    of_roof: macs / cycles / Math.min(peak, memoryRoof),
    bound_by: memoryRoof < peak ? "memory" : "compute",
    area_ge: area.ge,
    ...{ energy_j, energy_least_j: energy_j - dramHalf, energy_most_j: energy_j + dramHalf },
    energy,
  };
}
