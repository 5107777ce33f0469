import type { Computed, TensorInfo } from "../tensor.ts";
import { byteValues, isScale, readScales } from "./element.ts";

/** Rows and columns of weights that share a scale. */
type Block = readonly [rows: number, columns: number];

/**
 * One-byte weights (FP8, INT8) of which blocks share a scale: w = code · scale.
 *
 * @param block as the configuration says; absent where it says nothing
 * @returns what is wrong where the shapes fit no known scheme
 */
export function scaledBytes(
  weight: TensorInfo,
  scale: TensorInfo,
  block: Block | undefined,
): Computed | string {
  const values = byteValues.get(weight.dtype);
  const [rows = 0, columns = 0, ...more] = weight.shape;
  if (!values || !isScale(scale)) return `${weight.dtype} with scales of ${scale.dtype}`;
  if (more.length > 0 || weight.shape.length < 2)
    return `a weight of shape [${weight.shape.join(", ")}]`;
  const size = blockOf(scale, rows, columns, block ?? [128, 128]);
  if (!size)
    return `scales of shape [${scale.shape.join(", ")}] for a weight of [${rows}, ${columns}]`;
  const across = Math.ceil(columns / size[1]);
  return {
    stored: `${weight.dtype} with scales`,
    unit: Math.max(1, columns),
    read(first, out, read) {
      const codes = new Uint8Array(out.length);
      read(weight.file, weight.position + first, codes);
      const row = first / columns;
      const from = Math.floor(row / size[0]);
      const to = Math.floor((row + out.length / columns - 1) / size[0]);
      const scales = readScales(scale, from * across, (to - from + 1) * across, read);
      for (let i = 0; i < out.length; i++) {
        const line = Math.floor(i / columns);
        const down = Math.floor((row + line) / size[0]) - from;
        const place = down * across + Math.floor((i - line * columns) / size[1]);
        out[i] = (values[codes[i] as number] as number) * (scales[place] as number);
      }
    },
  };
}

function blockOf(
  { shape, elements }: TensorInfo,
  rows: number,
  columns: number,
  block: Block,
): Block | undefined {
  if (elements === 1) return [Math.max(1, rows), Math.max(1, columns)];
  const [down = 0, across = 1, ...more] = shape;
  if (more.length > 0) return undefined;
  if (down === rows && across === 1) return [1, Math.max(1, columns)];
  const fits = down === Math.ceil(rows / block[0]) && across === Math.ceil(columns / block[1]);
  return fits && shape.length === 2 ? block : undefined;
}
