import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { accumulate } from "../../hdl/accumulate.ts";
import { decode } from "../../hdl/product/decode.ts";
import { product } from "../../hdl/product/product.ts";
import { synthesize, synthesizeFpga, type VerilogDesign, verilogOf } from "../../src/cost/index.ts";
import { referencesOf } from "../../src/cost/liberty/references.ts";
import { mappingLiberty } from "../../src/cost/liberty/write.ts";
import { mappingCommands } from "../../src/cost/synthesis/cells.ts";
import { abcScripts, goals } from "../../src/cost/synthesis/goal.ts";
import { genericLiberty } from "../../src/cost/technology/generic.ts";
import { yosys } from "../../tools/yosys.ts";
import { generic, sky130, sky130Absent, sky130File } from "./libraries.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-synthesis-"));
beforeAll(() => void vi.stubEnv("XDG_CACHE_HOME", folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const verilog = (ports: string, body: string): VerilogDesign => ({
  top: "top",
  sources: { "top.v": `module top(${ports});\n${body}\nendmodule\n` },
});

const byte = "input clock, input enable, input [7:0] d, output reg [7:0] q";

describe("circuits of known cells", () => {
  test.each([
    ["inverter", verilog("input a, output y", "assign y = ~a;"), { INV_X1: 1 }, 2 / 3, 0],
    ["nand", verilog("input a, b, output y", "assign y = ~(a & b);"), { NAND2_X1: 1 }, 1, 0],
    ["register", verilog(byte, "always @(posedge clock) q <= d;"), { DFF_X1: 8 }, 8 * (13 / 3), 1],
    [
      "enable",
      verilog(byte, "always @(posedge clock) if (enable) q <= d;"),
      ...([{ DFFE_X1: 8 }, 8 * (19 / 3), 1] as const),
    ],
  ] as const)("%s", async (_, design, cells, area, share) => {
    const result = await synthesize(design);
    expect(result.cells).toEqual(cells);
    expect(result.area_ge).toBeCloseTo(area, 4);
    expect(result.sequential_share).toBe(share);
    expect(result).toMatchObject({ tech: "generic", area_um2: null, delay_ps: null });
  });

  test("an inverter's delay: its driver's load, its parasitic and four inverters", async () => {
    const { delay_fo4, paths } = await synthesize(verilog("input a, output y", "assign y = ~a;"));
    expect(delay_fo4).toBeCloseTo((1 + 1 + 4) / 5, 9);
    expect(paths.input_to_output).toMatchObject({ from: "a", to: "y" });
  });

  test("a wire takes nothing", async () => {
    const result = await synthesize(verilog("input a, output y", "assign y = a;"));
    expect([result.area_ge, result.sequential_share, result.cells]).toEqual([0, 0, {}]);
  });
});

/** The technologies at hand. */
const names = sky130Absent ? ["generic"] : ["generic", "sky130"];
const optionsOf = (name: string) => (name === "sky130" ? { liberty: sky130File } : {});

test.each(names)("area is what yosys' stat sums up, %s", async (name) => {
  const design = verilogOf(accumulate({ terms: 16 }));
  const result = await synthesize(design, optionsOf(name));
  const { library } = name === "sky130" ? sky130() : generic();
  const { driver, outputLoadFf, gateEquivalent } = referencesOf(library);
  const { printed } = await yosys(
    {
      ...design.sources,
      "cells.lib": mappingLiberty(library),
      "abc.script": `${abcScripts.area.join("\n")}\n`,
      constraints: `set_driving_cell ${driver.cell.name}\nset_load ${outputLoadFf}\n`,
    },
    [
      `read_verilog ${Object.keys(design.sources).join(" ")}`,
      ...mappingCommands(design.top, { booth: false }),
      "stat -liberty cells.lib",
    ].join("; "),
  );
  const [, area] = /Chip area for (?:top )?module .*: ([\d.]+)/.exec(printed)!;
  const [, sequential] = /used for sequential elements: ([\d.]+)/.exec(printed)!;
  expect(result.area_ge * gateEquivalent).toBeCloseTo(Number(area), 3);
  expect(result.sequential_ge * gateEquivalent).toBeCloseTo(Number(sequential), 3);
});

test.each(goals)("the mapped netlist does what the Verilog does, goal %s", async (goal) => {
  const { top, sources } = verilogOf(product());
  const { library } = generic();
  const { driver, outputLoadFf } = referencesOf(library);
  const { printed } = await yosys(
    {
      ...sources,
      "cells.lib": mappingLiberty(library),
      "abc.script": `${abcScripts[goal].join("\n")}\n`,
      constraints: `set_driving_cell ${driver.cell.name}\nset_load ${outputLoadFf}\n`,
    },
    [
      `read_verilog ${Object.keys(sources).join(" ")}`,
      ...[`hierarchy -top ${top}`, "design -save source"],
      ...mappingCommands(top, { booth: false }),
      ...["read_liberty cells.lib", "flatten", `rename ${top} gate`, "design -stash gate"],
      ...[
        "design -load source",
        "proc",
        "flatten",
        "opt",
        `rename ${top} gold`,
        "design -stash gold",
      ],
      "design -copy-from gold -as gold gold",
      "design -copy-from gate -as gate gate",
      "miter -equiv -flatten -make_outputs gold gate miter",
      "hierarchy -top miter",
      "sat -verify -prove trigger 0 -timeout 100 miter",
    ].join("; "),
  );
  expect(printed).toContain("SAT proof finished - no model found: SUCCESS!");
});

describe("goals are the ends of a front", () => {
  test.each(names)("%s", async (name) => {
    const library = optionsOf(name);
    const [area, balanced, delay] = [
      await synthesize(verilogOf(product()), { ...library, goal: "area" }),
      await synthesize(verilogOf(product()), { ...library, goal: "balanced" }),
      await synthesize(verilogOf(product()), { ...library, goal: "delay" }),
    ];
    expect(area.area_ge).toBeLessThan(balanced.area_ge);
    expect(balanced.area_ge).toBeLessThan(delay.area_ge);
    expect(delay.delay_fo4).toBeLessThan(balanced.delay_fo4);
    expect(balanced.delay_fo4).toBeLessThan(area.delay_fo4);
  });
});

describe("FPGAs", () => {
  test.each([
    ["ice40", { luts: 0, flip_flops: 8 }],
    ["ecp5", { luts: 0, flip_flops: 8 }],
    ["xilinx", { luts: 0, flip_flops: 8 }],
  ] as const)("a register with enable on %s is flip-flops alone", async (family, counts) => {
    const design = verilog(byte, "always @(posedge clock) if (enable) q <= d;");
    const result = await synthesizeFpga(design, family);
    expect(result).toMatchObject({ tech: family, ...counts, dsps: 0, block_rams: 0 });
  });

  const multiply = verilog("input signed [15:0] a, b, output signed [31:0] y", "assign y = a * b;");
  test.each(["ice40", "ecp5", "xilinx"] as const)(
    "a multiplier on %s takes one DSP block where it may",
    async (family) => {
      expect(await synthesizeFpga(multiply, family, { dsp: true })).toMatchObject({ dsps: 1 });
      const without = await synthesizeFpga(multiply, family);
      expect(without.dsps).toBe(0);
      expect(without.luts).toBeGreaterThan(100);
    },
  );
});

describe("a result is kept", () => {
  const design = verilogOf(decode({}));

  test("the second is equal, and yosys does not run", async () => {
    const first = await synthesize(design, { goal: "delay" });
    const onStep = vi.fn();
    expect(await synthesize(design, { goal: "delay", onStep })).toEqual(first);
    expect(onStep).not.toHaveBeenCalled();
    await synthesize(design, { goal: "area", onStep });
    expect(onStep).toHaveBeenCalled();
  });

  test("for the library's content, not for its name", async () => {
    const file = join(folder, "own.lib");
    writeFileSync(file, genericLiberty());
    const first = await synthesize(design, { liberty: file });
    writeFileSync(file, genericLiberty().replaceAll("area : 3;", "area : 2.5;"));
    const second = await synthesize(design, { liberty: file });
    expect(second.area_um2).toBeLessThan(first.area_um2!);
    expect(second.library.sha256).not.toBe(first.library.sha256);
  });

  test("nothing unfinished is left in the cache folder", () => {
    const names = readdirSync(join(folder, "rf8", "synthesis"));
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => name.startsWith("building-"))).toEqual([]);
  });
});

describe("what cannot be synthesized is said in one line", () => {
  test("a latch, for which the technology has no cell", async () => {
    const design = verilog("input e, d, output reg q", "always @* if (e) q = d;");
    await expect(synthesize(design)).rejects.toThrow(
      /^generic: the library has no cell for yosys' \$_DLATCH_P_, which top needs$/,
    );
  });

  test("Verilog that does not compile", async () => {
    const design = verilog("input a, output y", "assign y = ;");
    await expect(synthesize(design)).rejects.toThrow(/^top: yosys failed: top\.v:2: ERROR: syntax/);
  });
});
