import { CheckpointError } from "./error.ts";
import type { ReadAt, RowScales, TensorInfo } from "./tensor.ts";

/**
 * The tensors of a file with the row scales of its RF8 tensors read; the tensors that store them are left out.
 *
 * @throws CheckpointError for a scale that is missing, is no F32 vector with a number a row, or has a number that is not
 *   positive and finite.
 */
export function withRowScales(tensors: readonly TensorInfo[], read: ReadAt): readonly TensorInfo[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const stored = new Set<string>();
  const scaled = tensors.map((tensor) => {
    const { rf8 } = tensor;
    if (!rf8?.scale) return tensor;
    const scale = readScale(tensor, rf8.scale, byName, read);
    stored.add(scale.name);
    return { ...tensor, rf8: { ...rf8, scale } };
  });
  return stored.size === 0 ? tensors : scaled.filter(({ name }) => !stored.has(name));
}

function readScale(
  { name, file, shape }: TensorInfo,
  { name: scaleName }: RowScales,
  byName: ReadonlyMap<string, TensorInfo>,
  read: ReadAt,
): RowScales {
  const fail = (problem: string): never => {
    throw new CheckpointError(
      file,
      `RF8 tensor ${JSON.stringify(name)}: its scale ${JSON.stringify(scaleName)} ${problem}`,
    );
  };
  const stored = byName.get(scaleName);
  if (!stored) return fail("is no tensor of the file");
  const [rows] = shape;
  if (rows === undefined || stored.dtype !== "F32" || stored.shape.join() !== String(rows))
    return fail(
      `is ${stored.dtype} of shape [${stored.shape.join(", ")}]; F32 of shape [${rows ?? ""}] is needed`,
    );
  const bytes = new Uint8Array(stored.byteLength);
  read(stored.file, stored.position, bytes);
  const values = new Float32Array(bytes.buffer);
  const bad = values.findIndex((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
  if (bad >= 0) fail(`is ${values[bad]} at row ${bad}; a scale is positive and finite`);
  return { name: scaleName, values };
}
