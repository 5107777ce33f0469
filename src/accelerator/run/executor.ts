import type { Module } from "@chisel-ts/core";
import { acceleratorCore } from "../../../hdl/accelerator/core.ts";
import type { Columns, Engine } from "../../../sim/index.ts";
import {
  type AcceleratorModel,
  type AcceleratorWorld,
  acceleratorResults,
  INTEGER_WEIGHTS,
  idealWorld,
  type WeightMemory,
  weightArrival,
} from "../../model/index.ts";
import { AcceleratorError, PreparedMatrix } from "../stimulus/index.ts";
import type { MatrixStep, Program } from "./program.ts";

/** What multiplies: exact integers, one a row, which are sums of W(w) · x, or activations where the step has scales. */
export interface Executor {
  /** @param activations integers, as many as the matrix has columns */
  multiply(step: MatrixStep, activations: Int32Array): Float64Array;
  close(): void;
}

/** Every W of a matrix, for the functional model: |sum| < 2^53, so doubles are exact. */
export function functionalExecutor(accelerator: AcceleratorModel): Executor {
  const integers = new Map<string, Float64Array>();
  return {
    multiply(step, activations) {
      const { rows, columns, rf8, scales, relu = false } = step;
      if (scales) {
        const job = { weights: rf8.codes, rows, columns, activations, scales, relu };
        return acceleratorResults(accelerator, job).values;
      }
      const known = integers.get(step.name);
      const weights =
        known ?? Float64Array.from(step.rf8.codes, (code) => INTEGER_WEIGHTS.rf8[code] as number);
      if (!known) integers.set(step.name, weights);
      const sums = new Float64Array(step.rows);
      for (let row = 0; row < step.rows; row++) {
        const start = row * step.columns;
        let sum = 0;
        for (let i = 0; i < step.columns; i++)
          sum += (weights[start + i] as number) * (activations[i] as number);
        sums[row] = sum;
      }
      return sums;
    },
    close() {},
  };
}

/** A piece of the run: stimulus and outputs of some cycles. */
export type OnCycles = (columns: Columns, cycles: number) => void;

/**
 * The RTL in a simulator, driven as its schedule has it and compared with it in every cycle, and with the functional
 * model in every result.
 */
export function rtlExecutor(
  { accelerator }: Program,
  simulator: Engine,
  memory?: WeightMemory,
  onCycles: OnCycles = () => {},
): Executor & { readonly module: Module } {
  const module = acceleratorCore(accelerator);
  const simulation = simulator.open(module);
  const prepared = new Map<string, readonly PreparedMatrix[]>();
  const model = functionalExecutor(accelerator);
  const world = worldOf(accelerator, memory);
  return {
    module,
    multiply(step, activations) {
      const known = prepared.get(step.name);
      const tiles =
        known ?? tilesOf(step).map((tile) => new PreparedMatrix(accelerator, tile, world));
      if (!known) prepared.set(step.name, tiles);
      const sums = new Float64Array(step.rows);
      tiles.forEach((tile, i) => {
        const stimulus = tile.stimulus(activations.subarray(step.tiles[i], step.tiles[i + 1]));
        const outputs = simulation.batch(stimulus, tile.cycles);
        onCycles({ ...stimulus, ...outputs }, tile.cycles);
        const { values } = tile.read(outputs);
        for (let row = 0; row < step.rows; row++)
          sums[row] = (sums[row] as number) + (values[row] as number);
      });
      const expected = model.multiply(step, activations);
      const wrong = sums.findIndex((sum, row) => sum !== expected[row]);
      if (wrong >= 0)
        throw new AcceleratorError(
          `${step.name}: row ${wrong} is ${sums[wrong]} in ${simulator.name}, ${expected[wrong]} in the model`,
        );
      return sums;
    },
    close: () => simulation.close(),
  };
}

const worldOf = (
  accelerator: AcceleratorModel,
  memory: WeightMemory | undefined,
): AcceleratorWorld =>
  memory
    ? {
        ...idealWorld,
        weightFrom: (beat) => weightArrival(memory, beat, accelerator.lanes * accelerator.rows),
      }
    : idealWorld;

function tilesOf({ rows, columns, rf8, tiles, scales, relu = false }: MatrixStep) {
  return tiles.slice(1).map((end, i) => {
    const start = tiles[i] ?? 0;
    const weights = new Uint8Array(rows * (end - start));
    for (let row = 0; row < rows; row++)
      weights.set(
        rf8.codes.subarray(row * columns + start, row * columns + end),
        row * (end - start),
      );
    return { weights, rows, columns: end - start, relu, ...(scales && { scales }) };
  });
}
