import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-power-"));

/** A safetensors file of some tensors. */
function safetensors(
  name: string,
  tensors: Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>,
): void {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const [tensor, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[tensor] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const json = Buffer.from(
    JSON.stringify(header).padEnd(Math.ceil(JSON.stringify(header).length / 8) * 8),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(
    join(folder, name),
    Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)]),
  );
}

const floats = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(values).buffer);

beforeAll(() => {
  vi.stubEnv("XDG_CACHE_HOME", folder);
  const weights = Array.from({ length: 64 }, (_, at) => Math.sin(3 * at));
  const matrix = { dtype: "F32", shape: [4, 16], bytes: floats(weights) };
  safetensors("weights.safetensors", {
    a: matrix,
    norm: { dtype: "F32", shape: [1], bytes: floats([1]) },
  });
  safetensors("zeros.safetensors", {
    a: { dtype: "I8", shape: [2, 16], bytes: new Uint8Array(32) },
  });
  safetensors("short.safetensors", {
    a: { dtype: "I8", shape: [4, 8], bytes: new Uint8Array(32) },
  });
  safetensors("wide.safetensors", {
    a: { dtype: "I16", shape: [1, 16], bytes: new Uint8Array(32) },
  });
  writeFileSync(join(folder, "cut.safetensors"), Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]));
  safetensors("other.safetensors", {
    b: { dtype: "I8", shape: [1, 16], bytes: new Uint8Array(16) },
  });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const power = (...args: string[]) => rf8(folder, "power", ...args);

test("energies a MAC with their source, node, voltage and kind, the same each time", () => {
  const args = ["mac", "--weights", "weights.safetensors", "--clock", "250", "--json"];
  const { status, stdout, stderr } = power(...args);
  expect([status, stderr]).toEqual([0, ""]);
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({
    circuit: "mac",
    macs: 64,
    cycles: 64,
    clock_mhz: 250,
    annotated: 1,
    voltage: 0.9,
    node: "generic",
    kind: "derived",
    leakage_pj: 0,
    operands: { weights: "weights.safetensors", activations: "uniform", seed: 1 },
  });
  const { switching_pj, internal_pj, clock_pj, leakage_pj } = found;
  expect(found.pj_per_mac).toBeCloseTo(switching_pj + internal_pj + clock_pj + leakage_pj, 12);
  expect(Math.min(switching_pj, internal_pj, clock_pj)).toBeGreaterThan(0);
  expect(power(...args).stdout).toBe(stdout);
});

test("activations that are recorded are those that stream: zeros move almost nothing of a product", () => {
  const json = (...args: string[]) =>
    JSON.parse(power("product", "--weights", "weights.safetensors", "--json", ...args).stdout);
  const still = json("--activations", "zeros.safetensors");
  expect(still.macs).toBe(64);
  expect(still.pj_per_mac).toBeLessThan(json().pj_per_mac / 2);
});

describe("what cannot be is one line", () => {
  test.each([
    ["decode", [], "does not take weights and activations together"],
    ["systolic", [], "which no operand goes to"],
    ["mac", ["--activations", "zeros.safetensors"], "--activations goes with --weights"],
    ["mac", ["--weights", "none.safetensors"], "no such file"],
    ["mac", ["--weights", "zeros.safetensors"], "holds no matrix of weights"],
    [
      "mac",
      ["--weights", "weights.safetensors", "--activations", "other.safetensors"],
      "b is no matrix of",
    ],
    [
      "mac",
      ["--weights", "weights.safetensors", "--activations", "none.safetensors"],
      "no such file",
    ],
    [
      "mac",
      ["--weights", "weights.safetensors", "--activations", "cut.safetensors"],
      "cut.safetensors",
    ],
    [
      "mac",
      [
        ...["--format", "e4m3", "--activation", "e4m3"],
        ...["--weights", "weights.safetensors", "--activations", "zeros.safetensors"],
      ],
      "the circuit's activations are codes",
    ],
    [
      "mac",
      ["--weights", "weights.safetensors", "--activations", "short.safetensors"],
      "it must be tokens × 16",
    ],
    [
      "mac",
      ["--weights", "weights.safetensors", "--activations", "wide.safetensors"],
      "the circuit's activations are I8",
    ],
    ["mac", ["--clock", "0"], "--clock"],
    ["mac", ["--macs", "0"], "--macs"],
  ])("%s %j", (circuit, args, said) => {
    const { status, stdout, stderr } = power(circuit, ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
