import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emitDesign, type Module } from "@chisel-ts/core";
import { verilate } from "verilator-wasm";
import { afterAll, expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { golden } from "../hdl/golden.ts";
import { needs } from "../support/native.ts";

const scratch = mkdtempSync(join(tmpdir(), "rf8-verilate-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const options = ["-O3", "--x-assign", "0", "--x-initial", "0", "-Wno-fatal", "-Wno-lint"];

/** The C++ that the installed program writes. */
function native(name: string, files: Readonly<Record<string, string>>, top: string): string[] {
  const folder = join(scratch, name.replaceAll(/\W+/g, "_"));
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const args = ["--cc", "--top-module", top, "--prefix", "Vdut", "--Mdir", "obj", ...options];
  const run = spawnSync("verilator", [...args, ...Object.keys(files)], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(run.status, run.stderr).toBe(0);
  return readdirSync(join(folder, "obj"))
    .filter((file) => /\.(cpp|h)$/.test(file))
    .map((file) => readFileSync(join(folder, "obj", file), "utf8"));
}

/** Hashes inside names come from the C++ library that Verilator was built with, and decide the order of functions. */
const lines = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.split("\n"))
    .map((line) =>
      line.replaceAll(/(DepSet|VdfgTmp|VdfgExtracted|VdfgBinToOneHot)_h[0-9a-f]+__/g, "$1_"),
    )
    .sort();

/** Larger designs differ in the numbers of temporaries, which follow the order of hashes. */
const designs: readonly (readonly [string, Module])[] = golden.map(([name, parameters]) => {
  const entry = catalogue.find((item) => item.name === name)!;
  return [`${name} ${JSON.stringify(parameters)}`, entry.build(parameters)] as const;
});

test.each(designs)(
  "%s: the installed Verilator of the same version writes the same C++",
  async (name, module) => {
    needs("verilator");
    const { stdout } = spawnSync("verilator", ["--version"], { encoding: "utf8" });
    if (!stdout.startsWith("Verilator 5.006 "))
      return void console.log(
        `skipped: the installed ${stdout.trim()} is another version than 5.006`,
      );
    const files = Object.fromEntries(
      emitDesign(module).files.map((file) => [file.name, file.text]),
    );
    const { files: compiled } = await verilate(files, { top: module.name, options });
    expect(lines(Object.values(compiled))).toEqual(lines(native(name, files, module.name)));
  },
);
