import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { main, rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("bad usage ends with status 2 and one line", () => {
  test.each([
    [["verify", "mac", "--pipelin", "1"], "unknown option '--pipelin'"],
    [["verify", "mac", "--pipeline", "4"], "--pipeline 4: it must be 0, 1, 2 or 3"],
    [
      ["verify", "mac", "--accumulator", "7"],
      "--accumulator 7: it must be exact or a width from 8 to 64",
    ],
    [["verify", "systolic", "--rows", "65"], "--rows 65: it must be a whole number from 1 to 64"],
    [["verify", "mac", "--vectors", "many"], "--vectors must be a whole number"],
    [["verify", "mac", "--engine", "modelsim"], "Allowed choices are"],
    [
      ["verify", "mca"],
      "there is no circuit mca; choose one of decode, product, accumulate, mac, dot, systolic",
    ],
    [
      ["verify", "core_lane"],
      "core_lane has no model of every cycle to be compared with; there is one of decode,",
    ],
    [["mutate", "accelerator"], "accelerator has no model of every cycle"],
    [["prove", "core_lane"], "core_lane has no properties; there are some of decode,"],
    [["prove", "gearbox", "--lanes", "2"], "--lanes is no parameter of gearbox, which has --beat"],
    [["prove", "queue", "--width", "2"], "--width is no parameter of queue"],
    [["prove", "core", "--lanes", "8"], "what is proved of core does not depend on lanes"],
    [["synth", "core", "--vector-lanes", "16"], "--vector-lanes 16: it must be 1, 2, 4 or 8"],
    [
      ["generate", "core_matrix", "-o", "v", "--lanes", "8", "--vector-lanes", "8"],
      "vectorLanes is 8; it must be at most 4, half the lanes",
    ],
    [["verify", "decode", "--activation", "int16"], "--activation is no parameter of decode"],
    [["verify", "product", "--weights", "x"], "--weights goes with the circuit mac"],
    [["verify", "mac", "--decode", "weight"], "--decode goes with --wave FILE.svg"],
    [["verify", "mac", "--wave", "w.vcd", "--paths"], "--paths goes with --wave FILE.svg"],
    [["verify", "mac", "--wave", "w.svg", "--decode", "multiplier.sum"], "no such signal"],
    [["verify", "mac", "--wave", "w.svg", "--decode", "sum"], "RF8 codes have 8 bits each"],
    [["verify", "mac", "--tensor", "x"], "--tensor goes with --weights"],
    [["verify", "mac", "--weights", "nowhere.safetensors"], "nowhere.safetensors"],
    [["generate", "mac", "-o", "bad.safetensors"], "bad.safetensors"],
    [["generate", "mac", "-o", "v", "--ports", "axi"], "--ports axi: mac has no streams"],
    [["generate", "mac", "-o", "v", "--ports", "wishbone"], "Allowed choices are plain, axi"],
    [["generate", "mac", "-o", "v", "--prefix", "9x"], "--prefix 9x: it must be a letter"],
    [["generate", "mac"], "required option '-o, --output <folder>' not specified"],
    [["profile", "mca"], "there is no circuit mca"],
    [["profile", "mac", "--lines", "0"], "--lines must be a whole number from 1"],
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["quantize", "nowhere.safetensors", "-o", "out.safetensors"], "nowhere.safetensors"],
    [["quantize", "bad.safetensors", "-o", "out.safetensors"], "bad.safetensors"],
    [["quantize", "bad.safetensors", "-o", "bad.safetensors"], "bad.safetensors"],
    [["quantize", "bad.safetensors", "-o", "out.safetensors", "--bias", "200"], "--bias"],
    [["inspect", "bad.safetensors"], "bad.safetensors"],
    [["synth", "palette"], "palette is stream; a look-up alone has hard-wired codes"],
    [["synth", "weight_decoder", "--bits", "8"], "--bits 8: it must be a whole number from 4 to 7"],
    [["bench", "gptq", "--size", "0"], "--size must be a whole number from 1 to 16384"],
    [["bench", "methods", "--only", "none"], 'nothing is called "none"; there are: plain;'],
    [["bench", "bits", "--model", "x", "--svg", "x.png"], "--svg x.png: it must end in .svg"],
    [["compare", "--csv", "compare.txt"], "compare.txt: it must end in .csv"],
    [["compare", "--lanes", "1"], "--lanes"],
    [["compare", "--activation", "int8", "--liberty", "nowhere.lib"], "nowhere.lib: no such file"],
  ])("rf8 %j", (args, message) => {
    writeFileSync(join(folder, "bad.safetensors"), "not a checkpoint");
    const { status, stdout, stderr } = rf8(folder, ...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(status).toBe(2);
    expect(existsSync(join(folder, "out.safetensors"))).toBe(false);
  });
});

describe("with --json stdout is one document", () => {
  test("list", () => {
    const { status, stdout, stderr } = rf8(folder, "list", "--json");
    expect(JSON.parse(stdout).circuits.map((c: { circuit: string }) => c.circuit)).toEqual([
      "decode",
      "product",
      "accumulate",
      "mac",
      "dot",
      "systolic",
    ]);
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("generate", () => {
    const { status, stdout } = rf8(
      folder,
      "generate",
      "mac",
      "-o",
      "verilog",
      "--pipeline",
      "2",
      "--json",
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      circuit: "mac",
      latency_cycles: 3,
      parameters: { pipeline: 2 },
    });
    expect(readdirSync(join(folder, "verilog")).sort()).toEqual([
      "accumulate.v",
      "decode.v",
      "mac.core",
      "mac.sdc",
      "mac.v",
      "manifest.json",
      "product.v",
    ]);
  });

  test("verify", () => {
    const { status, stdout } = rf8(
      folder,
      "verify",
      "mac",
      "--vectors",
      "5000",
      "--seed",
      "3",
      "--json",
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      circuit: "mac",
      engine: "wasm",
      vectors: 5000,
      mismatches: 0,
      seed: 3,
    });
  });
});

test("a reader that stops before the end, as head does, is no fault", () => {
  const command = `"${process.execPath}" "${main}" profile systolic --rows 2 --columns 2 --json | true`;
  const { stderr } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
});

test("generated text names the TypeScript line, also when compiled", () => {
  expect(rf8(folder, "generate", "product", "-o", "lines").status).toBe(0);
  const text = readFileSync(join(folder, "lines", "product.v"), "utf8");
  const lines = [...text.matchAll(/\/\/ (\S+):(\d+)$/gm)].map(([, file]) => file);
  expect(lines.length).toBeGreaterThan(5);
  expect(new Set(lines.map((file) => file?.replace(/^(hdl\/arithmetic)\/.*/, "$1")))).toEqual(
    new Set(["hdl/product/rf8.ts", "hdl/arithmetic"]),
  );
});
