/** GGUF files, written from the format's description. */
export type Value =
  | { readonly type: "u32" | "i32" | "f32" | "u64"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "f32s" | "i32s"; readonly value: readonly number[] };

export interface Tensor {
  readonly name: string;
  /** The longest stride first. */
  readonly shape: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
}

const numbers = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, list: 9, u64: 10 };

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
};
const f32 = (value: number): Buffer => Buffer.from(Float32Array.of(value).buffer);
const i32 = (value: number): Buffer => Buffer.from(Int32Array.of(value).buffer);

function encoded(value: Value): Buffer {
  const list = (type: number, items: readonly Buffer[]): Buffer =>
    Buffer.concat([u32(numbers.list), u32(type), u64(items.length), ...items]);
  switch (value.type) {
    case "string":
      return Buffer.concat([u32(numbers.string), text(value.value)]);
    case "bool":
      return Buffer.concat([u32(numbers.bool), Buffer.of(value.value ? 1 : 0)]);
    case "u32":
      return Buffer.concat([u32(numbers.u32), u32(value.value)]);
    case "i32":
      return Buffer.concat([u32(numbers.i32), i32(value.value)]);
    case "u64":
      return Buffer.concat([u32(numbers.u64), u64(value.value)]);
    case "f32":
      return Buffer.concat([u32(numbers.f32), f32(value.value)]);
    case "strings":
      return list(numbers.string, value.value.map(text));
    case "f32s":
      return list(numbers.f32, value.value.map(f32));
    case "i32s":
      return list(numbers.i32, value.value.map(i32));
  }
}

const padded = (length: number): number => 32 * Math.ceil(length / 32);

export function gguf(
  values: Readonly<Record<string, Value>>,
  tensors: readonly Tensor[],
  version = 3,
): Buffer {
  const entries = Object.entries(values);
  let offset = 0;
  const infos = tensors.map(({ name, shape, type, bytes }) => {
    const sizes = shape.toReversed().map(u64);
    const info = [text(name), u32(shape.length), ...sizes, u32(type), u64(offset)];
    offset += padded(bytes.length);
    return Buffer.concat(info);
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    ...[u32(version), u64(tensors.length), u64(entries.length)],
    ...entries.flatMap(([key, value]) => [text(key), encoded(value)]),
    ...infos,
  ]);
  const data = tensors.map(({ bytes }) => {
    const whole = Buffer.alloc(padded(bytes.length));
    whole.set(bytes);
    return whole;
  });
  return Buffer.concat([head, Buffer.alloc(padded(head.length) - head.length), ...data]);
}
