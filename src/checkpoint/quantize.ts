import { at } from "@chisel-ts/core";
import {
  type Bias,
  BiasSearch,
  ErrorStatistics,
  encodeArray,
  MaxAbs,
  type NanPolicy,
  NonFiniteError,
  type Rounding,
  seededRandom,
} from "../format/index.ts";
import { pause } from "../pause.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./error.ts";
import { floatChunks } from "./float-chunks.ts";
import { copyTensor, rewrite } from "./rewrite.ts";
import { withRf8 } from "./safetensors/rf8-metadata.ts";
import { isFloat, type Rf8Info, rowLength, type TensorInfo } from "./tensor.ts";

export interface QuantizeOptions {
  readonly rounding: Rounding;
  /** `max`: nothing saturates; `mse`: least squared error near it; or the bias itself, −128 to 127. */
  readonly bias: "max" | "mse" | number;
  /** One bias a tensor, or one for each row of axis 0. */
  readonly granularity: "tensor" | "channel";
  readonly nan: NanPolicy;
  /** Of stochastic rounding: an integer from 0 to 2^32 − 1. */
  readonly seed: number;
  /** Tensors that keep their type, by name; `*` stands for any characters. */
  readonly keep?: readonly string[];
}

/** What became of one tensor; the keys are those of the command's JSON. */
export interface QuantizedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bias: number | readonly number[];
  readonly rounding: Rounding;
  /** Signal to quantization noise in dB; null where there is no error, or no signal. */
  readonly sqnr_db: number | null;
  /** Weights beyond the largest value. */
  readonly saturated: number;
  /** Weights that were not zero and became it. */
  readonly flushed_to_zero: number;
  /** Entropy of the codes in bits a weight. */
  readonly entropy_bits: number;
}

export interface Quantization {
  readonly tensors: readonly QuantizedTensor[];
  /** Names of the tensors that keep their type: vectors, scalars, what is not floating-point, and what is asked for. */
  readonly kept: readonly string[];
}

/** Bytes read so far, of all the bytes that will be read. */
export type OnProgress = (done: number, total: number, tensor: string) => void;

/** Whether a tensor is to stay as it is. @throws CheckpointError for a name to keep that no tensor has. */
export function isKept(
  { path, tensors }: Checkpoint,
  keep: readonly string[],
): (name: string) => boolean {
  const patterns = keep.map((name) => {
    const parts = name.split("*").map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    return { name, pattern: new RegExp(`^${parts.join(".*")}$`, "s") };
  });
  const unused = patterns.find(({ pattern }) => !tensors.some(({ name }) => pattern.test(name)));
  if (unused)
    throw new CheckpointError(path, `holds no tensor ${JSON.stringify(unused.name)} to keep`);
  return (name) => patterns.some(({ pattern }) => pattern.test(name));
}

/**
 * The tensors that become RF8: matrices and what has more axes; norms and biases stay as they are.
 *
 * @throws CheckpointError for a name to keep that no tensor has.
 */
export function quantizedTensors(checkpoint: Checkpoint, keep: readonly string[]): TensorInfo[] {
  const kept = isKept(checkpoint, keep);
  return checkpoint.tensors.filter(
    ({ name, dtype, shape }) => isFloat(dtype) && shape.length >= 2 && !kept(name),
  );
}

/**
 * Quantizes the matrices of a checkpoint to RF8, streaming: memory is bounded by a chunk and the biases.
 *
 * @throws CheckpointError for a malformed or already quantized input, for NaN and infinity (naming tensor and
 *   index), and for an output that cannot be; NodeJS.ErrnoException when a file cannot be read or written.
 *
 * @example
 * const options = { rounding: "nearest", bias: "max", granularity: "tensor", nan: "error", seed: 1 };
 * const { tensors } = await quantizeCheckpoint(`${folder}/model`, `${folder}/rf8`, options);
 * console.log(tensors.every(({ sqnr_db, saturated }) => sqnr_db > 25 && saturated === 0)); // true
 */
export const quantizeCheckpoint = async (
  input: string,
  output: string,
  options: QuantizeOptions,
  onProgress: OnProgress = () => {},
): Promise<Quantization> => quantizeOpened(openCheckpoint(input), output, options, onProgress);

/** The same of a checkpoint that is open; it is closed. */
export async function quantizeOpened(
  checkpoint: Checkpoint,
  output: string,
  options: QuantizeOptions,
  onProgress: OnProgress = () => {},
): Promise<Quantization> {
  const { path, tensors } = checkpoint;
  try {
    if (tensors.some((tensor) => tensor.rf8)) {
      throw new CheckpointError(path, "is quantized already; dequantize it first");
    }
    return await quantizeOpen(checkpoint, output, options, onProgress);
  } catch (error) {
    if (error instanceof NonFiniteError)
      throw new CheckpointError(path, `${error.message}; --keep leaves a tensor as it is`);
    throw error;
  } finally {
    checkpoint.close();
  }
}

/** config.json without how the weights were quantized, where they are not quantized that way any more. */
export const withoutQuantization = (
  { tensors }: Checkpoint,
  { quantization_config: was, ...config }: Record<string, unknown>,
): Record<string, unknown> | undefined =>
  was !== undefined && tensors.some((tensor) => tensor.computed) ? config : undefined;

async function quantizeOpen(
  checkpoint: Checkpoint,
  output: string,
  options: QuantizeOptions,
  onProgress: OnProgress,
): Promise<Quantization> {
  const quantized = quantizedTensors(checkpoint, options.keep ?? []);
  const bytes = quantized.reduce((sum, tensor) => sum + tensor.byteLength, 0);
  const passes = typeof options.bias === "number" ? 1 : options.bias === "mse" ? 3 : 2;
  let done = 0;
  const pass = async (tensor: TensorInfo, visit: (block: Block) => void): Promise<void> => {
    for (const block of floatChunks(checkpoint, tensor)) {
      try {
        visit(block);
      } catch (error) {
        throw error instanceof NonFiniteError ? error.within(tensor.name) : error;
      }
      done += block.data.byteLength;
      onProgress(done, passes * bytes, tensor.name);
      await pause();
    }
  };

  const infos = new Map<string, Rf8Info>();
  for (const tensor of quantized) {
    const bias = await chooseBias(tensor, options, pass);
    infos.set(tensor.name, { bias, rounding: options.rounding });
  }
  const rows: QuantizedTensor[] = [];
  const kept = checkpoint.tensors
    .filter((tensor) => !infos.has(tensor.name))
    .map((tensor) => tensor.name);
  const random = seededRandom(options.seed);
  await rewrite(checkpoint, output, {
    plan: ({ name, dtype, shape }) => ({ name, shape, dtype: infos.has(name) ? "U8" : dtype }),
    metadata: (file) => withRf8(file, infos),
    config: (config) => withoutQuantization(checkpoint, config),
    async write(tensor, file) {
      const info = infos.get(tensor.name);
      if (!info) {
        await copyTensor(checkpoint, tensor, file);
        return;
      }
      const bias = formatBias(tensor, info.bias);
      const statistics = new ErrorStatistics(bias);
      let [firstIndex, saturated, flushed] = [0, 0, 0];
      await pass(tensor, (block) => {
        const { rounding, nan } = options;
        const result = encodeArray(block, { bias, rounding, nan, random, firstIndex });
        statistics.add(block, result.codes);
        file.write(result.codes);
        firstIndex += result.codes.length;
        saturated += result.saturated;
        flushed += result.flushedToZero;
      });
      const { name, shape, dtype } = tensor;
      rows.push({
        name,
        shape,
        dtype,
        bias: info.bias,
        rounding: options.rounding,
        sqnr_db: Number.isFinite(statistics.sqnrDb) ? statistics.sqnrDb : null,
        saturated,
        flushed_to_zero: flushed,
        entropy_bits: statistics.entropyBits,
      });
    },
  });
  return { tensors: rows, kept };
}

type Block = Parameters<ErrorStatistics["add"]>[0];
type Pass = (tensor: TensorInfo, visit: (block: Block) => void) => Promise<void>;

/** The bias or biases of a tensor, from one pass over it or two. */
async function chooseBias(
  tensor: TensorInfo,
  { bias, granularity, nan, rounding }: QuantizeOptions,
  pass: Pass,
): Promise<number | number[]> {
  // An empty tensor has one bias, as its shape may claim any number of channels.
  const perChannel = granularity === "channel" && tensor.elements > 0;
  const channels = perChannel ? (tensor.shape.at(0) ?? 1) : 1;
  const row = perChannel ? rowLength(tensor.shape) : Number.POSITIVE_INFINITY;
  const shaped = (biases: ArrayLike<number>): number | number[] =>
    perChannel ? Array.from(biases) : at(biases, 0);
  if (typeof bias === "number") return shaped(new Array<number>(channels).fill(bias));
  const largest = new MaxAbs(channels, row, nan);
  await pass(tensor, (block) => largest.add(block));
  if (bias === "max") return shaped(largest.biases());
  const search = new BiasSearch(largest.biases(), { rowLength: row, rounding, nan });
  await pass(tensor, (block) => search.add(block));
  return shaped(search.biases());
}

const formatBias = ({ shape }: TensorInfo, bias: number | readonly number[]): Bias =>
  typeof bias === "number" ? bias : { biases: bias, rowLength: Math.max(1, rowLength(shape)) };
