import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CoreMachine, registersPage } from "../../src/accelerator/core/index.ts";
import { writeModel } from "../../src/network/index.ts";
import { randomDecoder, smallConfig } from "../network/random-decoder.ts";
import { needs } from "../support/native.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-compile-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await writeModel(join(folder, "model"), randomDecoder());
  await writeModel(join(folder, "olmo"), randomDecoder({ ...smallConfig, model_type: "olmo2" }));
});

test("a model becomes an image that runs, the same bytes from float and from RF8 weights", () => {
  const done = rf8(folder, "compile", "model", "-o", "one", "--lanes", "8", "--json");
  expect([done.status, done.stderr]).toEqual([0, ""]);
  expect(readdirSync(join(folder, "one")).sort()).toEqual([
    "image.bin",
    "layout.txt",
    "program.txt",
  ]);
  const image = readFileSync(join(folder, "one", "image.bin"));
  const said = JSON.parse(done.stdout);
  expect(said.image_bytes).toBe(image.length);
  expect(said.context).toBe(24);
  const machine = new CoreMachine(image);
  expect(machine.program).toHaveLength(said.descriptors);
  expect(machine.next(3).token).toBeLessThan(17);

  expect(rf8(folder, "quantize", "model", "-o", "rf8").status).toBe(0);
  const again = rf8(folder, "compile", "rf8", "-o", "two", "--lanes", "8");
  expect([again.status, again.stderr]).toEqual([0, ""]);
  expect(again.stdout).toMatch(/^two: \d+ descriptors, image of [\d,]+ bytes/);
  expect(readFileSync(join(folder, "two", "image.bin"))).toEqual(image);
});

test("the package of a core with a whole small network: FuseSoC, constraints, registers and descriptors from one source", () => {
  needs("iverilog", "verilator", "make");
  const done = rf8(folder, "generate", "decoder_core", "-o", "core", "--lanes", "8");
  expect([done.status, done.stderr]).toEqual([0, ""]);
  const files = readdirSync(join(folder, "core"));
  for (const name of ["Makefile", "decoder_core_axi.core", "decoder_core_axi.sdc", "manifest.json"])
    expect(files).toContain(name);
  const page = readFileSync(join(folder, "core", "registers.md"), "utf8");
  expect(page).toBe(registersPage());
  const docs = readFileSync("docs/core.md", "utf8");
  for (const [, what] of page.matchAll(/^\| \d+ \| [a-z]+ \| ([^|]+) \|$/gm))
    expect(docs).toContain(what!.trim());
  // What Verilator writes is compiled in half the time.
  for (const target of [["icarus"], ["verilator", "OPT_FAST=-O0", "OPT_GLOBAL=-O0"]]) {
    const made = spawnSync("make", target, { cwd: join(folder, "core"), encoding: "utf8" });
    expect([target[0], made.status, made.stderr]).toEqual([target[0], 0, ""]);
    expect(made.stdout).toMatch(/^PASS$/m);
  }
});

test("the package's testbench fails where a silent memory has another place, and where a token is wrong", () => {
  needs("iverilog", "make");
  for (const [name, from, to, words] of [
    ["decoder_core_axi_tb.v", "product !== 0", "product !== 1", "a silent memory: status 00000042"],
    ["tokens.hex", /\w+\n$/, "fff\n", "not 4095"],
  ] as const) {
    const folderOf = mkdtempSync(join(folder, "core-"));
    cpSync(join(folder, "core"), folderOf, { recursive: true });
    const file = join(folderOf, name);
    writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
    const made = spawnSync("make", ["icarus"], { cwd: folderOf, encoding: "utf8" });
    expect(made.status).not.toBe(0);
    expect(made.stdout).toContain(words);
    expect(made.stdout).toMatch(/^FAIL$/m);
  }
});

test.each([
  [
    ["--rows", "2"],
    "--rows is no parameter of decoder_core, which has --activation, --lanes, --vector-lanes",
  ],
  [["--lanes", "12"], "--lanes 12: it must be 8, 16, 32 or 64"],
  [["--prefix", "p_"], "--ports and --prefix are not for decoder_core"],
])("generate decoder_core %j is one line", (args, words) => {
  const { status, stderr } = rf8(folder, "generate", "decoder_core", "-o", "none", ...args);
  expect(status).toBe(2);
  expect(stderr).toContain(words);
});

test("--verilog adds the core and a testbench, which passes in Icarus and fails with a wrong token", () => {
  needs("iverilog");
  const args = ["model", "-o", "rtl", "--lanes", "8", "--context", "6", "--verilog", "3"];
  const done = rf8(folder, "compile", ...args);
  expect([done.status, done.stderr]).toEqual([0, ""]);
  const rtl = join(folder, "rtl");
  const sources = readdirSync(rtl).filter((name) => name.endsWith(".v"));
  expect(sources).toContain("decoder_core.v");
  const built = spawnSync("iverilog", ["-g2005-sv", "-o", "core.vvp", ...sources], {
    cwd: rtl,
    encoding: "utf8",
  });
  expect([built.status, built.stderr]).toEqual([0, ""]);
  const simulated = () => spawnSync("vvp", ["-n", "core.vvp"], { cwd: rtl, encoding: "utf8" });
  expect(simulated().stdout).toMatch(/cycles: product \d+, vector .*\nPASS/);
  writeFileSync(
    join(rtl, "tokens.hex"),
    readFileSync(join(rtl, "tokens.hex"), "utf8").replace(/\w+\n$/, "fff\n"),
  );
  const failed = simulated();
  expect(failed.status).not.toBe(0);
  expect(failed.stdout).toMatch(/token 2 gives \d+, not 4095[\s\S]*FAIL/);
});

test.each([
  [["olmo", "-o", "bad"], "olmo2: the core needs a norm before attention"],
  [["model", "-o", "bad", "--context", "25"], "a context of 25; 1 to max_position_embeddings, 24"],
  [["model", "-o", "bad", "--lanes", "0"], "--lanes must be a whole number from 1 to 1024"],
  [["model", "-o", "bad", "--cache", "int8"], "Allowed choices are rf8, rf8x2"],
  [["model", "-o", "bad", "--context", "2", "--verilog", "3"], "the cache has room for 2 tokens"],
  [["model", "-o", "one"], "exists and is not an empty folder"],
  [["nowhere", "-o", "bad"], "nowhere: no such file"],
])("%j is refused with one line, and nothing is written", (args, words) => {
  const { status, stdout, stderr } = rf8(folder, "compile", ...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(words);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(existsSync(join(folder, "bad"))).toBe(false);
});
