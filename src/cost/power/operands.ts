import { at, type ir } from "@chisel-ts/core";
import {
  type Checkpoint,
  floatChunks,
  rowLength,
  type TensorInfo,
} from "../../checkpoint/index.ts";
import { bfloat16ToNumber, float16ToNumber, seededRandom } from "../../format/index.ts";
import type { WeightFormat } from "../../model/index.ts";
import { CostError } from "../error.ts";
import { codesOf, numbersOf } from "./codes.ts";

/** A dot product: a row of weights, and the activations that they meet. */
export interface DotProduct {
  readonly codes: Uint8Array;
  readonly activations: ArrayLike<number>;
}

/** Weights at most where nothing else is asked for. */
export const maxMacs = 2 ** 20;

/** Terms of a dot product of random operands. */
const randomTerms = 256;

/**
 * Draws activations, uniform over all values of a type.
 *
 * @example
 * const draw = activationsOf(sint(4), 1);
 * console.log(draw(100).every((value) => value >= -8 && value <= 7)); // true
 */
export function activationsOf(
  type: ir.PortInfo["type"],
  seed: number,
): (count: number) => Int32Array {
  const random = seededRandom(seed);
  const spare = 32 - type.width;
  return (count) =>
    Int32Array.from({ length: count }, () => {
      const bits = random.next() >>> 0;
      return type.kind === "sint" ? (bits << spare) >> spare : bits >>> spare;
    });
}

/**
 * Uniform operands: codes that are numbers, and activations of all values.
 *
 * @example
 * const products = randomProducts("rf8", sint(8), 300, 1);
 * console.log(products.map(({ codes }) => codes.length).join(", ")); // 256, 44
 */
export function randomProducts(
  format: WeightFormat,
  type: ir.PortInfo["type"],
  macs: number,
  seed: number,
): DotProduct[] {
  const random = seededRandom(seed);
  const numbers = numbersOf(format);
  const draw = activationsOf(type, seed + 1);
  return Array.from({ length: Math.ceil(macs / randomTerms) }, (_, part) => {
    const terms = Math.min(randomTerms, macs - part * randomTerms);
    const codes = Uint8Array.from({ length: terms }, () =>
      at(numbers, (random.next() >>> 0) % numbers.length),
    );
    return { codes, activations: draw(terms) };
  });
}

/** The activations that a matrix meets, one vector a token. */
export type Recorded = (
  tensor: TensorInfo,
  columns: number,
) => readonly ArrayLike<number>[] | undefined;

/**
 * The tensors whose rows are streamed.
 *
 * @example
 * console.log(matricesOf(openCheckpoint(`${folder}/model`)).every(({ shape }) => shape.length === 2)); // true
 */
export const matricesOf = ({ tensors }: Checkpoint): TensorInfo[] =>
  tensors.filter(
    (tensor) =>
      tensor.shape.length >= 2 &&
      tensor.elements > 0 &&
      (tensor.rf8 !== undefined || /^(F64|F32|F16|BF16)$/.test(tensor.dtype)),
  );

/**
 * Rows of the matrices of a checkpoint in the order in which an accelerator streams them: of each matrix the first, in
 * proportion to its size, so many weights at most altogether but one row of each. RF8 matrices keep their codes in RF8.
 *
 * @throws CostError when there is no matrix, or none with activations; CheckpointError for contents that do not hold together.
 *
 * @example
 * const draw = activationsOf(sint(8), 1);
 * const rows = weightProducts(openCheckpoint(`${folder}/model`), "rf8", (_, columns) => [draw(columns)], 1000);
 * console.log(rows.every(({ codes, activations }) => codes.length === activations.length)); // true
 */
export function weightProducts(
  checkpoint: Checkpoint,
  format: WeightFormat,
  recorded: Recorded,
  macs: number,
): DotProduct[] {
  const matrices = matricesOf(checkpoint);
  if (matrices.length === 0) throw new CostError(`${checkpoint.path} holds no matrix of weights`);
  const chosen = matrices.flatMap((tensor) => {
    const vectors = recorded(tensor, rowLength(tensor.shape));
    return vectors ? [{ tensor, vectors }] : [];
  });
  if (chosen.length === 0)
    throw new CostError(
      `${checkpoint.path}: no matrix has activations; they are recorded by its name`,
    );
  const all = chosen.reduce((sum, { tensor }) => sum + tensor.elements, 0);
  return chosen.flatMap(({ tensor, vectors }) => {
    const columns = rowLength(tensor.shape);
    const share = Math.floor((macs * tensor.elements) / all / columns);
    const rows = Math.min(tensor.elements / columns, Math.max(1, share));
    const codes = [...firstRows(checkpoint, tensor, { format, columns, rows })];
    return codes.map((row, at) => ({
      codes: row,
      activations: vectors[Math.floor((at * vectors.length) / rows)] as ArrayLike<number>,
    }));
  });
}

/** The rows that are read. */
interface Rows {
  readonly format: WeightFormat;
  readonly columns: number;
  readonly rows: number;
}

function* firstRows(
  checkpoint: Checkpoint,
  tensor: TensorInfo,
  { format, columns, rows }: Rows,
): Generator<Uint8Array> {
  const stored = tensor.rf8 !== undefined && format === "rf8";
  const pieces = stored
    ? checkpoint.chunks(tensor, Math.max(1, rows) * columns)
    : values(checkpoint, tensor);
  const row = stored ? new Uint8Array(columns) : new Float64Array(columns);
  let [filled, done] = [0, 0];
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const count = Math.min(columns - filled, piece.length - at);
      row.set(piece.subarray(at, at + count), filled);
      [filled, at] = [filled + count, at + count];
      if (filled < columns) continue;
      yield row instanceof Uint8Array ? row.slice() : codesOf(format, row);
      filled = 0;
      done += 1;
      if (done === rows) return;
    }
  }
}

/** The values of a tensor in pieces. */
function* values(checkpoint: Checkpoint, tensor: TensorInfo): Generator<Float64Array> {
  for (const block of floatChunks(checkpoint, tensor)) {
    if (block.dtype === "F64") yield block.data;
    else if (block.dtype === "F32") yield Float64Array.from(block.data);
    else
      yield Float64Array.from(
        block.data,
        block.dtype === "F16" ? float16ToNumber : bfloat16ToNumber,
      );
  }
}
