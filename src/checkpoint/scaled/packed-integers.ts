import { CheckpointError } from "../error.ts";
import type { Computed, ReadAt, TensorInfo } from "../tensor.ts";
import { readScales } from "./element.ts";

/** The tensors of a weight of integers packed in int32, and how they are to be read. */
export interface PackedWeight {
  readonly method: "gptq" | "awq";
  readonly qweight: TensorInfo;
  readonly qzeros: TensorInfo;
  readonly scales: TensorInfo;
  /** The group of every input, where they are not in order. */
  readonly groups?: TensorInfo;
  readonly bits: number;
  /** Inputs that share a scale. */
  readonly groupSize: number;
  /** What is added to a stored zero point. */
  readonly zeroOffset: number;
}

/** Where AWQ keeps column c of eight: the place among the nibbles of an int32. */
const awqPlace = [0, 4, 1, 5, 2, 6, 3, 7];

/** Shape of the weight as [outputs, inputs]. */
export const packedShape = ({ method, qweight, bits }: PackedWeight): [number, number] => {
  const [rows = 0, columns = 0] = qweight.shape;
  const each = 32 / bits;
  return method === "gptq" ? [columns, rows * each] : [columns * each, rows];
};

/** What does not hold together in the shapes of a packed weight; undefined where all does. */
export function packedFault(weight: PackedWeight): string | undefined {
  const { method, qweight, qzeros, scales, groups, bits, groupSize } = weight;
  const known = method === "gptq" ? [2, 4, 8] : [4];
  if (!known.includes(bits)) return `${bits} bits; ${known.join(", ")} are known`;
  const all = [qweight, qzeros, ...(groups ? [groups] : [])];
  if (!all.every(({ dtype }) => dtype === "I32")) return "integers that are not I32";
  if (scales.dtype !== "F16" && scales.dtype !== "BF16" && scales.dtype !== "F32")
    return `scales of ${scales.dtype}`;
  const [outputs, inputs] = packedShape(weight);
  const parts = Math.ceil(inputs / groupSize);
  const expected: [TensorInfo, readonly number[]][] = [
    [scales, [parts, outputs]],
    [qzeros, [parts, (outputs * bits) / 32]],
    ...(groups ? [[groups, [inputs]] as [TensorInfo, number[]]] : []),
  ];
  const wrong = expected.find(([tensor, shape]) => tensor.shape.join() !== shape.join());
  if (qweight.shape.length !== 2) return `a qweight of shape [${qweight.shape.join(", ")}]`;
  return (
    wrong &&
    `${wrong[0].name} of shape [${wrong[0].shape.join(", ")}] where [${wrong[1].join(", ")}] follows from qweight`
  );
}

/** w[output][input] = scale · (q − zero), of GPTQ's or AWQ's tensors, which have inputs first. */
export function packedIntegers(weight: PackedWeight): Computed {
  const [, inputs] = packedShape(weight);
  return {
    stored: `${weight.method === "gptq" ? "GPTQ" : "AWQ"} int${weight.bits}`,
    unit: inputs,
    read: (first, out, read) => readRows(weight, first / inputs, out, read),
  };
}

function readRows(weight: PackedWeight, from: number, out: Float32Array, read: ReadAt): void {
  const { method, qweight, qzeros, scales, bits, groupSize, zeroOffset } = weight;
  const [outputs, inputs] = packedShape(weight);
  const count = out.length / inputs;
  const [each, mask] = [32 / bits, 2 ** bits - 1];
  const parts = Math.ceil(inputs / groupSize);
  // Columns of int32 that hold these outputs, where outputs are packed.
  const [begin, end] = [Math.floor(from / each), Math.ceil((from + count) / each)];
  const place = (output: number): number =>
    bits * (method === "awq" ? (awqPlace[output % each] as number) : output % each);
  const factors = new Float32Array(parts * count);
  const zeros = new Float32Array(parts * count);
  for (let part = 0; part < parts; part++) {
    factors.set(readScales(scales, part * outputs + from, count, read), part * count);
    const row = readInts(qzeros, (part * outputs) / each + begin, end - begin, read);
    for (let o = 0; o < count; o++) {
      const packed = row[Math.floor((from + o) / each) - begin] as number;
      zeros[part * count + o] = ((packed >>> place(from + o)) & mask) + zeroOffset;
    }
  }
  const group = groupOf(weight, inputs, parts, read);
  let row = new Int32Array(0);
  for (let input = 0; input < inputs; input++) {
    if (method === "awq")
      row = readInts(qweight, (input * outputs) / each + begin, end - begin, read);
    else if (input % each === 0)
      row = readInts(qweight, (input / each) * outputs + from, count, read);
    const shift = bits * (input % each);
    const base = group(input) * count;
    for (let o = 0; o < count; o++) {
      const q =
        method === "gptq"
          ? ((row[o] as number) >>> shift) & mask
          : ((row[Math.floor((from + o) / each) - begin] as number) >>> place(from + o)) & mask;
      out[o * inputs + input] = (factors[base + o] as number) * (q - (zeros[base + o] as number));
    }
  }
}

function readInts(
  { file, position }: TensorInfo,
  first: number,
  count: number,
  read: ReadAt,
): Int32Array<ArrayBuffer> {
  const values = new Int32Array(count);
  read(file, position + 4 * first, new Uint8Array(values.buffer));
  return values;
}

function groupOf(
  { groups, groupSize }: PackedWeight,
  inputs: number,
  parts: number,
  read: ReadAt,
): (input: number) => number {
  if (!groups) return (input) => Math.floor(input / groupSize);
  const indexes = readInts(groups, 0, inputs, read);
  const bad = indexes.findIndex((index) => index < 0 || index >= parts);
  if (bad >= 0)
    throw new CheckpointError(
      groups.file,
      `tensor ${JSON.stringify(groups.name)}: index ${bad} is group ${indexes[bad]}; there are ${parts}`,
    );
  return (input) => indexes[input] as number;
}
