import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Checkpoint,
  CheckpointError,
  inspectCheckpoint,
  openCheckpoint,
  quantizeCheckpoint,
} from "../../src/checkpoint/index.ts";
import { byteValues } from "../../src/checkpoint/scaled/element.ts";
import { E4M3, E5M2, fp8Value } from "../../src/model/fp8.ts";
import { defaults, safetensors, scratchFolder, values } from "./files.ts";

const folder = scratchFolder();

type Stored = readonly [dtype: string, shape: readonly number[], bytes: ArrayBufferView];

function file(tensors: Readonly<Record<string, Stored>>): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = {};
  const data: Buffer[] = [];
  for (const [name, [dtype, shape, { buffer, byteOffset, byteLength }]] of Object.entries(
    tensors,
  )) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + byteLength] };
    offset += byteLength;
    data.push(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength));
  }
  return safetensors(header, Buffer.concat(data));
}

let cases = 0;
/** A folder with these tensors, and its config.json. */
function model(tensors: Readonly<Record<string, Stored>>, quantization_config?: object): string {
  const path = join(folder, `case-${cases++}`);
  mkdirSync(path);
  writeFileSync(join(path, "model.safetensors"), file(tensors));
  const config = { model_type: "llama", ...(quantization_config && { quantization_config }) };
  writeFileSync(join(path, "config.json"), JSON.stringify(config));
  return path;
}

function opened<T>(path: string, use: (checkpoint: Checkpoint) => T): T {
  const checkpoint = openCheckpoint(path);
  try {
    return use(checkpoint);
  } finally {
    checkpoint.close();
  }
}

const names = (path: string): string[] =>
  opened(path, ({ tensors }) => tensors.map(({ name }) => name));
const inPieces = (path: string, name: string, bytes: number): number[] =>
  opened(path, (checkpoint) => {
    const tensor = checkpoint.tensors.find((one) => one.name === name)!;
    return Array.from(checkpoint.chunks(tensor, bytes), (chunk) => [
      ...new Float32Array(chunk.slice().buffer),
    ]).flat();
  });

function refusal(path: string): string {
  try {
    openCheckpoint(path).close();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

let state = 1;
const random = (below: number): number => {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * below);
};
const half = (value: number): number => {
  // Of positive normal numbers with few digits.
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | Math.round((value / 2 ** exponent - 1) * 1024);
};

describe("one-byte types", () => {
  test("E4M3 and E5M2 are those of the number model", () => {
    for (const [dtype, layout] of [
      ["F8_E4M3", E4M3],
      ["F8_E5M2", E5M2],
    ] as const)
      for (let code = 0; code < 256; code++)
        expect(byteValues.get(dtype)![code], `${dtype} ${code}`).toBe(fp8Value(code, layout));
  });

  test("the FNUZ types have one zero, one NaN and a bias of one more", () => {
    for (const [dtype, most, least] of [
      ["F8_E4M3FNUZ", 240, 2 ** -10],
      ["F8_E5M2FNUZ", 57344, 2 ** -17],
    ] as const) {
      const table = byteValues.get(dtype)!;
      expect([table[0], table[1], table[127], table[128]]).toEqual([0, least, most, Number.NaN]);
      expect(table.filter(Number.isNaN)).toHaveLength(1);
      expect(table[255]).toBe(-most);
    }
  });
});

describe("FP8 and INT8 with scales", () => {
  const [rows, columns] = [5, 6];
  const codes = Uint8Array.from({ length: rows * columns }, () => random(0x7f) | (random(2) << 7));
  const expected = (scaleAt: (row: number, column: number) => number): number[] =>
    [...codes].map((code, i) =>
      Math.fround(fp8Value(code, E4M3) * scaleAt(Math.floor(i / columns), i % columns)),
    );
  const weight: Stored = ["F8_E4M3", [rows, columns], codes];
  const floats = (...numbers: number[]): Float32Array => Float32Array.from(numbers);

  test.each([1000, 48, 4])("blocks, in pieces of %d bytes", (bytes) => {
    const scales = floats(...Array.from({ length: 9 }, (_, i) => 0.5 + i));
    const path = model(
      { "a.weight": weight, "a.weight_scale_inv": ["F32", [3, 3], scales] },
      { quant_method: "fp8", weight_block_size: [2, 2] },
    );
    expect(names(path)).toEqual(["a.weight"]);
    expect(inPieces(path, "a.weight", bytes)).toEqual(
      expected((row, column) => scales[3 * Math.floor(row / 2) + Math.floor(column / 2)]!),
    );
  });

  test("blocks of 128 where nothing is said", () => {
    const path = join(folder, "alone.safetensors");
    const wide = Uint8Array.from({ length: 3 * 130 }, () => random(0x7f));
    writeFileSync(
      path,
      file({
        "a.weight": ["F8_E4M3", [3, 130], wide],
        "a.weight_scale_inv": ["F32", [1, 2], floats(2, 0.25)],
      }),
    );
    expect(values(path, "a.weight")).toEqual(
      [...wide].map((code, i) => fp8Value(code, E4M3) * (i % 130 < 128 ? 2 : 0.25)),
    );
  });

  const bf16 = Uint16Array.from([1, 2, 3, 4, 0.5], (value) => {
    return new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16;
  });
  test.each([
    ["channel, BF16", ["BF16", [5, 1], bf16], (row: number) => [1, 2, 3, 4, 0.5][row]!],
    ["channel, F32", ["F32", [5], floats(1, 2, 3, 4, 5)], (row: number) => row + 1],
    [
      "channel, powers of two",
      ["F8_E8M0", [5, 1], Uint8Array.of(127, 128, 126, 130, 120)],
      (row: number) => [1, 2, 0.5, 8, 2 ** -7][row]!,
    ],
    ["tensor", ["F32", [], floats(0.125)], () => 0.125],
    ["tensor of one element", ["F16", [1], Uint16Array.of(half(3))], () => 3],
  ] as const)("one scale a %s", (_, scale, scaleAt) => {
    const path = model({
      "a.input_scale": ["F32", [], floats(7)],
      "a.k_scale": ["F32", [1], floats(7)],
      "a.weight": weight,
      "a.weight_scale": scale as Stored,
      "a.bias": ["F32", [5], floats(1, 2, 3, 4, 5)],
    });
    expect(names(path)).toEqual(["a.weight", "a.bias"]);
    expect(values(path, "a.weight")).toEqual(expected(scaleAt));
  });

  test("INT8", () => {
    const path = model({
      "a.weight": ["I8", [2, 2], Int8Array.of(-128, 127, 1, -1)],
      "a.weight_scale": ["F32", [2, 1], floats(0.5, 4)],
    });
    expect(values(path, "a.weight")).toEqual([-64, 63.5, 4, -4]);
  });

  test("a folder becomes RF8 of the real weights, without its quantization_config", async () => {
    const path = model(
      {
        "a.weight": ["F8_E4M3", [1, 4], Uint8Array.of(0x38, 0xb8, 0x40, 0)],
        "a.weight_scale": ["F32", [1], floats(0.5)],
        "a.input_scale": ["F32", [1], floats(0.5)],
      },
      { quant_method: "fp8" },
    );
    expect(
      (await inspectCheckpoint(path)).map(({ name, dtype, max }) => [name, dtype, max]),
    ).toEqual([["a.weight", "F8_E4M3 with scales", 1]]);
    writeFileSync(join(path, "quantize_config.json"), "{}");
    const output = `${path}-rf8`;
    const { tensors, kept } = await quantizeCheckpoint(path, output, defaults);
    expect([tensors.map(({ name, dtype }) => [name, dtype]), kept]).toEqual([
      [["a.weight", "F32"]],
      [],
    ]);
    expect(values(output, "a.weight")).toEqual([0.5, -0.5, 1, 0]);
    expect(JSON.parse(readFileSync(join(output, "config.json"), "utf8"))).toEqual({
      model_type: "llama",
    });
    expect(existsSync(join(output, "quantize_config.json"))).toBe(false);
  });

  test.each([
    [{ "a.weight_scale": ["F32", [1], floats(1)] }, "the weights are missing"],
    [
      { "a.weight": ["F32", [1, 1], floats(1)], "a.weight_scale": ["F32", [1], floats(1)] },
      "its weight is F32; F8_E4M3,",
    ],
    [
      { "a.weight": weight, "a.weight_scale": ["F32", [4], floats(1, 2, 3, 4)] },
      "scales of shape [4] for a weight of [5, 6]",
    ],
    [
      { "a.weight": weight, "b.weight": weight, "a.weight_scale": ["F32", [1], floats(1)] },
      '"b.weight" is F8_E4M3; its scale is missing',
    ],
    [{ "a.weight_packed": ["I32", [1], Int32Array.of(1)] }, "compressed-tensors"],
    [{ "a.weight_scale_2": ["F32", [1], floats(1)] }, "NVFP4"],
    [{ "a.weight.absmax": ["F32", [1], floats(1)] }, "bitsandbytes"],
    [{ "a.SCB": ["F32", [1], floats(1)] }, "bitsandbytes"],
    [{ "a.codebooks": ["F32", [1], floats(1)] }, "AQLM"],
    [
      {
        "m.gate_up_proj_blocks": ["U8", [1], Uint8Array.of(1)],
        "m.gate_up_proj_scales": ["U8", [1], Uint8Array.of(1)],
      },
      "MXFP4",
    ],
  ] as [Record<string, Stored>, string][])(
    "what cannot be decoded is refused: %#",
    (tensors, message) => {
      expect(refusal(model(tensors))).toContain(message);
    },
  );
});

/** Little-endian integers of `bits` packed into int32. */
const packRow = (fields: readonly number[], bits: number): number[] => {
  const each = 32 / bits;
  return Array.from({ length: fields.length / each }, (_, word) =>
    Number(
      BigInt.asIntN(
        32,
        fields
          .slice(word * each, (word + 1) * each)
          .reduce((sum, field, i) => sum | (BigInt(field) << BigInt(bits * i)), 0n),
      ),
    ),
  );
};
const transposed = (rows: readonly (readonly number[])[]): number[][] =>
  rows[0]!.map((_, column) => rows.map((row) => row[column]!));

describe.each([
  ["gptq", 4, "gptq", 1],
  ["gptq", 8, undefined, 1],
  ["gptq", 2, "gptq_v2", 0],
  ["awq", 4, "gemm", 0],
] as const)("%s of %d bits, %s", (method, bits, layout, offset) => {
  const [outputs, inputs, size] = [32, 64, 16];
  const groups = inputs / size;
  const most = 2 ** bits;
  const q = Array.from({ length: inputs }, () =>
    Array.from({ length: outputs }, () => random(most)),
  );
  const zeros = Array.from({ length: groups }, () =>
    Array.from({ length: outputs }, () => random(most)),
  );
  const scales = Array.from({ length: groups }, () =>
    Array.from({ length: outputs }, () => (1 + random(64)) / 64),
  );
  const order = Array.from({ length: inputs }, () => random(groups));
  // AWQ has the columns of eight as 0, 2, 4, 6, 1, 3, 5, 7.
  const shuffled = (row: readonly number[]): number[] =>
    row.map((_, i) => row[i - (i % 8) + [0, 2, 4, 6, 1, 3, 5, 7][i % 8]!]!);
  const packedZeros = (method === "awq" ? zeros.map(shuffled) : zeros).flatMap((row) =>
    packRow(row, bits),
  );
  const qweight =
    method === "awq"
      ? q.flatMap((row) => packRow(shuffled(row), bits))
      : transposed(transposed(q).map((column) => packRow(column, bits))).flat();
  const each = 32 / bits;
  const shape = method === "awq" ? [inputs, outputs / each] : [inputs / each, outputs];
  const tensors = (withOrder: boolean): Record<string, Stored> => ({
    "l.qweight": ["I32", shape, Int32Array.from(qweight)],
    "l.qzeros": ["I32", [groups, outputs / each], Int32Array.from(packedZeros)],
    "l.scales": ["F16", [groups, outputs], Uint16Array.from(scales.flat(), half)],
    ...(withOrder && { "l.g_idx": ["I32", [inputs], Int32Array.from(order)] as Stored }),
    "l.bias": ["F32", [1], new Float32Array(1)],
  });
  const config = {
    quant_method: method,
    bits,
    group_size: size,
    ...(layout && (method === "awq" ? { version: layout } : { checkpoint_format: layout })),
  };
  const expected = (group: (input: number) => number): number[] =>
    Array.from({ length: outputs * inputs }, (_, i) => {
      const [output, input] = [Math.floor(i / inputs), i % inputs];
      const g = group(input);
      return scales[g]![output]! * (q[input]![output]! - (zeros[g]![output]! + offset));
    });

  test("decoded, in pieces of any size", () => {
    const path = model(tensors(false), config);
    expect(names(path)).toEqual(["l.weight", "l.bias"]);
    for (const bytes of [100_000, 3 * 4 * inputs, 1])
      expect(inPieces(path, "l.weight", bytes)).toEqual(
        expected((input) => Math.floor(input / size)),
      );
  });

  const ordered = (): void => {
    const path = model(tensors(true), config);
    expect(values(path, "l.weight")).toEqual(expected((input) => order[input]!));
    const bad = {
      ...tensors(true),
      "l.g_idx": ["I32", [inputs], new Int32Array(inputs).fill(9)] as Stored,
    };
    expect(() => values(model(bad, config), "l.weight")).toThrow("index 0 is group 9; there are 4");
  };
  // AWQ has its inputs in order.
  if (method === "gptq") test("groups in any order; one that is not there is refused", ordered);

  test("what the tensors alone do not say is asked for, and other layouts are refused", () => {
    expect(refusal(model(tensors(false)))).toContain(
      "quantization_config of a folder's config.json",
    );
    expect(refusal(model(tensors(false), { ...config, quant_method: "other" }))).toContain(
      'quant_method is "other"',
    );
    expect(refusal(model(tensors(false), { ...config, group_size: 32 }))).toContain(
      `l.scales of shape [4, 32] where [2, 32] follows`,
    );
    const { "l.scales": _, ...rest } = tensors(false);
    expect(refusal(model(rest, config))).toContain("qzeros and scales are needed");
    const key = method === "awq" ? "version" : "checkpoint_format";
    expect(refusal(model(tensors(false), { ...config, [key]: "marlin" }))).toContain(
      'their layout is "marlin"',
    );
    expect(refusal(model(tensors(false), { ...config, bits: 3 }))).toContain("3 bits;");
  });
});
