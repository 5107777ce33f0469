import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dequantizeCheckpoint,
  inspectCheckpoint,
  openCheckpoint,
} from "../../src/checkpoint/index.ts";
import { packRows, unpackRows } from "../../src/checkpoint/packing.ts";
import { decode } from "../../src/format/index.ts";
import { safetensors, scratchFolder, values } from "./files.ts";

const root = scratchFolder();
let files = 0;

/** A file of two rows of three weights at 4 bits with row scales, byte by byte from the format's page. */
const good = {
  entry: { bias: 8, scale: "w.rf8_scale", bits: 4, palette: [0x3b, 0x43], columns: 3 },
  version: "2",
  // Row 0: +1, −2, 0; row 1: −0, −1, +2. Weight 0 in the low bits, the sign on top.
  weights: [0b1010_0001, 0b0000_0000, 0b1001_1000, 0b0000_0010],
  weightShape: [2, 2],
  scales: [3, 0.1],
  scaleDtype: "F32",
  scaleShape: [2],
  scaleName: "w.rf8_scale",
};

function file(changes: Partial<Record<keyof typeof good, unknown>> = {}): string {
  const { entry, version, weights, weightShape, scales, scaleDtype, scaleShape, scaleName } = {
    ...good,
    ...changes,
  } as typeof good;
  const scaleBytes = Buffer.from(Float32Array.from(scales).buffer);
  const header = {
    __metadata__: {
      format: "rf8",
      "rf8.version": version,
      "rf8.tensors": JSON.stringify({ w: entry }),
    },
    [scaleName]: { dtype: scaleDtype, shape: scaleShape, data_offsets: [0, scaleBytes.length] },
    w: {
      dtype: "U8",
      shape: weightShape,
      data_offsets: [scaleBytes.length, scaleBytes.length + weights.length],
    },
  };
  const path = join(root, `${files++}.safetensors`);
  writeFileSync(path, safetensors(header, Buffer.concat([scaleBytes, Buffer.from(weights)])));
  return path;
}

const refusal = (path: string): string => {
  try {
    values(path, "w");
  } catch (error) {
    return (error as Error).message;
  }
  return "read";
};

test("row scales and palettes are read, and the scale is no tensor of its own", () => {
  const path = file();
  const tenth = Math.fround(0.1);
  const [half, one] = [decode(0x3b, 8), decode(0x43, 8)];
  expect(values(path, "w")).toEqual([3 * half, -3 * one, 0, 0, -tenth * half, tenth * one]);
  const checkpoint = openCheckpoint(path);
  expect(checkpoint.tensors.map(({ name, shape }) => [name, shape])).toEqual([["w", [2, 3]]]);
  checkpoint.close();
});

test("dequantize rounds once and leaves no trace; inspect tells bits and scales", async () => {
  const [input, output] = [file(), join(root, "out.safetensors")];
  const rows = await dequantizeCheckpoint(input, output, { to: "f32" });
  expect(rows).toEqual([{ name: "w", saturated: 0, rounded: 0 }]);
  expect(values(output, "w")).toEqual(values(input, "w").map(Math.fround));
  expect(readFileSync(output, "latin1")).not.toContain("rf8");
  const [report] = await inspectCheckpoint(input);
  expect(report).toMatchObject({
    name: "w",
    dtype: "RF8",
    shape: [2, 3],
    bits: 4,
    bias: 8,
    row_scale: { min: Math.fround(0.1), max: 3 },
  });
});

test("a scale beyond the type's range is counted as saturated", async () => {
  const output = join(root, "half.safetensors");
  const path = file({ scales: [1e6, 1e-9] });
  expect(await dequantizeCheckpoint(path, output, { to: "f16" })).toEqual([
    { name: "w", saturated: 2, rounded: 2 },
  ]);
});

test.each([
  ["version 3", { version: "3" }, '"1" and "2" are known'],
  ["version 1 with a scale", { version: "1" }, 'only rf8.version "2"'],
  ["a scale that is no name", { entry: { ...good.entry, scale: 7 } }, "not the name of a tensor"],
  [
    "a scale that is missing",
    { entry: { ...good.entry, scale: "other" } },
    "is no tensor of the file",
  ],
  [
    "the weights as their scale",
    { entry: { ...good.entry, scale: "w" } },
    "F32 of shape [2] is needed",
  ],
  ["a scale of integers", { scaleDtype: "I32" }, "is I32 of shape [2]"],
  ["one scale too few", { scales: [1], scaleShape: [1] }, "F32 of shape [2] is needed"],
  ["a scale of two axes", { scaleShape: [2, 1] }, "F32 of shape [2] is needed"],
  ["a scale of zero", { scales: [1, 0] }, "is 0 at row 1"],
  ["a negative scale", { scales: [-1, 1] }, "is -1 at row 0"],
  ["an infinite scale", { scales: [1, Number.POSITIVE_INFINITY] }, "is Infinity at row 1"],
  ["a scale that is NaN", { scales: [Number.NaN, 1] }, "is NaN at row 0"],
  ["eight bits", { entry: { ...good.entry, bits: 8 } }, "from 4 to 7"],
  ["bits alone", { entry: { bias: 8, bits: 4 } }, "columns is not"],
  ["no palette", { entry: { bias: 8, bits: 4, columns: 3 } }, "1 to 7 positive canonical codes"],
  ["columns that do not fit", { entry: { ...good.entry, columns: 5 } }, "take 3 bytes a row"],
  ["columns beyond 2^53", { entry: { ...good.entry, columns: 2 ** 60 } }, "columns is not"],
  [
    "an empty palette",
    { entry: { ...good.entry, palette: [] } },
    "1 to 7 positive canonical codes",
  ],
  ["a palette out of order", { entry: { ...good.entry, palette: [0x43, 0x3b] } }, "ascending"],
  ["a palette with a code twice", { entry: { ...good.entry, palette: [0x43, 0x43] } }, "ascending"],
  ["a palette with zero", { entry: { ...good.entry, palette: [0, 0x43] } }, "ascending"],
  ["a palette with NaN", { entry: { ...good.entry, palette: [0x43, 0x80] } }, "ascending"],
  ["a code that is not canonical", { entry: { ...good.entry, palette: [0x48] } }, "canonical"],
  ["a palette too long", { entry: { ...good.entry, palette: [1, 2, 3, 4, 5, 6, 7, 9] } }, "1 to 7"],
  ["an index beyond the palette", { weights: [0x03, 0, 0, 0] }, "row 0: weight 0 is index 3"],
  ["padding that is not 0", { weights: [0, 0, 0, 0x10] }, "row 1: its padding bits are not 0"],
  ["weights of three axes", { weightShape: [2, 1, 2] }, "take 2 bytes a row"],
])("%s is refused", (_, changes, problem) => {
  expect(refusal(file(changes))).toContain(problem);
});

test("packing and unpacking are inverse for every number of bits and columns", () => {
  const palette = [3, 0x21, 0x3b, 0x43, 0x44, 0x51, 0x7f];
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 7 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 14 })),
      (bits, columns, rows, symbols) => {
        const packing = { bits, palette, columns };
        const draws = [...symbols.take(rows * columns)];
        const codes = Uint8Array.from(draws, (symbol) => {
          const code = [0, ...palette][symbol >> 1] as number;
          return code > 0 && symbol % 2 === 1 ? code | 0x80 : code;
        });
        const bytes = packRows(codes, packing);
        expect(bytes.length).toBe(rows * Math.ceil((columns * bits) / 8));
        // The witness reads the row's bit string as one big integer.
        const row = bytes.subarray(0, bytes.length / rows).toReversed();
        const text = BigInt(`0x${Buffer.from(row).toString("hex")}`);
        const first = Number((text >> BigInt((columns - 1) * bits)) & BigInt(2 ** bits - 1));
        expect(first % 2 ** (bits - 1)).toBe((draws[columns - 1] as number) >> 1);
        const out = new Uint8Array(codes.length);
        expect(unpackRows(bytes, packing, out)).toBeUndefined();
        expect(out).toEqual(codes);
      },
    ),
  );
});

test("a code outside the palette, NaN among them, has no index", () => {
  const packing = { bits: 4, palette: [0x43], columns: 2 };
  expect(() => packRows(Uint8Array.of(0x43, 0x44), packing)).toThrow("index 1: code 0x44");
  expect(() => packRows(Uint8Array.of(0x80, 0x43), packing)).toThrow("index 0: code 0x80");
});
