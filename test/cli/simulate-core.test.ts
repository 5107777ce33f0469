import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeModel } from "../../src/network/index.ts";
import { randomDecoder } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-core-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await writeModel(join(folder, "model"), randomDecoder());
});

const run = (...args: string[]) =>
  rf8(folder, "simulate", "model", "--core", "--tokens", "4", ...args);

test("the integer model, descriptors and the circuit in two engines generate the same; counters add up to the cycles", () => {
  const small = ["--lanes", "8", "--json"];
  const [integers, descriptors, wasm, verilator] = [
    run(...small, "--engine", "integers"),
    run(...small, "--engine", "descriptors"),
    run(...small, "--check", "descriptor", "--latency", "3"),
    run(...small, "--engine", "verilator", "--latency", "3"),
  ].map(({ status, stdout, stderr }) => {
    expect([status, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout);
  });
  expect(integers.tokens).toHaveLength(4);
  for (const other of [descriptors, wasm, verilator]) expect(other.tokens).toEqual(integers.tokens);
  expect(integers.cycles).toBeNull();
  const { engine, wall_s, tokens_per_wall_s, ...rest } = verilator;
  expect(wasm).toMatchObject(rest);
  const { counters, cycles } = wasm;
  expect(Object.keys(counters)).toEqual([
    ...["product_cycles", "vector_cycles", "memory_cycles", "sequencing_cycles"],
  ]);
  const sum = Object.values<number>(counters).reduce((a, b) => a + b);
  expect(sum).toBe(cycles);
});

test("a network with factors of its rows is the same on all levels", () => {
  expect(rf8(folder, "quantize", "model", "-o", "rows", "--scale", "row").status).toBe(0);
  const [integers, descriptors, circuit] = [
    ["--engine", "integers"],
    ["--engine", "descriptors"],
    ["--check", "descriptor"],
  ].map((more) => {
    const args = ["rows", "--core", "--tokens", "4", "--lanes", "8", "--json", ...more];
    const { status, stdout, stderr } = rf8(folder, "simulate", ...args);
    expect([status, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout).tokens;
  });
  expect(integers).toHaveLength(4);
  for (const other of [descriptors, circuit]) expect(other).toEqual(integers);
});

test("tokens are printed as they leave, with their cycles", () => {
  const { status, stdout } = run("--lanes", "8");
  expect(status).toBe(0);
  expect(stdout.match(/^token {2}"\d+" {2}[\d,]+ cycles, \d+\.\d % products$/gm)).toHaveLength(4);
  expect(stdout).toMatch(/cycles for 4 tokens read: product [\d,]+, vector/);
});

test.each([
  [["--core", "--rows", "2"], "--rows has no use with --core"],
  [["--core", "--temperature", "1"], "--temperature has no use with --core"],
  [["--vector-lanes", "2"], "--vector-lanes goes with --core"],
  [["--batch", "2"], "--batch goes with --core"],
  [["--engine", "integers"], "--engine integers goes with --core"],
  [["--core", "--engine", "model"], "--engine model is the accelerator's"],
  [["--core", "--check", "sums"], "--check sums is the accelerator's"],
  [["--check", "descriptor"], "--check descriptor goes with --core"],
  [
    ["--core", "--engine", "integers", "--latency", "2"],
    "--latency has no use with --engine integers",
  ],
  [["--core", "--engine", "descriptors", "--check", "descriptor"], "--check has no use with"],
  [["--core", "--lanes", "12"], "lanes is 12; it must be 8, 16, 32 or 64"],
  [["--core", "--vector-lanes", "8"], "hidden_size is 12, no multiple of 8 vector lanes"],
  [["--core", "--context", "3", "--tokens", "9"], "the cache has 3 positions"],
  [["--core", "--tokens", "100"], "a context of 100; 1 to max_position_embeddings, 24"],
])("%j is refused with one line", (args, words) => {
  const { status, stdout, stderr } = rf8(folder, "simulate", "model", ...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(words);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
