import { at } from "@chisel-ts/core";
import { CheckpointError } from "../checkpoint/error.ts";
import {
  type Checkpoint,
  floatChunks,
  rowLength,
  scaleRows,
  type TensorInfo,
} from "../checkpoint/index.ts";
import { bfloat16ToNumber, decodeArray, float16ToNumber, NAN_CODE } from "../format/index.ts";
import { reorderRows } from "./rope-rows.ts";

/** The RF8 codes of a tensor, as hardware takes them. */
export interface Rf8Codes {
  readonly codes: Uint8Array;
  /** One for the tensor, or one for each row of axis 0. */
  readonly biases: readonly number[];
  /** Real factors of the rows of axis 0, where there are any. */
  readonly scales?: Float32Array;
  /** The positive codes among them in ascending order, where the file stores indexes of a palette. */
  readonly palette?: readonly number[];
}

/** What a row's sum of W · x is to be multiplied by: scale · 2^(−bias − 4). */
export const rowFactor = ({ biases, scales }: Rf8Codes, row: number): number =>
  (scales?.[row] ?? 1) * 2 ** (-at(biases, biases.length === 1 ? 0 : row) - 4);

/** A tensor of a network in memory, finite throughout. */
export interface ModelTensor {
  readonly shape: readonly number[];
  /** Row by row; an RF8 tensor's are decoded (exactly without row scales, else to the nearest float32) the first time they are asked for. */
  readonly values: Float32Array;
  readonly rf8?: Rf8Codes;
}

class Rf8Tensor implements ModelTensor {
  readonly shape: readonly number[];
  readonly rf8: Rf8Codes;
  #values: Float32Array | undefined;

  constructor(shape: readonly number[], rf8: Rf8Codes) {
    this.shape = shape;
    this.rf8 = rf8;
  }

  get values(): Float32Array {
    if (this.#values) return this.#values;
    const { codes, biases, scales } = this.rf8;
    const [only = 0] = biases;
    const bias = biases.length === 1 ? only : { biases, rowLength: rowLength(this.shape) };
    const values = decodeArray(codes, bias);
    if (scales) scaleRows(values, scales, rowLength(this.shape));
    this.#values = values;
    return values;
  }
}

/** RF8 codes as a tensor. @param biases one, or one for each row of axis 0 */
export const rf8Tensor = (shape: readonly number[], rf8: Rf8Codes): ModelTensor =>
  new Rf8Tensor(shape, rf8);

/**
 * Reads a floating-point or RF8 tensor.
 *
 * @param order the row of the file for every row of the result; as they are where it is absent.
 * @throws CheckpointError for another dtype, and for a NaN, an infinity or what is one as float32.
 */
export function loadTensor(
  checkpoint: Checkpoint,
  info: TensorInfo,
  order?: Int32Array,
): ModelTensor {
  const { shape, rf8 } = info;
  const row = rowLength(shape);
  if (rf8) {
    const codes = storedCodes(checkpoint, info);
    const given = typeof rf8.bias === "number" ? [rf8.bias] : rf8.bias;
    const ordered = order ? reorderRows(codes, row, order) : codes;
    const biases = order && given.length > 1 ? [...order].map((from) => at(given, from)) : given;
    const factors = rf8.scale?.values;
    const scales = order && factors ? reorderRows(factors, 1, order) : factors;
    const palette = rf8.packing?.palette;
    return rf8Tensor(shape, {
      codes: ordered,
      biases,
      ...(scales && { scales }),
      ...(palette && { palette }),
    });
  }
  const values = storedFloats(checkpoint, info);
  return { shape, values: order ? reorderRows(values, row, order) : values };
}

/** The smallest bias whose largest value, 1.5 · 2^(15 − bias), float32 holds. */
const FLOAT32_BIAS = -112;

function storedCodes(checkpoint: Checkpoint, info: TensorInfo): Uint8Array {
  const { file, name, elements, rf8 } = info;
  const fail = (problem: string): never => {
    throw new CheckpointError(file, `tensor ${JSON.stringify(name)}: ${problem}`);
  };
  const minimum = [rf8?.bias ?? 0].flat().reduce((a, b) => Math.min(a, b), 0);
  if (minimum < FLOAT32_BIAS)
    fail(`bias ${minimum} has values beyond float32; a network needs ${FLOAT32_BIAS} or more`);
  rf8?.scale?.values.forEach((scale, row) => {
    const bias = typeof rf8.bias === "number" ? rf8.bias : at(rf8.bias, row);
    if (!Number.isFinite(Math.fround(scale * 1.5 * 2 ** (15 - bias))))
      fail(`row ${row} with scale ${scale} and bias ${bias} has values beyond float32`);
  });
  const codes = new Uint8Array(elements);
  let position = 0;
  for (const chunk of checkpoint.chunks(info)) {
    codes.set(chunk, position);
    position += chunk.length;
  }
  const nan = codes.indexOf(NAN_CODE);
  if (nan >= 0) fail(`index ${nan} is NaN (0x80); a network needs finite weights`);
  return codes;
}

function storedFloats(checkpoint: Checkpoint, info: TensorInfo): Float32Array {
  const { file, name, dtype, elements } = info;
  const fail = (problem: string): never => {
    throw new CheckpointError(file, `tensor ${JSON.stringify(name)}: ${problem}`);
  };
  const values = new Float32Array(elements);
  let position = 0;
  for (const { dtype: type, data } of floatChunks(checkpoint, info)) {
    if (type === "F64" || type === "F32") values.set(data, position);
    else {
      const toNumber = type === "F16" ? float16ToNumber : bfloat16ToNumber;
      for (let i = 0; i < data.length; i++) values[position + i] = toNumber(data[i] as number);
    }
    position += data.length;
  }
  if (position !== elements) fail(`its dtype is ${dtype}; weights are F64, F32, F16, BF16 or RF8`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) fail(`index ${bad} is ${values[bad]} as float32; a network needs finite weights`);
  return values;
}
