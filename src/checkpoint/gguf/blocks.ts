import { float16ToNumber } from "../../format/index.ts";
import type { Computed } from "../tensor.ts";

/** A type of GGUF: blocks of so many elements in so many bytes. */
export interface BlockType {
  readonly name: string;
  readonly elements: number;
  readonly bytes: number;
  /** Fills `out` with the values of the block at `at`; absent where it is a type of safetensors. */
  decode?(bytes: DataView, at: number, out: Float32Array, to: number): void;
}

const half = (bytes: DataView, at: number): number => float16ToNumber(bytes.getUint16(at, true));

/** 32 weights of four bits, or five with the high ones apart: low nibbles are the first half. */
const nibbles =
  (
    start: number,
    high: number | undefined,
    value: (q: number, b: DataView, at: number) => number,
  ) =>
  (bytes: DataView, at: number, out: Float32Array, to: number): void => {
    const top = high === undefined ? 0 : bytes.getUint32(at + high, true);
    for (let i = 0; i < 16; i++) {
      const packed = bytes.getUint8(at + start + i);
      const low = (packed & 15) | (((top >>> i) & 1) << 4);
      const upper = (packed >> 4) | (((top >>> (i + 16)) & 1) << 4);
      out[to + i] = value(low, bytes, at);
      out[to + i + 16] = value(upper, bytes, at);
    }
  };

/** By the numbers of ggml's types. */
export const blockTypes: ReadonlyMap<number, BlockType> = new Map<number, BlockType>([
  [0, { name: "F32", elements: 1, bytes: 4 }],
  [1, { name: "F16", elements: 1, bytes: 2 }],
  [
    2,
    {
      name: "Q4_0",
      elements: 32,
      bytes: 18,
      decode: nibbles(2, undefined, (q, b, at) => half(b, at) * (q - 8)),
    },
  ],
  [
    3,
    {
      name: "Q4_1",
      elements: 32,
      bytes: 20,
      decode: nibbles(4, undefined, (q, b, at) => half(b, at) * q + half(b, at + 2)),
    },
  ],
  [
    6,
    {
      name: "Q5_0",
      elements: 32,
      bytes: 22,
      decode: nibbles(6, 2, (q, b, at) => half(b, at) * (q - 16)),
    },
  ],
  [
    7,
    {
      name: "Q5_1",
      elements: 32,
      bytes: 24,
      decode: nibbles(8, 4, (q, b, at) => half(b, at) * q + half(b, at + 2)),
    },
  ],
  [
    8,
    {
      name: "Q8_0",
      elements: 32,
      bytes: 34,
      decode(bytes, at, out, to) {
        const scale = half(bytes, at);
        for (let i = 0; i < 32; i++) out[to + i] = scale * bytes.getInt8(at + 2 + i);
      },
    },
  ],
  [24, { name: "I8", elements: 1, bytes: 1 }],
  [25, { name: "I16", elements: 1, bytes: 2 }],
  [26, { name: "I32", elements: 1, bytes: 4 }],
  [27, { name: "I64", elements: 1, bytes: 8 }],
  [28, { name: "F64", elements: 1, bytes: 8 }],
  [30, { name: "BF16", elements: 1, bytes: 2 }],
]);

/** Types that are named, not read. */
export const otherTypes: ReadonlyMap<number, string> = new Map([
  ...["Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K"].map((name, i) => [10 + i, name] as const),
  ...["IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS"].map(
    (name, i) => [16 + i, name] as const,
  ),
  ...([
    [29, "IQ1_M"],
    [34, "TQ1_0"],
    [35, "TQ2_0"],
    [39, "MXFP4"],
  ] as const),
]);

/** The values of blocks from `position` of a file on. */
export const blocks = (
  file: string,
  position: number,
  { name, elements, bytes, decode }: BlockType,
): Computed => ({
  stored: name,
  unit: elements,
  read(first, out, read) {
    const packed = new Uint8Array((out.length / elements) * bytes);
    read(file, position + (first / elements) * bytes, packed);
    const view = new DataView(packed.buffer);
    for (let block = 0; block * elements < out.length; block++)
      decode?.(view, block * bytes, out, block * elements);
  },
});
