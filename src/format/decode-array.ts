import { type Bias, biasOf, eachRun, rowLengthOf } from "./channel.ts";
import { type Code, decodeTable } from "./code.ts";

export interface DecodeOptions<Values extends Float32Array | Float64Array> {
  /** Where the values go, from its start; a new Float32Array by default. */
  readonly out?: Values;
  /** The place of the first code in its tensor: for channels. Default 0. */
  readonly firstIndex?: number;
}

const LARGEST_FLOAT32 = 2 ** 128 - 2 ** 104;

const tables: (Float64Array | undefined)[] = [];

/** `decodeTable`, built once per bias and shared: not to be written to. */
export function sharedDecodeTable(bias: number): Float64Array {
  const known = tables[bias + 128];
  if (known !== undefined) return known;
  const built = decodeTable(bias);
  tables[bias + 128] = built;
  return built;
}

/**
 * Decodes all 256 codes; 0x80 becomes NaN. Exact: float32 holds every RF8 value for biases of -112
 * and above, float64 for all.
 * @throws RangeError for a value beyond float32 (below bias -112, codes with E - bias > 127), an
 * invalid bias, a channel without one, or a destination that is too short
 *
 * @example
 * console.log(decodeArray(Uint8Array.of(encode(3, 0, "nearest")), 0).join()); // 3
 */
export function decodeArray<Values extends Float32Array | Float64Array = Float32Array>(
  codes: Uint8Array,
  bias: Bias,
  options: DecodeOptions<Values> = {},
): Values {
  const { length } = codes;
  const { out = new Float32Array(length) as Values, firstIndex = 0 } = options;
  if (out.length < length)
    throw new RangeError(
      `${length} codes need ${length} elements: the destination has ${out.length}`,
    );
  eachRun(length, firstIndex, rowLengthOf(bias), (start, end, channel) => {
    const channelBias = biasOf(bias, channel);
    const table = sharedDecodeTable(channelBias);
    if (out instanceof Float32Array) assertFloat32(codes, start, end, table, firstIndex);
    decodeRun(codes, start, end, table, out);
  });
  return out.subarray(0, length) as Values;
}

function decodeRun(
  codes: Uint8Array,
  start: number,
  end: number,
  table: Float64Array,
  out: Float32Array | Float64Array,
): void {
  for (let i = start; i < end; i++) out[i] = table[codes[i] as Code] as number;
}

function assertFloat32(
  codes: Uint8Array,
  start: number,
  end: number,
  table: Float64Array,
  firstIndex: number,
): void {
  if ((table[0x7f] as number) <= LARGEST_FLOAT32) return;
  for (let i = start; i < end; i++) {
    const value = table[codes[i] as Code] as number;
    if (Math.abs(value) > LARGEST_FLOAT32)
      throw new RangeError(
        `index ${firstIndex + i}: ${value} is beyond float32, decode to a Float64Array`,
      );
  }
}
