import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  dequantizeCheckpoint,
  floatTable,
  quantizeCheckpoint,
} from "../../src/checkpoint/index.ts";
import { bfloat16ToNumber, decode, float16ToNumber } from "../../src/format/index.ts";
import { defaults, safetensors, scratchFolder, values, writeFloats } from "./files.ts";

const folder = scratchFolder();
const path = (name: string): string => join(folder, name);

const readers = {
  bf16: bfloat16ToNumber,
  f16: float16ToNumber,
  f32: (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!,
} as const;
/** The largest number and the step between the smallest ones. */
const ranges = {
  bf16: [2 ** 128 - 2 ** 120, 2 ** -133],
  f16: [65504, 2 ** -24],
  f32: [2 ** 128 - 2 ** 104, 2 ** -149],
} as const;

const codes = Array.from({ length: 256 }, (_, code) => code);

test.each(["bf16", "f16", "f32"] as const)("every code of every bias as %s", (to) => {
  const [largest, step] = ranges[to];
  for (let bias = -128; bias <= 127; bias++) {
    const { bits, inexact } = floatTable(bias, to);
    for (const code of codes) {
      const [value, found] = [decode(code, bias), readers[to](bits[code]!)];
      const where = `code ${code}, bias ${bias}`;
      if (Number.isNaN(value)) expect(found, where).toBeNaN();
      else if (inexact[code] === 0) expect(found, where).toBe(value);
      else if (inexact[code] === 1) {
        expect(Math.abs(value), where).toBeGreaterThan(largest);
        expect(found, where).toBe(Math.sign(value) * largest);
      } else {
        // Only below the normal numbers are steps too coarse; the nearest of them is at most half away.
        expect(Math.abs(value), where).toBeLessThan(step * 2 ** 11);
        expect(Math.abs(found - value), where).toBeLessThanOrEqual(step / 2);
      }
    }
  }
});

test.each([
  ["bf16", -112, 127],
  ["f32", -112, 127],
  ["f16", 0, 20],
] as const)("every code is exact as %s for biases %d to %d, and not beyond", (to, least, most) => {
  const inexact = (bias: number): boolean => floatTable(bias, to).inexact.some((kind) => kind > 0);
  for (let bias = -128; bias <= 127; bias++)
    expect(inexact(bias), `bias ${bias}`).toBe(bias < least || bias > most);
});

test("a folder becomes one of another type: config, index and metadata say so", async () => {
  const [model, rf8, back] = [path("model"), path("rf8"), path("back")];
  mkdirSync(model);
  writeFloats(
    join(model, "model.safetensors"),
    { w: { shape: [1, 4], data: Float32Array.of(1, -1.5, 0.25, 0) } },
    { format: "pt", mergekit_version: "0.0.4" },
  );
  writeFileSync(join(model, "config.json"), '{"model_type":"llama","torch_dtype":"float16"}');
  await quantizeCheckpoint(model, rf8, defaults);
  expect(await dequantizeCheckpoint(rf8, back, { to: "bf16" })).toEqual([
    { name: "w", saturated: 0, rounded: 0 },
  ]);
  const file = readFileSync(join(back, "model.safetensors"));
  const header = JSON.parse(file.toString("utf8", 8, 8 + Number(file.readBigUInt64LE())));
  expect(header.w.dtype).toBe("BF16");
  expect(header.__metadata__).toEqual({ format: "pt", mergekit_version: "0.0.4" });
  expect(readHalves(join(back, "model.safetensors"), "w")).toEqual([1, -1.5, 0.25, 0]);
  expect(JSON.parse(readFileSync(join(back, "config.json"), "utf8"))).toEqual({
    model_type: "llama",
    torch_dtype: "bfloat16",
  });
});

const readHalves = (file: string, name: string): number[] =>
  values(file, name).map((bits) => bfloat16ToNumber(bits));

test("metadata without a format becomes that of PyTorch, which loaders ask for", async () => {
  const [input, output] = [path("old.safetensors"), path("old-f32.safetensors")];
  const declared = JSON.stringify({ w: { bias: 8 } });
  const metadata = { format: "rf8", "rf8.version": "1", "rf8.tensors": declared, by: "me" };
  const w = { dtype: "U8", shape: [1, 2], data_offsets: [0, 2] };
  writeFileSync(input, safetensors({ __metadata__: metadata, w }, Uint8Array.of(0x43, 0x47)));
  await dequantizeCheckpoint(input, output);
  const file = readFileSync(output);
  const header = JSON.parse(file.toString("utf8", 8, 8 + Number(file.readBigUInt64LE())));
  expect(header.__metadata__).toEqual({ by: "me", format: "pt" });
  expect(values(output, "w")).toEqual([1, 1.5]);
});

test("a mask of the least BF16 number is quantized, and comes back", async () => {
  const [input, rf8, back] = [
    path("mask.safetensors"),
    path("m.safetensors"),
    path("b.safetensors"),
  ];
  const mask = { dtype: "BF16", shape: [2, 2], data_offsets: [0, 8] };
  writeFileSync(
    input,
    safetensors({ mask }, new Uint8Array(Uint16Array.of(0xff7f, 0, 0xff7f, 0).buffer)),
  );
  await quantizeCheckpoint(input, rf8, defaults);
  const most = 2 ** 128 - 2 ** 104;
  expect(await dequantizeCheckpoint(rf8, back)).toEqual([
    { name: "mask", saturated: 2, rounded: 0 },
  ]);
  expect(values(back, "mask")).toEqual([-most, 0, -most, 0]);
});
