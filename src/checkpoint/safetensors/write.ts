import { bytesOf, dtypeBits, elementsOf } from "../tensor.ts";

/** A tensor to be written. */
export interface TensorPlan {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

export const planBytes = ({ dtype, shape }: TensorPlan): number =>
  bytesOf(dtype, elementsOf(shape) ?? 0) ?? 0;

/**
 * The bytes before the data: length and header, padded with spaces to a multiple of 8 so that the data is
 * aligned. The tensors' data follows in the order given, which puts larger elements first.
 */
export function encodeHeader(
  tensors: readonly TensorPlan[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let offset = 0;
  const entries = tensors.map((tensor) => {
    const { name, dtype, shape } = tensor;
    const begin = offset;
    offset += planBytes(tensor);
    return [name, { dtype, shape, data_offsets: [begin, offset] }] as const;
  });
  const head = Object.keys(metadata).length > 0 ? [["__metadata__", metadata] as const] : [];
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...head, ...entries])));
  const length = 8 * Math.ceil(text.length / 8);
  const bytes = new Uint8Array(8 + length).fill(" ".charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}

/** The order that keeps every tensor aligned to its element size: larger elements first, then as given. */
export const aligned = <T extends TensorPlan>(tensors: readonly T[]): T[] =>
  [...tensors].sort((a, b) => (dtypeBits.get(b.dtype) ?? 0) - (dtypeBits.get(a.dtype) ?? 0));
