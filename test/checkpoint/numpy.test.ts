import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { packRows } from "../../src/checkpoint/packing.ts";
import { decode } from "../../src/format/index.ts";
import { needsPython, python } from "../support/native.ts";
import { safetensors, scratchFolder, values } from "./files.ts";

const folder = scratchFolder();
const reader = resolve("docs/read_rf8.py");

test("docs/read_rf8.py decodes every code of every bias as we do, and reads the other tensors", () => {
  needsPython("numpy");
  const biases = Array.from({ length: 256 }, (_, row) => row - 128);
  const codes = Uint8Array.from({ length: 256 * 256 }, (_, i) => i & 255);
  const header = {
    __metadata__: {
      format: "rf8",
      "rf8.version": "1",
      "rf8.tensors": JSON.stringify({ rows: { bias: biases }, one: { bias: 8 } }),
    },
    rows: { dtype: "U8", shape: [256, 256], data_offsets: [0, 65536] },
    one: { dtype: "U8", shape: [2, 2, 2], data_offsets: [65536, 65544] },
    halves: { dtype: "BF16", shape: [2], data_offsets: [65544, 65548] },
    plain: { dtype: "U8", shape: [2], data_offsets: [65548, 65550] },
  };
  const rest = Uint8Array.of(0x43, 0x47, 0x48, 0xc2, 0, 1, 0x7f, 0xff, 0x80, 0x3f, 0, 0xc0, 7, 9);
  const file = join(folder, "codes.safetensors");
  writeFileSync(file, safetensors(header, Buffer.concat([codes, rest])));
  const script = `
import importlib.util, sys
spec = importlib.util.spec_from_file_location("read_rf8", sys.argv[1])
module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
tensors = module.read(sys.argv[2])
sys.stdout.buffer.write(tensors["rows"].astype("<f8").tobytes())
for name in ["one", "halves", "plain"]: sys.stdout.buffer.write(tensors[name].astype("<f8").tobytes())
`;
  const run = spawnSync(python, ["-c", script, reader, file], { maxBuffer: 2 ** 24 });
  expect(run.stderr.toString()).toBe("");
  const found = new Float64Array(new Uint8Array(run.stdout).buffer);
  const expected = biases.flatMap((bias) =>
    [...codes.subarray(0, 256)].map((c) => decode(c, bias)),
  );
  expect([...found.subarray(0, 65536)]).toEqual(expected);
  expect([...found.subarray(65536)]).toEqual([
    ...[...rest.subarray(0, 8)].map((code) => decode(code, 8)),
    ...[1, -2, 7, 9],
  ]);
  const printed = spawnSync(python, [reader, file], { encoding: "utf8" });
  expect(printed.stdout).toContain("one [2, 2, 2] -192.0 192.0");
});

test("docs/read_rf8.py reads row scales and palettes as we do", () => {
  needsPython("numpy");
  const palette = [0x3b, 0x43, 0x51];
  const packing = { bits: 5, palette, columns: 3 };
  const codes = Uint8Array.of(0x3b, 0xc3, 0, 0x51, 0xd1, 0xbb);
  const scales = Float32Array.of(0.1, 3);
  const header = {
    __metadata__: {
      format: "rf8",
      "rf8.version": "2",
      "rf8.tensors": JSON.stringify({ w: { bias: 8, scale: "w.rf8_scale", ...packing } }),
    },
    "w.rf8_scale": { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    w: { dtype: "U8", shape: [2, 2], data_offsets: [8, 12] },
  };
  const file = join(folder, "version2.safetensors");
  const bytes = Buffer.concat([Buffer.from(scales.buffer), packRows(codes, packing)]);
  writeFileSync(file, safetensors(header, bytes));
  const printed = spawnSync(python, [reader, file], { encoding: "utf8" });
  const expected = values(file, "w");
  expect(expected).toEqual(
    [...codes].map((code, i) => scales[Math.floor(i / 3)]! * decode(code, 8)),
  );
  const range = `${Math.min(...expected).toFixed(1)} ${Math.max(...expected).toFixed(1)}`;
  expect([printed.stderr, printed.stdout]).toEqual(["", `w [2, 3] ${range}\n`]);
});
