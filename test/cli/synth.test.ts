import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { genericLiberty } from "../../src/cost/technology/generic.ts";
import { small } from "../cost/liberty/small.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-synth-"));
beforeAll(() => {
  vi.stubEnv("XDG_CACHE_HOME", folder);
  writeFileSync(join(folder, "own.lib"), genericLiberty());
  writeFileSync(join(folder, "short.lib"), small.slice(0, 1000));
  writeFileSync(join(folder, "text.lib"), "not a library");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("with --json stdout is one document, the same again from the cache", () => {
  const { status, stdout, stderr } = rf8(folder, "synth", "decode", "--json");
  expect([status, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ circuit: "decode", params: {}, tech: "generic", area_um2: null, delay_ps: null },
    ...{ sequential_share: 0, options: { goal: "area", booth: false } },
    library: { name: "generic", file: null },
    conditions: { driving_cell: "INV_X1", output_load: 4 },
  });
  expect(JSON.parse(stdout).tool).toMatch(/^@yowasp\/yosys \d+\.\d+\.\d+$/);
  expect(JSON.parse(stdout).critical_path.points.length).toBeGreaterThan(2);
  expect(rf8(folder, "synth", "decode", "--json").stdout).toBe(stdout);
});

test("a library's figures have units, and the table says whose they are", () => {
  const args = ["synth", "accumulate", "--accumulator", "8", "--liberty", "own.lib"];
  const { status, stdout } = rf8(folder, ...args, "--json");
  expect(status).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.params).toMatchObject({ accumulator: 8 });
  expect(result.area_um2).toBeCloseTo(3 * result.area_ge, 6);
  expect(result.delay_ps).toBeCloseTo(100 * result.delay_fo4, 6);
  expect(result.max_clock_mhz).toBeCloseTo(1e6 / result.paths.register_to_register.delay_ps, 6);
  const text = rf8(folder, ...args).stdout;
  expect(text).toMatch(/^accumulate, format rf8, activation int8, accumulator 8/);
  for (const part of ["GE\n", "µm²\n", "MHz\n", "own.lib: generic", "goal area"]) {
    expect(text).toContain(part);
  }
});

test("an FPGA's cells", () => {
  const { status, stdout } = rf8(folder, "synth", "decode", "--tech", "ice40", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    tech: "ice40",
    flip_flops: 0,
    options: { dsp: false },
  });
});

describe("bad usage ends with status 2 and one line", () => {
  test.each([
    [["mca"], "there is no circuit mca"],
    [["decode", "--tech", "asic"], "Allowed choices are generic, ice40, ecp5, xilinx"],
    [["decode", "--goal", "speed"], "Allowed choices are area, balanced, delay"],
    [
      ["decode", "--tech", "ice40", "--liberty", "own.lib"],
      "--liberty does not go with --tech ice40",
    ],
    [["decode", "--tech", "ecp5", "--goal", "area"], "--goal does not go with --tech ecp5"],
    [["decode", "--tech", "xilinx", "--booth"], "--booth does not go with --tech xilinx"],
    [["decode", "--dsp"], "--dsp does not go with --tech generic"],
    [["decode", "--activation", "int8"], "--activation is no parameter of decode"],
    [["decode", "--liberty", "nowhere.lib"], "nowhere.lib: no such file or folder"],
    [["decode", "--liberty", "."], "is a folder"],
    [
      ["decode", "--liberty", "text.lib"],
      "text.lib:1: a Liberty file starts with library (NAME) {",
    ],
    [["decode", "--liberty", "short.lib"], "short.lib:"],
  ])("rf8 synth %j", (args, message) => {
    const { status, stdout, stderr } = rf8(folder, "synth", ...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});
