import { at } from "@chisel-ts/core";
import { acceleratorCore } from "../../../hdl/accelerator/core.ts";
import type { Columns, Engine } from "../../../sim/index.ts";
import {
  type AcceleratorEnvironment,
  type AcceleratorModel,
  acceleratorResults,
  INTEGER_WEIGHTS,
  idealEnvironment,
  type WeightMemory,
  weightArrival,
} from "../../model/index.ts";
import {
  AcceleratorError,
  type AcceleratorMatrix,
  DrivenMatrix,
  openDriven,
  PreparedMatrix,
} from "../stimulus/index.ts";
import type { Executor, MatrixStep } from "./matrix-step.ts";
import type { Program } from "./program.ts";

/**
 * Every W of a matrix, for the functional model: |W| < 2^24 and |sum| < 2^53, so floats and doubles are exact.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const { matrices } = compile(model, hardware);
 * const step = matrices.get("lm_head.weight");
 * const sums = functionalExecutor(hardware).multiply(step, new Int32Array(step.columns).fill(1));
 * console.log(sums.length === step.rows); // true
 */
export function functionalExecutor(accelerator: AcceleratorModel): Executor {
  const integers = new Map<string, Float32Array>();
  return {
    multiply(step, activations) {
      const { rows, columns, rf8, scales, relu = false } = step;
      if (scales) {
        const job = { weights: rf8.codes, rows, columns, activations, scales, relu };
        return acceleratorResults(accelerator, job).values;
      }
      const known = integers.get(step.name);
      const weights =
        known ?? Float32Array.from(step.rf8.codes, (code) => INTEGER_WEIGHTS.rf8[code] as number);
      if (!known) integers.set(step.name, weights);
      const inputs = new Float64Array(activations);
      const sums = new Float64Array(step.rows);
      for (let row = 0; row < step.rows; row++) {
        const start = row * step.columns;
        sums[row] = exactDot(weights.subarray(start, start + step.columns), inputs);
      }
      return sums;
    },
    close() {},
  };
}

/** Four sums side by side, none of which waits for another; all are exact, so their order does not matter. */
function exactDot(weights: Float32Array, activations: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = weights.length - (weights.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += (weights[i] as number) * (activations[i] as number);
    b += (weights[i + 1] as number) * (activations[i + 1] as number);
    c += (weights[i + 2] as number) * (activations[i + 2] as number);
    d += (weights[i + 3] as number) * (activations[i + 3] as number);
  }
  for (let i = whole; i < weights.length; i++)
    a += (weights[i] as number) * (activations[i] as number);
  return a + b + c + d;
}

/** A piece of the run: stimulus and outputs of some cycles. */
export type OnCycles = (columns: Columns, cycles: number) => void;

/** How the RTL is run beside its models. */
export interface RtlOptions {
  readonly memory?: WeightMemory;
  /**
   * `sums`: models of the buses drive each job; its results, counters, status and the rules of its buses are checked.
   * `beats`: the handshakes of every cycle too are compared with the schedule.
   */
  readonly check?: "sums" | "beats";
  /** Takes the ports in every cycle, which are at hand with `beats` alone. */
  readonly onCycles?: OnCycles;
}

/** What runs a tile of a matrix. */
type Tile = (activations: Int32Array) => Float64Array;

/**
 * The RTL in a simulator, compared with the functional model in every result.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const program = compile(model, hardware);
 * const rtl = rtlExecutor(program, engines.wasm);
 * const step = program.matrices.get("lm_head.weight");
 * console.log(rtl.multiply(step, new Int32Array(step.columns).fill(1)).length === step.rows); // true
 * rtl.close();
 */
export function rtlExecutor(
  program: Program,
  simulator: Engine,
  options: RtlOptions = {},
): Executor {
  const { tileOf, close } =
    options.check === "beats"
      ? beatwise(program, simulator, options)
      : jobwise(program, simulator, options);
  const prepared = new Map<string, readonly Tile[]>();
  const model = functionalExecutor(program.accelerator);
  return {
    multiply(step, activations) {
      const tiles = prepared.get(step.name) ?? tilesOf(step).map(tileOf);
      prepared.set(step.name, tiles);
      const sums = new Float64Array(step.rows);
      tiles.forEach((tile, i) => {
        const values = tile(activations.subarray(step.tiles[i], step.tiles[i + 1]));
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
    close,
  };
}

interface Rtl {
  tileOf(matrix: AcceleratorMatrix): Tile;
  close(): void;
}

/** Jobs that models of the buses drive. */
function jobwise({ accelerator }: Program, simulator: Engine, { memory }: RtlOptions): Rtl {
  const simulation = openDriven(accelerator, simulator);
  return {
    tileOf(matrix) {
      const driven = new DrivenMatrix(accelerator, matrix, memory);
      return (activations) => driven.run(simulation, activations).values;
    },
    close: () => simulation.close(),
  };
}

/** Jobs driven and compared cycle by cycle, as their schedule has them. */
function beatwise(
  { accelerator }: Program,
  simulator: Engine,
  { memory, onCycles = () => {} }: RtlOptions,
): Rtl {
  const simulation = simulator.open(acceleratorCore(accelerator));
  const environment = environmentOf(accelerator, memory);
  return {
    tileOf(matrix) {
      const tile = new PreparedMatrix(accelerator, matrix, environment);
      return (activations) => {
        const stimulus = tile.stimulus(activations);
        const outputs = simulation.batch(stimulus, tile.cycles);
        onCycles({ ...stimulus, ...outputs }, tile.cycles);
        return tile.read(outputs).values;
      };
    },
    close: () => simulation.close(),
  };
}

const environmentOf = (
  accelerator: AcceleratorModel,
  memory: WeightMemory | undefined,
): AcceleratorEnvironment =>
  memory
    ? {
        ...idealEnvironment,
        weightFrom: (beat) => weightArrival(memory, beat, accelerator.lanes * accelerator.rows),
      }
    : idealEnvironment;

function tilesOf({ rows, columns, rf8, tiles, scales, relu = false, palette }: MatrixStep) {
  return tiles.slice(1).map((end, i) => {
    const start = at(tiles, i);
    const weights = new Uint8Array(rows * (end - start));
    for (let row = 0; row < rows; row++)
      weights.set(
        rf8.codes.subarray(row * columns + start, row * columns + end),
        row * (end - start),
      );
    return {
      weights,
      rows,
      columns: end - start,
      relu,
      ...(scales && { scales }),
      ...(palette && { palette }),
    };
  });
}
