import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openCheckpoint } from "../../src/checkpoint/index.ts";
import { tensorOf, writeModel } from "../../src/network/index.ts";
import { randomDecoder } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-record-"));
const model = randomDecoder();
beforeAll(async () => {
  vi.stubEnv("XDG_CACHE_HOME", folder);
  await writeModel(join(folder, "model"), model);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The rows of a recorded tensor. */
function rowsOf(file: string, name: string): number[][] {
  const checkpoint = openCheckpoint(join(folder, file));
  try {
    const tensor = checkpoint.tensors.find((one) => one.name === name)!;
    const bits = tensor.dtype === "I8" ? 8 : 16;
    // A piece is valid until the next one is read.
    return Array.from(checkpoint.chunks(tensor, (tensor.shape[1]! * bits) / 8), (bytes) => [
      ...(bits === 8 ? new Int8Array(bytes) : new Int16Array(bytes.slice().buffer)),
    ]);
  } finally {
    checkpoint.close();
  }
}

/** What the first layer's query matrix reads of a token: its embedding, normalized, to integers. */
function firstInput(token: number, most: number): number[] {
  const { hidden_size: size, norm } = model.config;
  const embedding = tensorOf(model, "model.embed_tokens.weight").values;
  const gain = tensorOf(model, "model.layers.0.input_layernorm.weight").values;
  const x = [...embedding.subarray(token * size, (token + 1) * size)];
  const mean = x.reduce((sum, value) => sum + value * value, 0) / size;
  const normal = x.map((value, at) => (value / Math.sqrt(mean + norm.epsilon)) * gain[at]!);
  const largest = Math.max(...normal.map(Math.abs));
  return normal.map((value) => (value / largest) * most);
}

const query = "model.layers.0.self_attn.q_proj.weight";

test.each([
  ["int8", 127],
  ["int16", 32767],
] as const)("evaluate records what each matrix reads, as %s", (type, most) => {
  const file = `${type}.safetensors`;
  const tokens = [3, 1, 4, 1, 5, 9, 2, 6];
  writeFileSync(join(folder, "ids.txt"), tokens.join(" "));
  const run = rf8(
    folder,
    "evaluate",
    "model",
    "--tokens",
    "ids.txt",
    "--activations",
    type,
    "--record",
    file,
    "--json",
  );
  expect([run.status, run.stderr]).toEqual([0, ""]);
  expect(JSON.parse(run.stdout).recorded).toMatchObject({ file, format: "f32", activations: type });
  const rows = rowsOf(file, query);
  // A begin-of-sequence token is read first, and nothing after the last.
  const read = [1, ...tokens.slice(0, -1)];
  expect(rows).toHaveLength(read.length);
  rows.forEach((row, at) => {
    expect(Math.max(...row.map(Math.abs))).toBe(most);
    const expected = firstInput(read[at]!, most);
    for (const [column, value] of row.entries())
      expect(Math.abs(value - expected[column]!)).toBeLessThan(0.5 + most * 1e-6);
  });
  if (type !== "int8") return;
  const power = rf8(
    folder,
    "power",
    "product",
    "--weights",
    "model",
    "--activations",
    file,
    "--json",
  );
  expect([power.status, power.stderr]).toEqual([0, ""]);
  const found = JSON.parse(power.stdout);
  expect(found.operands.matrices_without_activations).toEqual(["model.embed_tokens.weight"]);
  // Blocks have all that the netlist has.
  const blocks: { pj_per_mac: number; block: string }[] = found.by_block.blocks;
  expect(blocks.map(({ block }) => block).sort()).toEqual(["product", "product.decoder"]);
  const sum = blocks.reduce((total, { pj_per_mac }) => total + pj_per_mac, 0);
  expect(sum).toBeCloseTo(found.by_block.pj_per_mac, 9);
});

test("simulate records what the accelerator reads", () => {
  const args = ["--engine", "model", "--activation", "int16", "--tokens", "3"];
  const run = rf8(folder, "simulate", "model", ...args, "--record", "run.safetensors", "--json");
  expect([run.status, run.stderr]).toEqual([0, ""]);
  const read = JSON.parse(run.stdout).tokens_read;
  expect(rowsOf("run.safetensors", query)).toHaveLength(read);
  expect(
    rowsOf("run.safetensors", "lm_head.weight")
      .flat()
      .some((x) => Math.abs(x) === 32767),
  ).toBe(true);
});

test.each([
  [["evaluate", "model", "--record", "a.safetensors"], "--record goes with --activations int8"],
  [["evaluate", "model", "--activations", "float", "--record", "a.safetensors"], "int8 or int16"],
  [["evaluate", "model", "--activations", "int8", "--record", "a.bin"], "end in .safetensors"],
  [["simulate", "model", "--program", "--record", "a.safetensors"], "--program is not"],
  [["simulate", "model", "--core", "--record", "a.safetensors"], "--record has no use with --core"],
])("%j is refused in one line", (args, said) => {
  const { status, stderr } = rf8(folder, ...args);
  expect(status).not.toBe(0);
  expect(stderr).toContain(said);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(existsSync(join(folder, "a.safetensors"))).toBe(false);
});
