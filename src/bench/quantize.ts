import { Bench } from "tinybench";
import {
  encodeArray,
  type FloatBlock,
  type FloatDtype,
  MaxAbs,
  type RandomBits,
  type Rounding,
  seededRandom,
} from "../format/index.ts";

/** Encoding speed of one element type and rounding beside a copy of the same array. */
export interface QuantizeRow {
  readonly dtype: FloatDtype;
  readonly rounding: Rounding;
  readonly weights_per_s: number;
  /** A loop that reads each element and writes one byte. */
  readonly copy_weights_per_s: number;
  /** Time to encode / time to copy. */
  readonly ratio_to_copy: number;
}

const LENGTH = 1 << 20;
const TIME_MS = 300;
const ROUNDINGS: readonly Rounding[] = ["nearest", "paper", "stochastic"];

/**
 * Measures `encodeArray` at the max bias on 2^20 Gaussian weights (standard deviation 0.02) in one
 * process, every rounding next to its copy loop. Figures are of the median run.
 */
export async function benchQuantize(): Promise<QuantizeRow[]> {
  const rows: QuantizeRow[] = [];
  for (const block of gaussianBlocks()) {
    const bench = new Bench({ time: TIME_MS });
    const codes = new Uint8Array(LENGTH);
    const scan = new MaxAbs();
    scan.add(block);
    const [bias = 0] = scan.biases();
    const random = seededRandom(1);
    bench.add("copy", () => copy(block, codes));
    for (const rounding of ROUNDINGS)
      bench.add(rounding, () => void encodeArray(block, { bias, rounding, random, codes }));
    await bench.run();
    const perSecond = (task: string) => LENGTH / (medianMs(bench, task) / 1000);
    for (const rounding of ROUNDINGS)
      rows.push({
        dtype: block.dtype,
        rounding,
        weights_per_s: perSecond(rounding),
        copy_weights_per_s: perSecond("copy"),
        ratio_to_copy: perSecond("copy") / perSecond(rounding),
      });
  }
  return rows;
}

function medianMs(bench: Bench, name: string): number {
  const result = bench.getTask(name)?.result;
  if (result?.error) throw result.error;
  const median = result?.latency.p50;
  if (median === undefined) throw new Error(`benchmark "${name}" gave no result`);
  return median;
}

function gaussianBlocks(): readonly FloatBlock[] {
  const random = seededRandom(20250601);
  const f64 = Float64Array.from({ length: LENGTH }, () => 0.02 * gaussian(random));
  const f32 = Float32Array.from(f64);
  const bits = new Uint32Array(f32.buffer);
  return [
    { dtype: "F32", data: f32 },
    { dtype: "F16", data: Uint16Array.from(bits, truncateToFloat16) },
    { dtype: "BF16", data: Uint16Array.from(bits, (b) => b >>> 16) },
    { dtype: "F64", data: f64 },
  ];
}

/** Box and Muller's transform; 1 - u keeps the logarithm finite. */
function gaussian(random: RandomBits): number {
  const uniform = () => (random.next() >>> 0) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** binary16 bits of a float32 below 65,536, rounded toward zero; its subnormals become zero. */
function truncateToFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = ((bits & 0x7fff_ffff) >>> 13) - (112 << 10);
  return magnitude < 0x400 ? sign : sign | magnitude;
}

/** One loop per element type, so that each is compiled for its own. */
function copy(block: FloatBlock, out: Uint8Array): void {
  if (block.dtype === "F32") copyFloat32(block.data, out);
  else if (block.dtype === "F64") copyFloat64(block.data, out);
  else copyPatterns(block.data, out);
}

function copyFloat32(data: Float32Array, out: Uint8Array): void {
  for (let i = 0; i < data.length; i++) out[i] = data[i] as number;
}

function copyFloat64(data: Float64Array, out: Uint8Array): void {
  for (let i = 0; i < data.length; i++) out[i] = data[i] as number;
}

function copyPatterns(data: Uint16Array, out: Uint8Array): void {
  for (let i = 0; i < data.length; i++) out[i] = data[i] as number;
}
