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
  /** Beats of the weight stream: P + G · (H + B), fewer where weights are packed. */
  readonly weightBeats: number;
  /** How packed weights fall into beats; nothing where weights are bytes. */
  readonly packing?: Packing;
}

/** Packed weights in beats of a byte a weight. */
export interface Packing {
  /** P: beats that hold the palette. */
  readonly head: number;
  /** Bits of a weight. */
  readonly bits: number;
}

/**
 * The beat of the weight stream that the decoder must have before beat `index` of headers and weights can leave, counted over all
 * groups. It holds the last bit of it.
 */
export function sourceBeat({ beats, header, packing }: AcceleratorShape, index: number): number {
  if (!packing) return index;
  const perGroup = header + beats;
  const group = Math.floor(index / perGroup);
  const inGroup = index - group * perGroup + 1;
  const headers = group * header + Math.min(header, inGroup);
  const weights = group * beats + Math.max(0, inGroup - header);
  return packing.head + Math.ceil((8 * headers + packing.bits * weights) / 8) - 1;
}

/**
 * The beats of a matrix of this many rows and columns, with or without requantizing.
 *
 * @example
 * const { beats, groups } = acceleratorShape({ lanes: 2, rows: 2 }, { rows: 5, columns: 7 }, false);
 * console.log(`${groups} groups of ${beats} beats`); // 3 groups of 4 beats
 */
export function acceleratorShape(
  accelerator: Pick<AcceleratorModel, "lanes" | "rows" | "bits" | "palette">,
  { rows, columns }: Pick<AcceleratorJob, "rows" | "columns">,
  requantize: boolean,
  isPacked = false,
): AcceleratorShape {
  const beats = Math.ceil(columns / accelerator.lanes);
  const groups = Math.ceil(rows / accelerator.rows);
  const header = requantize ? Math.ceil(HEADER_BYTES / accelerator.lanes) : 0;
  const whole = { beats, groups, header, weightBeats: groups * (header + beats) };
  if (!isPacked) return whole;
  const { bits = 8, palette = "stream" } = accelerator;
  if (bits === 8) throw new RangeError("this accelerator has no decoder for packed weights");
  const entries = palette === "stream" ? 2 ** (bits - 1) - 1 : 0;
  const head = Math.ceil(entries / (accelerator.rows * accelerator.lanes));
  const shape = { ...whole, packing: { head, bits } };
  return { ...shape, weightBeats: sourceBeat(shape, whole.weightBeats - 1) + 1 };
}

/**
 * The bytes of the weight stream, beat by beat. Packed weights: the palette, a byte an entry, then headers of 8 bits a byte and
 * weights of `bits` bits as one string of bits, the first lowest.
 *
 * @throws RangeError for a packed weight that is not of the palette.
 */
export function weightStream(accelerator: AcceleratorModel, job: AcceleratorJob): Uint8Array {
  const { palette } = job;
  const bytes = byteStream(accelerator, job);
  if (!palette) return bytes;
  const shape = acceleratorShape(accelerator, job, job.scales !== undefined, true);
  const { head, bits } = shape.packing as Packing;
  const width = accelerator.rows * accelerator.lanes;
  const packed = new Uint8Array(shape.weightBeats * width);
  if (head > 0) packed.set(palette);
  const half = 2 ** (bits - 1);
  let place = 8 * head * width;
  const add = (value: number, count: number): void => {
    for (let bit = 0; bit < count; bit++, place++)
      packed[place >> 3] = (packed[place >> 3] as number) | (((value >> bit) & 1) << (place & 7));
  };
  bytes.forEach((byte, index) => {
    const beat = Math.floor(index / width);
    if (beat % (shape.header + shape.beats) < shape.header) {
      add(byte, 8);
      return;
    }
    const entry = byte === 0 ? 0 : palette.indexOf(byte % 128) + 1;
    if (entry === 0 && byte !== 0)
      throw new RangeError(`weight code 0x${byte.toString(16)} is not in the palette`);
    add(entry + (byte >= 128 ? half : 0), bits);
  });
  return packed;
}

/**
 * The bytes of the weight stream, beat by beat: byte r · lanes + l of a beat is lane l of row r. Rows and columns that
 * the matrix does not have are zero codes.
 */
function byteStream(accelerator: AcceleratorModel, job: AcceleratorJob): Uint8Array {
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
  stream.set(job.activations);
  return stream;
}
