import { bfloat16ToNumber, float16ToNumber } from "../format/index.ts";
import { type Computed, isFloat, type ReadAt, rowLength, type TensorInfo } from "./tensor.ts";

/**
 * A floating-point tensor with its rows in another order, as float32: row r is row `order[r]` of the tensor.
 *
 * @throws RangeError for a tensor of another type.
 */
export function reordered(tensor: TensorInfo, order: Int32Array): TensorInfo {
  const row = rowLength(tensor.shape);
  const source = tensor.computed ?? plain(tensor);
  const computed: Computed = {
    stored: source.stored,
    unit: Math.max(1, row),
    read(first, out, read) {
      for (let done = 0; done < out.length; done += row) {
        const start = (order[(first + done) / row] as number) * row;
        const begin = source.unit * Math.floor(start / source.unit);
        const end = source.unit * Math.ceil((start + row) / source.unit);
        const values = new Float32Array(end - begin);
        source.read(begin, values, read);
        out.set(values.subarray(start - begin, start - begin + row), done);
      }
    },
  };
  return { ...tensor, dtype: "F32", byteLength: 4 * tensor.elements, computed };
}

/** The elements of a tensor that stores floats. */
function plain({ name, dtype, file, position }: TensorInfo): Computed {
  if (!isFloat(dtype)) throw new RangeError(`${name} is ${dtype}, no floats`);
  const size = { F64: 8, F32: 4, F16: 2, BF16: 2 }[dtype];
  const read = (first: number, out: Float32Array, readAt: ReadAt): void => {
    const bytes = new Uint8Array(size * out.length);
    readAt(file, position + size * first, bytes);
    if (dtype === "F64") out.set(new Float64Array(bytes.buffer));
    else if (dtype === "F32") out.set(new Float32Array(bytes.buffer));
    else {
      const toNumber = dtype === "F16" ? float16ToNumber : bfloat16ToNumber;
      out.set(Float32Array.from(new Uint16Array(bytes.buffer), toNumber));
    }
  };
  return { stored: dtype, unit: 1, read };
}
