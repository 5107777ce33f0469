import { at } from "@chisel-ts/core";
import { controlBit, statusBit } from "../../../hdl/accelerator/registers.ts";
import { CANONICAL_MAGNITUDES, encodeArray, maxBias, seededRandom } from "../../format/index.ts";
import { sample } from "../../gg/index.ts";
import {
  type AcceleratorJob,
  type AcceleratorModel,
  acceleratorCounts,
  acceleratorResults,
  acceleratorShape,
  activationStream,
  weightStream,
} from "../../model/index.ts";

/** A job of the testbench. */
export interface TestJob {
  readonly job: AcceleratorJob;
  /** Sources and sink wait now and then. */
  readonly stalls: boolean;
  /** It is aborted so many cycles after its start. */
  readonly abortAfter?: number;
}

/** Jobs that use what the accelerator has: sums and activations, ReLU, a NaN, ragged edges, with stalls and without. */
export function testJobs(accelerator: AcceleratorModel): TestJob[] {
  const random = seededRandom(8);
  const below = (n: number): number => (random.next() >>> 0) % n;
  const maximum = accelerator.activation === "int8" ? 128 : 32768;
  const columns = Math.min(accelerator.terms, 3 * accelerator.lanes + 1);
  const job = (rows: number, scaled: boolean, seed: number): AcceleratorJob => {
    const data = sample({ nu: 1, alpha: 0.05 }, rows * columns, seed);
    const bias = maxBias(data.reduce((m, w) => Math.max(m, Math.abs(w)), 0));
    const { codes } = encodeArray({ dtype: "F32", data }, { bias, rounding: "nearest" });
    return {
      weights: codes,
      rows,
      columns,
      relu: scaled,
      activations: Int32Array.from({ length: columns }, () => below(2 * maximum) - maximum),
      ...(scaled && {
        scales: Array.from({ length: rows }, () => ({
          bias: below(2 ** 20) - 2 ** 19,
          shift: 17 + below(6),
          residual: below(8),
        })),
      }),
    };
  };
  const packed = packedJob(accelerator, job(2 * accelerator.rows + 1, true, 6));
  const withNan = job(accelerator.rows, false, 3);
  withNan.weights[columns - 1] = 0x80;
  return [
    { job: job(2 * accelerator.rows + 1, false, 1), stalls: false },
    { job: job(2 * accelerator.rows + 1, false, 1), stalls: true },
    { job: job(3 * accelerator.rows, true, 4), stalls: true, abortAfter: 6 },
    { job: job(3 * accelerator.rows, true, 2), stalls: true },
    { job: job(3 * accelerator.rows, false, 5), stalls: false, abortAfter: 2 },
    ...(packed ? [{ job: packed, stalls: true }] : []),
    { job: withNan, stalls: false },
  ];
}

/** The job with weights of a palette, where the accelerator has a decoder. */
function packedJob(
  { bits = 8, palette = "stream" }: AcceleratorModel,
  job: AcceleratorJob,
): AcceleratorJob | undefined {
  if (bits === 8) return undefined;
  const codes =
    palette === "stream"
      ? [...CANONICAL_MAGNITUDES].slice(1 - 2 ** (bits - 1))
      : (palette.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
  const entry = (code: number): number => {
    const magnitude = at(codes, code % codes.length);
    return code === 0 ? 0 : magnitude + (code & 0x80);
  };
  return { ...job, weights: job.weights.map(entry), palette: codes };
}

/** What the testbench needs of a job, its data as words of hexadecimal digits. */
export interface TestVectors {
  readonly beats: number;
  readonly groups: number;
  readonly control: number;
  readonly status: number;
  readonly stalls: boolean;
  readonly abortAfter?: number;
  /** Cycles by the closed form; without stalls the accelerator must count the same. */
  readonly cycles: number;
  readonly activations: readonly string[];
  readonly weights: readonly string[];
  readonly results: readonly string[];
}

/** @param control and status as the registers have them */
export function vectorsOf(
  accelerator: AcceleratorModel,
  { job, stalls, abortAfter }: TestJob,
): TestVectors {
  const { lanes, rows } = accelerator;
  const isPacked = job.palette !== undefined;
  const shape = acceleratorShape(accelerator, job, job.scales !== undefined, isPacked);
  const { values, invalid, saturated } = acceleratorResults(accelerator, job);
  const x = accelerator.activation === "int8" ? 8 : 16;
  const padded = Array.from({ length: shape.groups * rows }, (_, row) => values.at(row) ?? 0);
  return {
    beats: shape.beats,
    groups: shape.groups,
    stalls,
    ...(abortAfter !== undefined && { abortAfter }),
    control:
      bits(controlBit, "start", "interrupt") |
      (job.scales ? bits(controlBit, "requantize") : 0) |
      (job.relu ? bits(controlBit, "relu") : 0) |
      (isPacked ? bits(controlBit, "packed") : 0),
    status:
      bits(statusBit, "done") |
      (invalid ? bits(statusBit, "invalid") : 0) |
      (saturated ? bits(statusBit, "saturated") : 0),
    cycles: acceleratorCounts(accelerator, shape).cycles,
    activations: words(activationStream(accelerator, job), lanes, x),
    weights: words(weightStream(accelerator, job), lanes * rows, 8),
    results: abortAfter === undefined ? words(padded, rows, 64) : [],
  };
}

/** A register with ones in these places. */
const bits = <Name extends string>(
  places: Readonly<Record<Name, number>>,
  ...names: readonly Name[]
): number => names.reduce((value, name) => value | (1 << places[name]), 0);

/** Integers of `width` bits, `count` a word, the first in the lowest place, as hexadecimal digits. */
function words(integers: ArrayLike<number>, count: number, width: number): string[] {
  return Array.from({ length: integers.length / count }, (_, word) =>
    Array.from({ length: count }, (_, i) =>
      BigInt.asUintN(width, BigInt(at(integers, word * count + i)))
        .toString(16)
        .padStart(width / 4, "0"),
    )
      .reverse()
      .join(""),
  );
}
