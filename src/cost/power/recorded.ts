import type { Checkpoint, TensorInfo } from "../../checkpoint/index.ts";
import { CostError } from "../error.ts";
import { matricesOf, type Recorded } from "./operands.ts";

/** Vectors of a matrix at most: enough for a share of the rows each. */
const maxVectors = 256;

/**
 * Recorded activations: of a matrix, the tensor of its name, I8 or I16, a row a token with an element a column.
 *
 * @param bits of the circuit's activations.
 * @throws CostError for a tensor that is no matrix' of the checkpoint; the function, for one of another type or size.
 *
 * @example
 * await saveFloats(`${folder}/other.safetensors`, [{ name: "strange", shape: [1, 2], data: Float32Array.of(1, 2) }]);
 * const [recorded, weights] = [openCheckpoint(`${folder}/other.safetensors`), openCheckpoint(`${folder}/model`)];
 * try {
 *   recordedIn(recorded, 8, weights);
 * } catch (error) {
 *   console.log(error.message.includes("strange is no matrix")); // true
 * }
 */
export function recordedIn(file: Checkpoint, bits: number, checkpoint: Checkpoint): Recorded {
  const known = new Set(matricesOf(checkpoint).map(({ name }) => name));
  const strange = file.tensors.find(({ name }) => !known.has(name));
  if (strange)
    throw new CostError(
      `${file.path}: ${strange.name} is no matrix of ${checkpoint.path}; activations are recorded by a matrix' name`,
    );
  const tensors = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  return (matrix, columns) => {
    const found = tensors.get(matrix.name);
    return found && vectorsOf(file, found, columns, bits);
  };
}

/** @throws CostError for another type or size. */
function vectorsOf(
  file: Checkpoint,
  { name, ...tensor }: TensorInfo,
  columns: number,
  bits: number,
): Int16Array[] {
  const dtype = `I${bits}`;
  const fail = (problem: string): never => {
    throw new CostError(`${file.path}: ${name} ${problem}`);
  };
  if (tensor.dtype !== dtype) fail(`is ${tensor.dtype}; the circuit's activations are ${dtype}`);
  if (tensor.shape.length !== 2 || tensor.shape[1] !== columns || tensor.elements === 0)
    fail(`has the shape ${tensor.shape.join("×")}; it must be tokens × ${columns}`);
  const vectors: Int16Array[] = [];
  for (const bytes of file.chunks({ name, ...tensor }, (columns * bits) / 8)) {
    const values = bits === 8 ? new Int8Array(bytes) : new Int16Array(bytes.slice().buffer);
    vectors.push(Int16Array.from(values));
    if (vectors.length === maxVectors) break;
  }
  return vectors;
}
