import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dequantizeCheckpoint,
  openCheckpoint,
  type QuantizeOptions,
  quantizeCheckpoint,
} from "../../src/checkpoint/index.ts";
import { decode, encode } from "../../src/format/index.ts";
import { defaults, safetensors, scratchFolder, values, writeFloats } from "./files.ts";

const folder = scratchFolder();
const path = (name: string): string => join(folder, name);

/** Checks a file against the format's definition, without the library. */
function assertValid(
  file: string,
): Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> {
  const bytes = readFileSync(file);
  const length = Number(bytes.readBigUInt64LE());
  expect(length % 8).toBe(0);
  const { __metadata__: _metadata, ...entries } = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  const sizes: Record<string, number> = { U8: 1, F16: 2, BF16: 2, F32: 4, I32: 4, F64: 8 };
  let end = 0;
  for (const { dtype, shape, data_offsets } of Object.values<{
    dtype: string;
    shape: number[];
    data_offsets: number[];
  }>(entries)) {
    expect(data_offsets[0]).toBe(end);
    expect(data_offsets[0]! % sizes[dtype]!).toBe(0);
    end = data_offsets[1]!;
    expect(end - data_offsets[0]!).toBe(shape.reduce((a, b) => a * b, 1) * sizes[dtype]!);
  }
  expect(8 + length + end).toBe(bytes.length);
  return entries;
}

test("dequantize(quantize(x)) is decode∘encode, for every rounding, granularity and bias", async () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(finite, { minLength: 12, maxLength: 12 }),
      fc.constantFrom("nearest" as const, "paper" as const),
      fc.constantFrom("tensor" as const, "channel" as const),
      fc.constantFrom<QuantizeOptions["bias"]>("max", "mse", 8, -128, 100),
      async (weights, rounding, granularity, bias) => {
        const [input, rf8, back] = [
          path("in.safetensors"),
          path("rf8.safetensors"),
          path("back.safetensors"),
        ];
        const matrix = Float32Array.from(weights);
        writeFloats(input, {
          m: { shape: [3, 4], data: matrix },
          norm: { shape: [2], data: Float32Array.of(1, 2) },
        });
        const { tensors, kept } = await quantizeCheckpoint(input, rf8, {
          ...defaults,
          rounding,
          granularity,
          bias,
        });
        expect(kept).toEqual(["norm"]);
        const chosen = tensors[0]!.bias;
        expect(Array.isArray(chosen)).toBe(granularity === "channel");
        const biasAt = (i: number): number =>
          typeof chosen === "number" ? chosen : chosen[Math.floor(i / 4)]!;
        const expected = [...matrix].map((w, i) =>
          decode(encode(w, biasAt(i), rounding), biasAt(i)),
        );
        assertValid(rf8);
        expect(values(rf8, "m")).toEqual(expected);
        const [row] = await dequantizeCheckpoint(rf8, back);
        const entries = assertValid(back);
        expect([entries.m!.dtype, entries.norm!.dtype]).toEqual(["F32", "F32"]);
        const [most, beyond] = [2 ** 128 - 2 ** 104, (v: number) => Math.abs(v) >= 2 ** 128];
        expect(values(back, "m")).toEqual(
          expected.map((v) => (beyond(v) ? Math.sign(v) * most : v)),
        );
        expect(row).toEqual({ name: "m", saturated: expected.filter(beyond).length, rounded: 0 });
        expect(values(rf8, "norm")).toEqual([1, 2]);
      },
    ),
    { numRuns: 200 },
  );
});

test("every floating-point type is read, and other types are kept to the byte", async () => {
  const input = path("types.safetensors");
  const data = Buffer.concat([
    Buffer.from(Float64Array.of(1, -1.5).buffer),
    Buffer.from(Uint16Array.of(0x3c00, 0xc200, 0x3f80, 0xbfc0).buffer),
    Buffer.from(Int32Array.of(7, -9).buffer),
  ]);
  writeFileSync(
    input,
    safetensors(
      {
        d: { dtype: "F64", shape: [1, 2], data_offsets: [0, 16] },
        h: { dtype: "F16", shape: [2, 1], data_offsets: [16, 20] },
        b: { dtype: "BF16", shape: [1, 2], data_offsets: [20, 24] },
        i: { dtype: "I32", shape: [1, 2], data_offsets: [24, 32] },
      },
      data,
    ),
  );
  const output = path("types-rf8.safetensors");
  const { tensors, kept } = await quantizeCheckpoint(input, output, defaults);
  expect(kept).toEqual(["i"]);
  expect(tensors.map((row) => [row.name, row.dtype, row.sqnr_db]).sort()).toEqual([
    ["b", "BF16", null],
    ["d", "F64", null],
    ["h", "F16", null],
  ]);
  assertValid(output);
  expect([values(output, "d"), values(output, "h"), values(output, "b")]).toEqual([
    [1, -1.5],
    [1, -3],
    [1, -1.5],
  ]);
  const checkpoint = openCheckpoint(output);
  const integers = checkpoint.tensors.find((tensor) => tensor.name === "i")!;
  const [kept32] = [...checkpoint.chunks(integers)];
  checkpoint.close();
  expect([...new Int32Array(kept32!.buffer)]).toEqual([7, -9]);
});

test("the JSON row counts what happened", async () => {
  const input = path("counts.safetensors");
  writeFloats(input, {
    m: { shape: [2, 3], data: Float32Array.of(0, 1, 1000, 2 ** -40, -(2 ** -41), 0) },
  });
  const { tensors } = await quantizeCheckpoint(input, path("counts-rf8.safetensors"), {
    ...defaults,
    bias: 8,
  });
  expect(tensors).toEqual([
    expect.objectContaining({
      name: "m",
      shape: [2, 3],
      bias: 8,
      rounding: "nearest",
      saturated: 1,
      flushed_to_zero: 2,
    }),
  ]);
  // Four zeros and two other codes: 2/3·log2(3/2) + 2·1/6·log2(6).
  expect(tensors[0]!.entropy_bits).toBeCloseTo(
    (2 / 3) * Math.log2(1.5) + (1 / 3) * Math.log2(6),
    12,
  );
});

test("stochastic rounding does not depend on chunks, and repeats with its seed", async () => {
  const input = path("long.safetensors");
  // Longer than a chunk of 4 MiB.
  const data = Float32Array.from({ length: 1_200_000 }, (_, i) => Math.sin(i) * 1.01);
  writeFloats(input, { m: { shape: [1200, 1000], data } });
  const options: QuantizeOptions = { ...defaults, rounding: "stochastic", bias: 14, seed: 9 };
  const outputs = [path("s1.safetensors"), path("s2.safetensors"), path("s3.safetensors")];
  await quantizeCheckpoint(input, outputs[0]!, options);
  await quantizeCheckpoint(input, outputs[1]!, options);
  await quantizeCheckpoint(input, outputs[2]!, { ...options, seed: 10 });
  const [first, second, third] = outputs.map((file) => readFileSync(file));
  expect(first!.equals(second!)).toBe(true);
  expect(first!.equals(third!)).toBe(false);
});

describe("bad input names the tensor and index, and leaves nothing behind", () => {
  const nan = Float32Array.of(1, 2, Number.NaN, 4);

  test("NaN is an error, or 0x80 on request; infinity is an error either way", async () => {
    const [input, output] = [path("nan.safetensors"), path("nan-rf8.safetensors")];
    writeFloats(input, { w: { shape: [2, 2], data: nan } });
    await expect(quantizeCheckpoint(input, output, defaults)).rejects.toThrow(
      /tensor "w", index 2 is NaN/,
    );
    expect(existsSync(output)).toBe(false);
    await quantizeCheckpoint(input, output, { ...defaults, nan: "encode" });
    expect(values(output, "w")[2]).toBeNaN();
    writeFloats(input, {
      w: { shape: [2, 2], data: Float32Array.of(1, Number.NEGATIVE_INFINITY, 0, 0) },
    });
    await expect(quantizeCheckpoint(input, output, { ...defaults, nan: "encode" })).rejects.toThrow(
      /index 1 is -Infinity/,
    );
  });

  test("the output may not be the input, also through a link, nor a folder, nor in no folder", async () => {
    const input = path("same.safetensors");
    writeFloats(input, { w: { shape: [1, 4], data: new Float32Array(4) } });
    symlinkSync(input, path("link.safetensors"));
    mkdirSync(path("taken"), { recursive: true });
    const before = readFileSync(input);
    await expect(quantizeCheckpoint(input, input, defaults)).rejects.toThrow("is the input");
    await expect(quantizeCheckpoint(input, path("link.safetensors"), defaults)).rejects.toThrow(
      "is the input",
    );
    await expect(quantizeCheckpoint(input, path("taken"), defaults)).rejects.toThrow("is a folder");
    await expect(quantizeCheckpoint(input, path("no/such/out"), defaults)).rejects.toThrow(
      "there is no folder",
    );
    expect(readFileSync(input).equals(before)).toBe(true);
  });

  test("quantizing twice and dequantizing floats are refused", async () => {
    const [input, output] = [path("once.safetensors"), path("once-rf8.safetensors")];
    writeFloats(input, { w: { shape: [1, 4], data: new Float32Array(4) } });
    await quantizeCheckpoint(input, output, defaults);
    await expect(quantizeCheckpoint(output, path("twice.safetensors"), defaults)).rejects.toThrow(
      "quantized already",
    );
    await expect(dequantizeCheckpoint(input, path("twice.safetensors"))).rejects.toThrow(
      "holds no RF8 tensor",
    );
  });

  test("no temporary file is left", () => {
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
