import { joined } from "../../bytes.ts";

/** Fields of a protobuf message, in order: bytes, texts and messages have a length before them, numbers are varints. */
export type Field = readonly [number: number, value: Uint8Array | string | number];

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 128);
  }
};

const [VARINT, LENGTH, FIXED32] = [0, 2, 5];

/** A message from its fields. @throws RangeError for a number that is not whole and at least 0. */
export function message(...fields: readonly Field[]): Uint8Array {
  return joined(
    fields.flatMap(([number, value]) => {
      if (typeof value === "number") {
        if (!Number.isSafeInteger(value) || value < 0)
          throw new RangeError(`field ${number} is ${value}; whole numbers from 0 are varints`);
        return [Uint8Array.from([...varint(8 * number + VARINT), ...varint(value)])];
      }
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      return [Uint8Array.from([...varint(8 * number + LENGTH), ...varint(bytes.length)]), bytes];
    }),
  );
}

/** A message with one float32 field after its other fields. */
export function withFloat(fields: Uint8Array, number: number, value: number): Uint8Array {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value, true);
  const tag = Uint8Array.from(varint(8 * number + FIXED32));
  return joined([fields, tag, new Uint8Array(bits.buffer)]);
}
