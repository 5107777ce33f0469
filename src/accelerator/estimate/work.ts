import {
  type AcceleratorModel,
  acceleratorCounts,
  acceleratorShape,
  arrayCycles,
  type WeightMemory,
} from "../../model/index.ts";
import { REGISTER_CYCLES } from "../stimulus/index.ts";
import type { Matrix } from "./workload.ts";

/** What is done, all of it together. */
export interface Work {
  readonly cycles: number;
  readonly registerCycles: number;
  readonly macs: number;
  /** Products that the multipliers at work have cycles for: `macs` and padding. */
  readonly slots: number;
  /** Weights with their padding, as many as are read. */
  readonly weights: number;
  /** Words of the activation buffer that are written and read: one activation a lane. */
  readonly words: number;
  /** Partial sums that are read or written outside the array. */
  readonly partialSums: number;
}

export const addWork = (a: Work, b: Work): Work => ({
  cycles: a.cycles + b.cycles,
  registerCycles: a.registerCycles + b.registerCycles,
  macs: a.macs + b.macs,
  slots: a.slots + b.slots,
  weights: a.weights + b.weights,
  words: a.words + b.words,
  partialSums: a.partialSums + b.partialSums,
});

export const timesWork = (work: Work, factor: number): Work => ({
  cycles: factor * work.cycles,
  registerCycles: factor * work.registerCycles,
  macs: factor * work.macs,
  slots: factor * work.slots,
  weights: factor * work.weights,
  words: factor * work.words,
  partialSums: factor * work.partialSums,
});

export const noWork: Work = timesWork(
  { cycles: 0, registerCycles: 0, macs: 0, slots: 0, weights: 0, words: 0, partialSums: 0 },
  0,
);

/** One matrix and one vector on the accelerator, and the cycles of it that wait for weights. @param memory in weights a cycle */
export function acceleratorWork(
  matrix: Matrix,
  accelerator: AcceleratorModel,
  memory: WeightMemory,
): Work & { readonly wait: number } {
  const { rows, columns } = matrix;
  let [cycles, wait, jobs, beats, words, working] = [0, 0, 0, 0, 0, 0];
  const width = accelerator.lanes * accelerator.rows;
  for (const [tile, times] of tilesOf(matrix, accelerator)) {
    if (times === 0) continue;
    const isPacked = (accelerator.bits ?? 8) < 8;
    const shape = acceleratorShape(accelerator, { rows, columns: tile }, false, isPacked);
    const counts = acceleratorCounts(accelerator, shape, memory);
    cycles += times * counts.cycles;
    wait += times * counts.weight_wait;
    jobs += times;
    beats += times * shape.weightBeats;
    words += times * (shape.beats + shape.weightBeats);
    working += times * shape.beats * shape.groups;
  }
  return {
    cycles,
    wait,
    registerCycles: jobs * REGISTER_CYCLES,
    macs: rows * columns,
    slots: working * width,
    weights: beats * width,
    words,
    partialSums: 0,
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

/** Every tile of a matrix, once, with all vectors; the sums of the tiles of a row of tiles are added outside. */
export function arrayWork(
  { rows, columns }: Matrix,
  accelerator: AcceleratorModel,
  memory: WeightMemory,
  vectors: number,
): Work {
  const size = { rows: accelerator.lanes, columns: accelerator.rows };
  const down = Math.ceil(columns / size.rows);
  const tiles = down * Math.ceil(rows / size.columns);
  return {
    cycles: arrayCycles(size, tiles, vectors, memory),
    registerCycles: 0,
    macs: vectors * rows * columns,
    slots: vectors * tiles * size.rows * size.columns,
    weights: tiles * size.rows * size.columns,
    words: vectors * tiles,
    // Read, added to and written for every tile of a row but the first.
    partialSums: 2 * vectors * rows * (down - 1),
  };
}
