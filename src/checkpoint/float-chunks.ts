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
      const out = new Float64Array(bytes.length);
      yield { dtype: "F64", data: decodeArray(bytes, bias, { out, firstIndex }) };
      firstIndex += bytes.length;
    } else if (isFloat(dtype)) {
      yield asFloats(dtype, bytes);
    }
  }
}
