import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emitDesign } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { engine } from "../../hdl/engine/engine.ts";
import { completeEngine, type EngineParameters } from "../../hdl/engine/parameters.ts";
import { packageFiles } from "../../src/package/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { needs } from "../support/native.ts";

const root = scratchFolder();

function written(given: Partial<EngineParameters>): string {
  const folder = mkdtempSync(join(root, "engine-"));
  const files = [...emitDesign(engine(completeEngine(given))).files, ...packageFiles(given)];
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  return folder;
}

const make = (folder: string, target: "icarus" | "verilator") => {
  needs("make", target === "icarus" ? "iverilog" : "verilator");
  return spawnSync("make", ["-C", folder, target], { encoding: "utf8" });
};

test.each([
  [{ lanes: 4, rows: 2, terms: 64 }],
  [{ activation: "int16", lanes: 3, rows: 1, terms: 7, pipeline: 0 }],
  [{ activation: "int16", lanes: 8, rows: 3, terms: 100, pipeline: 3 }],
] as const)("the testbench of %j passes in Icarus", (given) => {
  const { status, stdout } = make(written(given), "icarus");
  expect(stdout).toMatch(/\d+ results checked, 0 errors\nPASS/);
  expect(status).toBe(0);
});

test("and in Verilator, without a warning", () => {
  const { status, stdout, stderr } = make(written({ lanes: 4, rows: 2, terms: 64 }), "verilator");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/\d+ results checked, 0 errors\nPASS/);
  expect(status).toBe(0);
});

test.each([
  ["requantize.v", "assign result = requantize ?", "assign result = !requantize ?"],
  ["engine_controller.v", "==", "!="],
  ["product.v", " + ", " - "],
  ["engine_registers.v", "== 4'd5", "== 4'd7"],
  ["axi_lite_slave.v", "{write_error, 1'b0}", "{1'b1, 1'b0}"],
] as const)("it fails where %s is wrong", (file, from, to) => {
  const folder = written({ lanes: 4, rows: 2, terms: 64 });
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  const body = text.indexOf(");\n");
  const broken = text.slice(0, body) + text.slice(body).replace(from, to);
  expect(broken).not.toBe(text);
  writeFileSync(path, broken);
  const { status } = make(folder, "icarus");
  expect(status).not.toBe(0);
});

test("the core file lists every source, the vectors and a simulation target", () => {
  const files = packageFiles({ lanes: 4, rows: 2, terms: 64 });
  const core = files.find(({ name }) => name === "engine.core")!.text;
  expect(core.startsWith("CAPI=2:\n")).toBe(true);
  for (const { name } of emitDesign(engine({ lanes: 4, rows: 2, terms: 64 })).files)
    expect(core).toContain(name);
  expect(core).toContain("toplevel: engine_tb");
  expect(files.find(({ name }) => name === "engine.sdc")!.text).toContain("create_clock");
});
