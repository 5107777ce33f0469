import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeModel } from "../../src/network/index.ts";
import { randomDecoder, smallConfig } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-simulate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const size = ["--lanes", "4", "--rows", "2", "--terms", "64"];

beforeAll(async () => {
  await writeModel(join(folder, "model"), randomDecoder());
  expect(rf8(folder, "quantize", "model", "-o", "rf8").status).toBe(0);
});

describe("simulate", () => {
  test("the RTL and the model give one document, but for their names and seconds", () => {
    const [rtl, model] = ["wasm", "model"].map((engine) => {
      const run = rf8(
        folder,
        "simulate",
        "rf8",
        "--engine",
        engine,
        "--tokens",
        "5",
        ...size,
        "--json",
      );
      expect([run.status, run.stderr]).toEqual([0, ""]);
      const {
        command: _,
        engine: name,
        wall_s,
        tokens_per_wall_s,
        ...rest
      } = JSON.parse(run.stdout);
      expect(name).toBe(engine);
      expect(wall_s * tokens_per_wall_s).toBeCloseTo(rest.tokens_read, 6);
      return rest;
    });
    expect(rtl).toEqual(model);
    expect(Object.keys(model)).toEqual([
      "rf8_version",
      "tokens",
      "text",
      "tokens_read",
      "cycles",
      "cycles_per_token",
      "macs",
      "utilisation",
      "layers",
    ]);
    expect(model.tokens).toHaveLength(5);
  });

  test("a window of the run as a wave, and the program as lines", () => {
    const run = rf8(
      folder,
      "simulate",
      "rf8",
      "--tokens",
      "2",
      ...size,
      "--wave",
      "w.vcd",
      "--from",
      "100",
      "--cycles",
      "30",
    );
    expect(run.stderr).toBe("");
    expect(run.stdout).toContain("every handshake, counter and sum equal to the models'");
    const wave = readFileSync(join(folder, "w.vcd"), "utf8");
    expect(wave).toContain("weight_tdata_1_3");
    expect(wave).toMatch(/^#/m);
    const { stdout } = rf8(folder, "simulate", "model", ...size, "--program");
    expect(stdout.split("\n").filter((line) => line.startsWith("accelerator"))).toHaveLength(15);
  });
});

describe("estimate", () => {
  test("decode's cycles are those that simulate counts", () => {
    const args = [...size, "--bandwidth", "5", "--latency", "3", "--json"];
    const { decode, prefill, layers } = JSON.parse(
      rf8(folder, "estimate", "model", ...args).stdout,
    );
    const run = JSON.parse(rf8(folder, "simulate", "rf8", "--tokens", "2", ...args).stdout);
    expect(decode.accelerator_cycles).toBe(run.cycles_per_token);
    expect(layers).toHaveLength(8);
    for (const phase of [prefill, decode])
      for (const key of [
        "cycles",
        "time_s",
        "tokens_per_s",
        "bytes",
        "energy_j",
        "area_ge",
        "bound_by",
      ])
        expect(phase[key], key).toBeDefined();
  });

  test("a sweep as CSV, from a configuration alone", () => {
    writeFileSync(join(folder, "c.json"), JSON.stringify(smallConfig));
    const { status } = rf8(
      folder,
      "estimate",
      "c.json",
      "--sweep",
      "lanes=1,2,4,rows=1,2",
      "--csv",
      "s.csv",
    );
    expect(status).toBe(0);
    const lines = readFileSync(join(folder, "s.csv"), "utf8").trim().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe(
      "lanes,rows,bandwidth,area_ge,cycles_per_token,tokens_per_s,energy_per_token_j,energy_source,energy_node,energy_voltage,energy_kind,bound_by,pareto",
    );
    expect(lines.some((line) => line.endsWith("true"))).toBe(true);
  });
});

describe("faults end with status 2 and one line", () => {
  const copy = (name: string, change: (bytes: Buffer) => Buffer): string => {
    const target = join(folder, name);
    rmSync(target, { recursive: true, force: true });
    expect(rf8(folder, "quantize", "model", "-o", name).status).toBe(0);
    const file = join(target, "model.safetensors");
    writeFileSync(file, change(readFileSync(file)));
    return name;
  };

  test.each([
    [
      "a NaN code",
      (bytes: Buffer) => Buffer.from(bytes.fill(0x80, bytes.length - 1)),
      "is NaN (0x80)",
    ],
    ["a truncated file", (bytes: Buffer) => bytes.subarray(0, bytes.length - 9), "it is truncated"],
    [
      "a tensor of another name",
      (bytes: Buffer) =>
        Buffer.from(bytes.toString("latin1").replaceAll("lm_head", "mm_head"), "latin1"),
      'tensor "lm_head.weight" is missing',
    ],
  ] as const)("%s", (_, change, message) => {
    const { status, stdout, stderr } = rf8(folder, "simulate", copy("bad", change), ...size);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([status, stdout]).toEqual([2, ""]);
  });

  test("llama2.c's seven numbers without their tensors", () => {
    writeFileSync(
      join(folder, "cut.bin"),
      Buffer.from(Int32Array.of(64, 172, 5, 8, 4, 512, 512).buffer),
    );
    for (const command of ["estimate", "simulate", "evaluate"]) {
      const { status, stdout, stderr } = rf8(folder, command, "cut.bin");
      expect(stderr).toContain("need more than its 28 bytes; it is truncated");
      expect([status, stdout]).toEqual([2, ""]);
    }
  });

  test.each([
    [["simulate", "rf8", "--lanes", "65"], "--lanes must be a whole number from 1 to 64"],
    [["simulate", "rf8", "--engine", "modelsim"], "Allowed choices are"],
    [["simulate", "rf8", "--prompt", "x"], "no tokenizer"],
    [["simulate", "rf8", "--tokens", "100"], "reads at most 24 tokens"],
    [["simulate", "rf8", "--scales", "calibrated"], "calibrated scales are for MLPs"],
    [["simulate", "rf8", "--engine", "model", "--wave", "w.vcd"], "--wave goes with"],
    [["simulate", "rf8", "--wave", "w.txt"], "it must end in .vcd"],
    [["simulate", "rf8", "--bandwidth", "0"], "--bandwidth must be a number above 0"],
    [["simulate", "nowhere"], "nowhere: no such file"],
    [["estimate", "nowhere.json"], "nowhere.json: no such file"],
    [["estimate", "model/model.safetensors"], "it is not UTF-8"],
    [
      ["estimate", "model", "--sweep", "columns=3"],
      "columns: what is swept, each once, is lanes, rows, bandwidth, context, batch",
    ],
    [["estimate", "model", "--csv", "x.txt"], "it must end in .csv"],
    [["generate", "accelerator"], "required option"],
    [
      ["generate", "accelerator", "-o", "x", "--columns", "3"],
      "--columns is no parameter of accelerator",
    ],
    [["prove", "array", "--lanes", "3"], "--lanes is no parameter of array"],
  ])("rf8 %j", (args, message) => {
    const { status, stdout, stderr } = rf8(folder, ...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([status, stdout]).toEqual([2, ""]);
  });
});
