import type { AcceleratorJob, AcceleratorModel } from "./job.ts";

/** Bytes of a row's header: bias (6), shift, residual. */
const HEADER_BYTES = 8;

/** How a job falls into beats. */
export interface AcceleratorShape {
  /** B: activation beats, and weight beats of a group. */
  readonly beats: number;
  /** G: groups of rows. */
  readonly groups: number;
  /** H: header beats of a group. */
  readonly header: number;
  /** G · (H + B) */
  readonly weightBeats: number;
}

/** The beats of a matrix of this many rows and columns, with or without requantizing. */
export function acceleratorShape(
  accelerator: Pick<AcceleratorModel, "lanes" | "rows">,
  { rows, columns }: Pick<AcceleratorJob, "rows" | "columns">,
  requantize: boolean,
): AcceleratorShape {
  const beats = Math.ceil(columns / accelerator.lanes);
  const groups = Math.ceil(rows / accelerator.rows);
  const header = requantize ? Math.ceil(HEADER_BYTES / accelerator.lanes) : 0;
  return { beats, groups, header, weightBeats: groups * (header + beats) };
}

/**
 * The bytes of the weight stream, beat by beat: byte r · lanes + l of a beat is lane l of row r. Rows and columns that
 * the matrix does not have are zero codes.
 */
export function weightStream(accelerator: AcceleratorModel, job: AcceleratorJob): Uint8Array {
  const { lanes, rows } = accelerator;
  const { beats, groups, header, weightBeats } = acceleratorShape(
    accelerator,
    job,
    job.scales !== undefined,
  );
  const bytes = new Uint8Array(weightBeats * rows * lanes);
  for (let group = 0; group < groups; group++) {
    for (let r = 0; r < rows && group * rows + r < job.rows; r++) {
      const row = group * rows + r;
      const place = (beat: number, lane: number): number =>
        ((group * (header + beats) + beat) * rows + r) * lanes + lane;
      const scale = job.scales?.[row];
      if (scale) {
        headerBytes(scale).forEach((byte, i) => {
          bytes[place(Math.floor(i / lanes), i % lanes)] = byte;
        });
      }
      for (let column = 0; column < job.columns; column++) {
        bytes[place(header + Math.floor(column / lanes), column % lanes)] = job.weights[
          row * job.columns + column
        ] as number;
      }
    }
  }
  return bytes;
}

function headerBytes({
  bias,
  shift,
  residual,
}: NonNullable<AcceleratorJob["scales"]>[number]): number[] {
  const wrapped = BigInt.asUintN(48, BigInt(bias));
  const low = Array.from({ length: 6 }, (_, i) => Number((wrapped >> BigInt(8 * i)) & 0xffn));
  return [...low, shift, residual];
}

/** The activations of a job, `lanes` a beat; those it does not have are 0. */
export function activationStream({ lanes }: AcceleratorModel, job: AcceleratorJob): Int16Array {
  const stream = new Int16Array(Math.ceil(job.columns / lanes) * lanes);
  stream.set(Array.from(job.activations));
  return stream;
}
