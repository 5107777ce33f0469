import { decodeArray, type FloatBlock } from "../format/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { isFloat, rowLength, type TensorInfo } from "./tensor.ts";

/** Bytes as the elements of a floating-point type. The bytes start a buffer, so they are aligned. */
function asFloats(dtype: FloatBlock["dtype"], bytes: Uint8Array<ArrayBuffer>): FloatBlock {
  const { buffer, byteLength } = bytes;
  switch (dtype) {
    case "F64":
      return { dtype, data: new Float64Array(buffer, 0, byteLength / 8) };
    case "F32":
      return { dtype, data: new Float32Array(buffer, 0, byteLength / 4) };
    default:
      return { dtype, data: new Uint16Array(buffer, 0, byteLength / 2) };
  }
}

/** Each value times the factor of its row: exact in float64, 5 bits times 24. @param first the index of the first */
export function scaleRows(
  values: Float32Array | Float64Array,
  scales: Float32Array,
  row: number,
  first = 0,
): void {
  for (let i = 0; i < values.length; i++)
    values[i] = (values[i] as number) * (scales[Math.floor((first + i) / row)] as number);
}

/** The values of a floating-point or RF8 tensor, a chunk at a time; RF8 is decoded to float64, which holds it exactly. */
export function* floatChunks(checkpoint: Checkpoint, tensor: TensorInfo): Generator<FloatBlock> {
  const { dtype, rf8, shape } = tensor;
  let firstIndex = 0;
  for (const bytes of checkpoint.chunks(tensor)) {
    if (rf8) {
      const bias =
        typeof rf8.bias === "number"
          ? rf8.bias
          : { biases: rf8.bias, rowLength: Math.max(1, rowLength(shape)) };
      const data = decodeArray(bytes, bias, { out: new Float64Array(bytes.length), firstIndex });
      if (rf8.scale) scaleRows(data, rf8.scale.values, Math.max(1, rowLength(shape)), firstIndex);
      yield { dtype: "F64", data };
      firstIndex += bytes.length;
    } else if (isFloat(dtype)) {
      yield asFloats(dtype, bytes);
    }
  }
}
