import { acceleratorCore } from "../../../hdl/accelerator/core.ts";
import { address, statusBit } from "../../../hdl/accelerator/registers.ts";
import {
  type Engine,
  ProtocolError,
  type RegisterScript,
  type RegisterStep,
  registerScript,
  type Simulation,
  type StreamSink,
  type StreamSource,
  streamSink,
  streamSource,
} from "../../../sim/index.ts";
import {
  type AcceleratorModel,
  acceleratorCounts,
  acceleratorShape,
  activationStream,
  type WeightMemory,
  weightArrival,
  weightStream,
} from "../../model/index.ts";
import { AcceleratorError } from "./error.ts";
import {
  type AcceleratorMatrix,
  type AcceleratorRun,
  controlOf,
  REGISTER_CYCLES,
} from "./prepare.ts";
import { READS, reportedBy } from "./reported.ts";

/** Cycles that the registers are read and written in, and some more: beyond them a job hangs. */
const SPARE_CYCLES = 64;

/** What drives the ports of an accelerator. */
export type AcceleratorDrivers = {
  readonly control: RegisterScript;
  readonly activation: StreamSource;
  readonly weight: StreamSource;
  readonly result: StreamSink;
};

export type DrivenAccelerator = Simulation<
  ReturnType<typeof acceleratorCore>["ports"],
  AcceleratorDrivers
>;

/**
 * An accelerator whose streams and registers are driven by models.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const matrix = { weights: Uint8Array.from([1, -2, 1.5], (w) => encode(w, 0, "nearest")), rows: 1, columns: 3, relu: false };
 * const simulation = openDriven(hardware, engines.wasm);
 * console.log(new DrivenMatrix(hardware, matrix).run(simulation, [10, 3, 4]).counts.cycles); // 9
 * simulation.close();
 */
export const openDriven = (accelerator: AcceleratorModel, engine: Engine): DrivenAccelerator => {
  const module = acceleratorCore(accelerator);
  return engine.open(module, {
    models: {
      control: registerScript(module, "control"),
      activation: streamSource(module, "activation"),
      weight: streamSource(module, "weight"),
      result: streamSink(module, "result"),
    },
  });
};

/**
 * A matrix as the work of models: its registers, its weights and how many results there are.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const matrix = { weights: Uint8Array.from([1, -2, 1.5], (w) => encode(w, 0, "nearest")), rows: 1, columns: 3, relu: false };
 * const simulation = openDriven(hardware, engines.wasm);
 * const { values } = new DrivenMatrix(hardware, matrix).run(simulation, [10, 3, 4]);
 * console.log(values[0] / 16); // 10
 */
export class DrivenMatrix {
  readonly #accelerator: AcceleratorModel;
  readonly #matrix: AcceleratorMatrix;
  readonly #weights: Uint8Array;
  readonly #arrivals: Uint32Array | undefined;
  readonly #steps: readonly RegisterStep[];
  readonly #groups: number;
  readonly #counts: ReturnType<typeof acceleratorCounts>;

  /** @throws RangeError as `acceleratorShape`. */
  constructor(accelerator: AcceleratorModel, matrix: AcceleratorMatrix, memory?: WeightMemory) {
    const shape = acceleratorShape(
      accelerator,
      matrix,
      matrix.scales !== undefined,
      matrix.palette !== undefined,
    );
    this.#accelerator = accelerator;
    this.#matrix = matrix;
    this.#groups = shape.groups;
    this.#counts = acceleratorCounts(accelerator, shape, memory);
    this.#weights = weightStream(accelerator, { ...matrix, activations: [] });
    const bytes = accelerator.lanes * accelerator.rows;
    this.#arrivals =
      memory &&
      Uint32Array.from(
        { length: shape.weightBeats },
        (_, beat) => REGISTER_CYCLES + weightArrival(memory, beat, bytes),
      );
    const [done, busy] = [1 << statusBit.done, 1 << statusBit.busy];
    const [, ...counters] = READS;
    this.#steps = [
      { write: address.beats, data: shape.beats },
      { write: address.groups, data: shape.groups },
      { write: address.control, data: controlOf(matrix) },
      { after: ["result"] },
      { poll: address.status, mask: done | busy, equals: done },
      ...counters.map((name) => ({ read: address[name] })),
    ];
  }

  /**
   * Runs the job.
   *
   * @throws AcceleratorError when a rule of a bus is broken, the job hangs, the mark of the last result is wrong, or a
   *   counter or the status is not as the models have it.
   */
  run(simulation: DrivenAccelerator, activations: ArrayLike<number>): AcceleratorRun {
    const { rows, columns } = this.#matrix;
    const stream = activationStream(this.#accelerator, { ...this.#matrix, columns, activations });
    const narrow = this.#accelerator.activation === "int8" ? Int8Array.from(stream) : stream;
    const work = {
      control: { steps: this.#steps },
      activation: { beats: new Uint8Array(narrow.buffer) },
      weight: { beats: this.#weights, ...(this.#arrivals && { arrivals: this.#arrivals }) },
      result: { beats: this.#groups },
    };
    const { control, result } = run(() =>
      simulation.run(work, REGISTER_CYCLES + this.#counts.cycles + SPARE_CYCLES),
    );
    const early = result.last.indexOf(1);
    if (early !== this.#groups - 1)
      throw new AcceleratorError(`beat ${early} of ${this.#groups} results is marked the last`);
    const reported = reportedBy(control.reads, this.#counts);
    const size = result.beats.length / (this.#groups * this.#accelerator.rows);
    return { values: signedValues(result.beats, size, rows), counts: this.#counts, ...reported };
  }
}

function run<T>(job: () => { readonly models: T }): T {
  try {
    return job().models;
  } catch (error) {
    if (error instanceof ProtocolError) throw new AcceleratorError(error.message, { cause: error });
    throw error;
  }
}

/** The first of packed signed values, each exact in a double. */
function signedValues(bytes: Uint8Array, size: number, count: number): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    if (size === 4) values[i] = view.getInt32(4 * i, true);
    else if (size === 8)
      values[i] = view.getInt32(8 * i + 4, true) * 2 ** 32 + view.getUint32(8 * i, true);
    else values[i] = size === 2 ? view.getInt16(2 * i, true) : view.getInt8(i);
  }
  return values;
}
