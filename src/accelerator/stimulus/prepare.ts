import { address, controlBit } from "../../../hdl/accelerator/registers.ts";
import type { Column, Columns } from "../../../sim/index.ts";
import {
  type AcceleratorCounts,
  type AcceleratorEnvironment,
  type AcceleratorJob,
  type AcceleratorModel,
  type AcceleratorResults,
  type AcceleratorSchedule,
  acceleratorSchedule,
  acceleratorShape,
  idealEnvironment,
  weightStream,
} from "../../model/index.ts";
import { AcceleratorError } from "./error.ts";
import { READS, reportedBy } from "./reported.ts";

/** A matrix for the accelerator: a job without its activations. */
export type AcceleratorMatrix = Omit<AcceleratorJob, "activations">;

/** Cycles between two writes on AXI4-Lite, and from the write that starts a job to its first cycle. */
const [WRITE_CYCLES, START_CYCLES] = [3, 3];
/** Cycles of the control bus before a job: three writes. */
export const REGISTER_CYCLES = 2 * WRITE_CYCLES + START_CYCLES;
const READ_CYCLES = 2;

/** What a run of a job gave: its results and its counters. */
export interface AcceleratorRun extends AcceleratorResults {
  readonly counts: AcceleratorCounts;
}

/**
 * A matrix as stimulus for `acceleratorCore`: writes of its registers, beats when the schedule has them valid, reads of its
 * counters. What does not depend on the activations is made once.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const matrix = { weights: Uint8Array.from([1, -2, 1.5], (w) => encode(w, 0, "nearest")), rows: 1, columns: 3, relu: false };
 * const prepared = new PreparedMatrix(hardware, matrix);
 * console.log(prepared.stimulus([10, 3, 4]).activation_tvalid.length === prepared.cycles); // true
 */
export class PreparedMatrix {
  /** Cycles of the whole, with the control bus. */
  readonly cycles: number;
  readonly schedule: AcceleratorSchedule;
  readonly #accelerator: AcceleratorModel;
  readonly #matrix: AcceleratorMatrix;
  /** The job's cycle 0. */
  readonly #begin: number;
  readonly #columns: Columns;
  readonly #activationFrom: (beat: number) => number;

  /** @throws AcceleratorError when a stream of the environment stalls indefinitely; RangeError as `acceleratorShape`. */
  constructor(
    accelerator: AcceleratorModel,
    matrix: AcceleratorMatrix,
    environment: AcceleratorEnvironment = idealEnvironment,
  ) {
    const shape = acceleratorShape(
      accelerator,
      matrix,
      matrix.scales !== undefined,
      matrix.palette !== undefined,
    );
    const schedule = acceleratorSchedule(accelerator, shape, environment);
    refuseStall(schedule);
    this.#accelerator = accelerator;
    this.#matrix = matrix;
    this.schedule = schedule;
    this.#activationFrom = environment.activationFrom;
    const writes: [number, number][] = [
      [address.beats, shape.beats],
      [address.groups, shape.groups],
      [address.control, controlOf(matrix)],
    ];
    this.#begin = REGISTER_CYCLES;
    const ended = this.#begin + schedule.cycles;
    this.cycles = ended + READ_CYCLES * READS.length;
    this.#columns = {
      ...controlColumns(writes, ended, this.cycles),
      ...this.#weightColumns(environment),
      ...this.#resultColumns(),
    };
  }

  /** Input columns for `cycles` cycles of `acceleratorCore`, which may begin whenever no job runs. */
  stimulus(activations: ArrayLike<number>): Columns {
    const { lanes } = this.#accelerator;
    const { activationAccepted } = this.schedule;
    const last = activationAccepted.length - 1;
    const valid = new Uint8Array(this.cycles);
    const tlast = new Uint8Array(this.cycles);
    const data = Array.from({ length: lanes }, () => this.#activationColumn());
    activationAccepted.forEach((_, beat) => {
      const [from, to] = this.#validCycles(activationAccepted, beat, this.#activationFrom);
      valid.fill(1, from, to);
      if (beat === last) tlast.fill(1, from, to);
      data.forEach((column, lane) => {
        const index = beat * lanes + lane;
        column.fill(index < activations.length ? (activations[index] as number) : 0, from, to);
      });
    });
    return {
      ...this.#columns,
      activation_tvalid: valid,
      activation_tlast: tlast,
      ...byNumber("activation_tdata_", data),
    };
  }

  /**
   * The results among the outputs of a run.
   *
   * @throws AcceleratorError when a handshake or a counter is not as the schedule has it.
   */
  read(outputs: Columns): AcceleratorRun {
    const { rows } = this.#accelerator;
    const { activationAccepted, weightAccepted, resultValid, resultAccepted, ...counts } =
      this.schedule;
    const column = (name: string): Column => {
      const found = outputs[name];
      if (!found) throw new AcceleratorError(`there is no output ${name}`);
      return found;
    };
    this.#expectAccepted("activation", column("activation_tready"), activationAccepted);
    this.#expectAccepted("weight", column("weight_tready"), weightAccepted);
    const [valid, last] = [column("result_tvalid"), column("result_tlast")];
    const values = new Float64Array(this.#matrix.rows);
    const data = Array.from({ length: rows }, (_, r) => column(`result_tdata_${r}`));
    resultAccepted.forEach((accepted, group) => {
      const validFrom = resultValid[group] as number;
      this.#expect(
        "result_tvalid",
        valid,
        validFrom - 1,
        Number(resultAccepted[group - 1] === validFrom - 1),
      );
      for (let cycle = validFrom; cycle <= accepted; cycle++) {
        this.#expect("result_tvalid", valid, cycle, 1);
        this.#expect("result_tlast", last, cycle, Number(group === resultAccepted.length - 1));
      }
      data.forEach((result, r) => {
        const row = group * rows + r;
        if (row < values.length) values[row] = Number(result[this.#begin + accepted]);
      });
    });
    const at = this.#begin + this.schedule.cycles;
    const registers = READS.map((_, i) =>
      Number(column("control_rdata")[at + READ_CYCLES * i + 1]),
    );
    return { values, counts, ...reportedBy(registers, counts) };
  }

  /** The cycles in which a beat is valid, as a range. */
  #validCycles(
    accepted: Float64Array,
    beat: number,
    from: (beat: number) => number,
  ): readonly [number, number] {
    const before = beat === 0 ? 0 : (accepted[beat - 1] as number) + 1;
    const first = Math.max(before, from(beat));
    return [this.#begin + first, this.#begin + (accepted[beat] as number) + 1];
  }

  #activationColumn(): Int8Array | Int16Array {
    return this.#accelerator.activation === "int8"
      ? new Int8Array(this.cycles)
      : new Int16Array(this.cycles);
  }

  #weightColumns(environment: AcceleratorEnvironment): Columns {
    const { lanes, rows } = this.#accelerator;
    const bytes = weightStream(this.#accelerator, { ...this.#matrix, activations: [] });
    const { weightAccepted } = this.schedule;
    const valid = new Uint8Array(this.cycles);
    const tlast = new Uint8Array(this.cycles);
    const width = rows * lanes;
    const data = Array.from({ length: width }, () => new Uint8Array(this.cycles));
    weightAccepted.forEach((_, beat) => {
      const [from, to] = this.#validCycles(weightAccepted, beat, environment.weightFrom);
      valid.fill(1, from, to);
      if (beat === weightAccepted.length - 1) tlast.fill(1, from, to);
      data.forEach((column, i) => {
        column.fill(bytes[beat * width + i] as number, from, to);
      });
    });
    return {
      weight_tvalid: valid,
      weight_tlast: tlast,
      ...Object.fromEntries(
        data.map((column, i) => [`weight_tdata_${Math.floor(i / lanes)}_${i % lanes}`, column]),
      ),
    };
  }

  #resultColumns(): Columns {
    const ready = new Uint8Array(this.cycles).fill(1);
    this.schedule.resultValid.forEach((validFrom, group) => {
      const accepted = this.schedule.resultAccepted[group] as number;
      ready.fill(0, this.#begin + validFrom, this.#begin + accepted);
    });
    return { result_tready: ready };
  }

  #expect(name: string, column: Column, cycle: number, value: number): void {
    if (cycle < 0 || Number(column[this.#begin + cycle]) === value) return;
    throw new AcceleratorError(
      `${name} is ${column[this.#begin + cycle]} in cycle ${cycle} of the job, its cycle model has ${value}`,
    );
  }

  #expectAccepted(name: string, ready: Column, accepted: Float64Array): void {
    accepted.forEach((cycle, beat) => {
      this.#expect(`${name}_tready of beat ${beat}`, ready, cycle, 1);
    });
  }
}

const byNumber = (prefix: string, columns: readonly Column[]): Columns =>
  Object.fromEntries(columns.map((column, i) => [`${prefix}${i}`, column]));

/** The write to the control register that starts a job. */
export const controlOf = ({ scales, relu, palette }: AcceleratorMatrix): number =>
  (1 << controlBit.start) |
  (scales ? 1 << controlBit.requantize : 0) |
  (relu ? 1 << controlBit.relu : 0) |
  (palette ? 1 << controlBit.packed : 0);

/** Writes before the job, and reads of the registers after it. */
function controlColumns(
  writes: readonly (readonly [number, number])[],
  ended: number,
  cycles: number,
): Columns {
  const valid = new Uint8Array(cycles);
  const target = new Uint8Array(cycles);
  const data = new Uint32Array(cycles);
  writes.forEach(([register, value], i) => {
    const cycle = WRITE_CYCLES * i;
    [valid[cycle], target[cycle], data[cycle]] = [1, register, value];
  });
  const [readValid, readAddress] = [new Uint8Array(cycles), new Uint8Array(cycles)];
  READS.forEach((name, i) => {
    const cycle = ended + READ_CYCLES * i;
    [readValid[cycle], readAddress[cycle]] = [1, address[name]];
  });
  const always = (value: number): Uint8Array => new Uint8Array(cycles).fill(value);
  return {
    control_awvalid: valid,
    control_awaddr: target,
    control_wvalid: valid,
    control_wdata: data,
    control_wstrb: always(15),
    control_bready: always(1),
    control_arvalid: readValid,
    control_araddr: readAddress,
    control_rready: always(1),
  };
}

/** @throws AcceleratorError where a job never ends: with the stream, the beat and what the accelerator waits for. */
function refuseStall({
  activationAccepted,
  weightAccepted,
  resultAccepted,
}: AcceleratorSchedule): void {
  const streams = [
    ["activations", activationAccepted, "they are never valid"],
    ["weights", weightAccepted, "they are never valid"],
    ["results", resultAccepted, "they are never accepted"],
  ] as const;
  for (const [name, accepted, what] of streams) {
    const beat = accepted.findIndex((cycle) => !Number.isFinite(cycle));
    if (beat < 0) continue;
    const before = beat === 0 ? "from the start" : `since cycle ${accepted[beat - 1]}`;
    throw new AcceleratorError(
      `the ${name} stall indefinitely at beat ${beat} of ${accepted.length}: ${what}; the accelerator waits for them ${before}`,
    );
  }
}
