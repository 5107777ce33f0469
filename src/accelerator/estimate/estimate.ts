import { accumulatorBits } from "../../../hdl/parameters.ts";
import {
  type AcceleratorModel,
  acceleratorCounts,
  acceleratorShape,
  arrayCycles,
  type WeightMemory,
} from "../../model/index.ts";
import { REGISTER_CYCLES } from "../stimulus/index.ts";
import { type AreaEstimate, acceleratorArea, arrayArea } from "./area.ts";
import { additionEnergy, type Energy, horowitz, productEnergy, sramAccess } from "./energy.ts";
import type { Matrix, Workload } from "./workload.ts";

/** An accelerator, its memory and its clock. */
export interface Machine {
  readonly accelerator: AcceleratorModel;
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

/** Prefill of the context on the array, or decoding of one token more on the accelerator, in every sequence of the batch. */
export interface PhaseEstimate {
  readonly tokens: number;
  /** All of it: jobs, register writes between them, traffic of the cache. */
  readonly cycles: number;
  /** Of the jobs alone, as the RTL counts them. */
  readonly accelerator_cycles: number;
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
  readonly array_area: AreaEstimate;
  readonly layers: readonly LayerEstimate[];
  readonly prefill: PhaseEstimate;
  readonly decode: PhaseEstimate;
}

const PICO = 1e-12;
const activationBytes = ({ activation }: AcceleratorModel): number =>
  activation === "int8" ? 1 : 2;

/**
 * What a network costs in closed form: no cycle is simulated, and the cycles are those of the RTL. A decode runs on the
 * accelerator, where every token streams all weights; a prefill on a streaming array of as many products, `lanes` rows and
 * `rows` columns, where a tile of weights is used for all tokens. Attention, norms and activation functions are the
 * host's, of which the traffic of the cache is counted and nothing else.
 */
export function estimate(workload: Workload, machine: Machine, demand: Demand): Estimate {
  const { activation, lanes, rows } = machine.accelerator;
  const [area, array_area] = [
    acceleratorArea(activation, lanes, rows),
    arrayArea(activation, lanes, rows),
  ];
  const layers = workload.matrices.map((matrix) => layerEstimate(matrix, machine));
  const { batch, context } = demand;
  const prompt = batch * context;
  /** Bytes that tokens write to the cache and read from it: each looks back on those before it, within its window. */
  const kvBytes = (read: (window: number) => number, written: number): number =>
    activationBytes(machine.accelerator) *
    sum(
      workload.caches,
      ({ elements, window }) =>
        elements * (batch * read((window ?? Number.POSITIVE_INFINITY) - 1) + written),
    );
  return {
    ...{ area, array_area, layers },
    // Token t of a prompt reads the t before it, or as many as its window has beside it.
    prefill: phaseEstimate(machine, array_area, {
      ...arrayWork(workload, machine, prompt),
      tokens: prompt,
      kvBytes: kvBytes((most) => readBack(context, most), prompt),
    }),
    decode: phaseEstimate(machine, area, {
      ...acceleratorWork(layers, machine, batch),
      tokens: batch,
      kvBytes: kvBytes((most) => Math.min(context, most), batch),
    }),
  };
}

/** Σ min(t, most) over the tokens t = 0 … context − 1 of a prompt. */
function readBack(context: number, most: number): number {
  const grown = Math.min(context, most);
  return (grown * (grown - 1)) / 2 + (context - grown) * grown;
}

/** What a phase does, all of it together. */
interface PhaseWork extends Work {
  readonly tokens: number;
  readonly cycles: number;
  readonly registerCycles: number;
}

/** Every token, one after the other, through every matrix. */
function acceleratorWork(
  layers: readonly LayerEstimate[],
  { accelerator }: Machine,
  tokens: number,
): Omit<PhaseWork, "tokens" | "kvBytes"> {
  const of = (figure: (layer: LayerEstimate) => number): number => tokens * sum(layers, figure);
  const beatBytes = accelerator.lanes * accelerator.rows;
  return {
    cycles: of((layer) => layer.cycles),
    registerCycles: of((layer) => layer.register_cycles),
    macs: of((layer) => layer.macs),
    bytes: of((layer) => layer.bytes),
    words: of(
      ({ bytes, columns, count }) =>
        bytes / beatBytes + Math.ceil(columns / accelerator.lanes) * count,
    ),
    partialSums: 0,
  };
}

/** Every tile of every matrix, once, with all tokens; the sums of the tiles of a row of tiles are added outside. */
function arrayWork(
  { matrices }: Workload,
  { accelerator, memory }: Machine,
  tokens: number,
): Omit<PhaseWork, "tokens" | "kvBytes"> {
  const size = { rows: accelerator.lanes, columns: accelerator.rows };
  const tilesIn = (length: number, side: number): number => Math.ceil(length / side);
  const tiles = ({ rows, columns }: Matrix): number =>
    tilesIn(columns, size.rows) * tilesIn(rows, size.columns);
  const of = (figure: (matrix: Matrix) => number): number =>
    sum(matrices, (matrix) => matrix.count * figure(matrix));
  return {
    cycles: of((matrix) => arrayCycles(size, tiles(matrix), tokens, memory)),
    registerCycles: 0,
    macs: tokens * of(({ rows, columns }) => rows * columns),
    bytes: of((matrix) => tiles(matrix) * size.rows * size.columns),
    words: tokens * of(tiles),
    // Read, added to and written for every tile of a row but the first.
    partialSums: 2 * tokens * of(({ rows, columns }) => rows * (tilesIn(columns, size.rows) - 1)),
  };
}

/** Tiles of columns that the buffer holds, as the compiler cuts them: width and how many. */
function tilesOf({ columns }: Matrix, { terms, lanes }: AcceleratorModel): [number, number][] {
  const capacity = Math.ceil(terms / lanes) * lanes;
  const [whole, rest] = [Math.floor(columns / capacity), columns % capacity];
  return [
    [capacity, whole],
    [rest, rest > 0 ? 1 : 0],
  ];
}

function layerEstimate(matrix: Matrix, machine: Machine): LayerEstimate {
  const { accelerator, memory } = machine;
  const { count, rows, columns } = matrix;
  const beatBytes = accelerator.lanes * accelerator.rows;
  let [cycles, wait, jobs, beats, words] = [0, 0, 0, 0, 0];
  for (const [width, times] of tilesOf(matrix, accelerator)) {
    if (times === 0) continue;
    const shape = acceleratorShape(accelerator, { rows, columns: width }, false);
    const counts = acceleratorCounts(accelerator, shape, memory);
    cycles += times * counts.cycles;
    wait += times * counts.weight_wait;
    jobs += times;
    beats += times * shape.weightBeats;
    words += times * (shape.beats + shape.weightBeats);
  }
  const macs = rows * columns;
  const bytes = beats * beatBytes;
  const energy = rowsOfEnergy(machine, { macs, bytes, words, kvBytes: 0, partialSums: 0 });
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
  /** Partial sums that are read or written outside the array. */
  readonly partialSums: number;
}

function rowsOfEnergy(
  { accelerator }: Machine,
  { macs, bytes, words, kvBytes, partialSums }: Work,
): EnergyRow[] {
  const { activation, lanes, terms } = accelerator;
  const width = accumulatorBits({ activation, accumulator: "exact", terms });
  const dram: Energy = {
    pj: (horowitz.dram_least.pj + horowitz.dram_most.pj) / 2,
    provenance: `${horowitz.dram_least.provenance}; the middle of ${horowitz.dram_least.pj}–${horowitz.dram_most.pj} pJ`,
  };
  const bufferBytes = terms * activationBytes(accelerator);
  const row = (what: string, operations: number, { pj, provenance }: Energy): EnergyRow => ({
    ...{ what, operations, pj_each: pj, energy_j: operations * pj * PICO, provenance },
  });
  return [
    row("products", macs, productEnergy(activation)),
    row("additions", macs, additionEnergy(width)),
    row(
      "activation buffer, 64 bits",
      (words * lanes * activationBytes(accelerator)) / 8,
      sramAccess(bufferBytes),
    ),
    ...(partialSums > 0 ? [row("partial sums, 64 bits", partialSums, horowitz.sram_1mb)] : []),
    row("weights from DRAM, 64 bits", bytes / 8, dram),
    ...(kvBytes > 0 ? [row("keys and values in DRAM, 64 bits", kvBytes / 8, dram)] : []),
  ];
}

function phaseEstimate(machine: Machine, area: AreaEstimate, work: PhaseWork): PhaseEstimate {
  const { accelerator, memory, clock_mhz } = machine;
  const { tokens, macs, kvBytes, registerCycles } = work;
  const kv_cycles = Math.ceil(kvBytes / memory.bandwidth);
  const cycles = work.cycles + registerCycles + kv_cycles;
  const time_s = cycles / (clock_mhz * 1e6);
  const bytes = work.bytes + kvBytes;
  const energy = rowsOfEnergy(machine, work);
  const energy_j = sum(energy, (row) => row.energy_j);
  const dramHalf = ((horowitz.dram_most.pj - horowitz.dram_least.pj) / 2) * (bytes / 8) * PICO;
  const peak = accelerator.lanes * accelerator.rows;
  const memoryRoof = (memory.bandwidth * macs) / bytes;
  return {
    ...{
      tokens,
      cycles,
      accelerator_cycles: work.cycles,
      register_cycles: registerCycles,
      kv_cycles,
    },
    ...{ time_s, tokens_per_s: tokens / time_s, bytes, kv_bytes: kvBytes, macs },
    utilisation: macs / (cycles * peak),
    macs_per_byte: macs / bytes,
    of_roof: macs / cycles / Math.min(peak, memoryRoof),
    bound_by: memoryRoof < peak ? "memory" : "compute",
    area_ge: area.ge,
    ...{ energy_j, energy_least_j: energy_j - dramHalf, energy_most_j: energy_j + dramHalf },
    energy,
  };
}
