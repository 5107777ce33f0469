import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { genericLiberty } from "../../src/cost/technology/generic.ts";
import { yosys } from "../../tools/yosys.ts";
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
    circuit: "decode",
    params: {},
    tech: "generic",
    area_um2: null,
    delay_ps: null,
    sequential_share: 0,
    options: { goal: "area", booth: false },
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

test("the mapped netlist with the generic library, which other tools read", async () => {
  const args = ["synth", "accumulate", "--accumulator", "8", "-o", "out/netlist.v"];
  const { status, stdout } = rf8(folder, ...args, "--json");
  expect(status).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.netlist).toBe("out/netlist.v");
  const verilog = readFileSync(join(folder, "out/netlist.v"), "utf8");
  const liberty = readFileSync(join(folder, "out/generic.lib"), "utf8");
  expect(liberty).toBe(genericLiberty());
  expect(verilog).toMatch(
    /^\/\/ @yowasp\/yosys [\s\S]*driven by INV_X1, every output loaded with 4 of/,
  );
  const { printed } = await yosys(
    { "netlist.v": verilog, "generic.lib": liberty },
    "read_liberty -lib generic.lib; read_verilog netlist.v; hierarchy -check -top accumulate; check -assert; stat -liberty generic.lib",
  );
  const [, area] = /Chip area for (?:top )?module .*: ([\d.]+)/.exec(printed)!;
  expect(Number(area) / 3).toBeCloseTo(result.area_ge, 4);
});

test("a library of several files, and a netlist that says which", () => {
  const state = genericLiberty().indexOf("  cell (DFF_X1)");
  const head = genericLiberty().slice(0, genericLiberty().indexOf("  cell ("));
  writeFileSync(join(folder, "gates.lib"), `${genericLiberty().slice(0, state)}}\n`);
  writeFileSync(join(folder, "state.lib"), head + genericLiberty().slice(state));
  const args = ["synth", "accumulate", "--accumulator", "8"];
  const several = ["--liberty", "gates.lib", "--liberty", "state.lib", "-o", "several.v"];
  const { status, stdout } = rf8(folder, ...args, ...several, "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout).library.file).toBe("gates.lib, state.lib");
  expect(JSON.parse(stdout).area_ge).toBe(
    JSON.parse(rf8(folder, ...args, "--json").stdout).area_ge,
  );
  expect(readFileSync(join(folder, "several.v"), "utf8")).toContain(
    "// Library: gates.lib, state.lib",
  );
});

test.each([
  ["array", ["--rows", "1", "--columns", "1"], 0],
  ["accelerator", ["--lanes", "1", "--rows", "1", "--terms", "2"], 16],
] as const)("the core %s, its memories as flip-flops", (core, parameters, buffer) => {
  const { status, stdout } = rf8(folder, "synth", core, ...parameters, "--json");
  expect(status).toBe(0);
  const { memory_bits, sequential_ge, paths } = JSON.parse(stdout);
  expect(memory_bits).toBeGreaterThanOrEqual(buffer);
  // A flip-flop is 13/3 of a NAND2 at least.
  expect(sequential_ge).toBeGreaterThan((memory_bits * 13) / 3);
  expect(paths.register_to_register.delay_fo4).toBeGreaterThan(0);
});

test("--blocks says what each block takes, and that modules are mapped by themselves", () => {
  const { status, stdout } = rf8(folder, "synth", "product", "--blocks");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^block +instances +area GE +in flip-flops +cells$/m);
  expect(stdout).toMatch(/^decode +1 +18 +0 +\d+$/m);
  expect(stdout).toContain("each module mapped for itself");
  const fpga = rf8(folder, "synth", "decode", "--blocks", "--tech", "ecp5", "--json");
  const { luts, blocks, options } = JSON.parse(fpga.stdout);
  expect({ luts, options, blocks }).toMatchObject({
    options: { dsp: false },
    blocks: [{ block: "decode", circuit: "decode", luts, dsps: 0 }],
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
    [["decode", "--tech", "ice40", "-o", "x.v"], "--output does not go with --tech ice40"],
    [["decode", "-o", "generic.lib"], "generic.lib is the library, written next to the netlist"],
    [["decode", "-o", "."], "is a folder"],
    [["accelerator", "--terms", "65536"], "accelerator has memories of "],
    [["decode", "--liberty", "own.lib", "--liberty", "own.lib"], "it has been described before"],
    [["decode", "--blocks", "-o", "x.v"], "--output does not go with --blocks"],
    [["decode", "--blocks", "--sweep", "goal=area"], "--blocks does not go with --sweep"],
    [["decoder_core", "--sweep", "lanes=9"], "--sweep lanes=9"],
    [["decoder_core", "--terms", "8"], "--terms is no parameter of decoder_core"],
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
