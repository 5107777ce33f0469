import { bfloat16ToNumber, float16ToNumber } from "./float-bits.ts";

/** Floating-point elements as a checkpoint stores them; the 16-bit types are raw bits. */
export type FloatBlock =
  | { readonly dtype: "F64"; readonly data: Float64Array }
  | { readonly dtype: "F32"; readonly data: Float32Array }
  | HalfBlock;

/** IEEE 754 binary16 or bfloat16 bit patterns. */
export interface HalfBlock {
  readonly dtype: "F16" | "BF16";
  readonly data: Uint16Array;
}

export type FloatDtype = FloatBlock["dtype"];

/** Elements widened at a time: 16 KB of float64, which stay in a first-level cache. */
const WIDE_LENGTH = 2048;

/** The value of every pattern of a 16-bit type; float32 holds them all exactly. */
const patternValues: { F16?: Float32Array; BF16?: Float32Array } = {};

function valuesOf(dtype: HalfBlock["dtype"]): Float32Array {
  const toNumber = dtype === "F16" ? float16ToNumber : bfloat16ToNumber;
  patternValues[dtype] ??= Float32Array.from({ length: 65536 }, (_, bits) => toNumber(bits));
  return patternValues[dtype];
}

/** `values` are the elements from index `from` on; they are only valid during the call. */
export type WideVisitor = (values: Float64Array, from: number) => void;

/** Visits elements start..end of a block in order, as float64, which holds all of them exactly. */
export function eachWide(block: FloatBlock, start: number, end: number, visit: WideVisitor): void {
  if (block.dtype === "F64") {
    visit(block.data.subarray(start, end), start);
    return;
  }
  const scratch = new Float64Array(Math.min(WIDE_LENGTH, end - start));
  for (let from = start; from < end; from += scratch.length) {
    const wide = scratch.subarray(0, end - from);
    if (block.dtype === "F32") wide.set(block.data.subarray(from, from + wide.length));
    else widenPatterns(block.data, from, valuesOf(block.dtype), wide);
    visit(wide, from);
  }
}

function widenPatterns(
  data: Uint16Array,
  from: number,
  values: Float32Array,
  wide: Float64Array,
): void {
  for (let i = 0; i < wide.length; i++) wide[i] = values[data[from + i] as number] as number;
}
