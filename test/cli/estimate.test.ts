import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallConfig } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-estimate-"));
const write = (name: string, value: unknown): void =>
  writeFileSync(join(folder, name), JSON.stringify(value));
const row = (format: string, activations: string, nll: number) => ({ format, activations, nll });

beforeAll(() => {
  write("c.json", smallConfig);
  write("e.json", {
    rows: [
      row("f32", "float", 2),
      row("rf8", "int16", 2.5),
      row("rf8", "int16", 2.25),
      row("rf8", "int8", 3),
      row("int8", "int16", 2.5),
    ],
  });
  write("rows.json", { rows: [row("rf8", "int16", 2)] });
  const memory = { name: "mine", pj_per_bit: [1, 3], gb_per_s: 2, source: "own, 2026" };
  write("memory.json", { ...memory, includes: "all" });
  write("half.json", memory);
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => rf8(folder, "estimate", "c.json", ...args);

test("formats side by side, with losses, as JSON, CSV and a roofline", () => {
  const args = ["--format", "rf8,int8,bf16", "--evaluated", "e.json", "--json"];
  const { status, stdout } = run(...args, "--csv", "f.csv", "--roofline", "r.svg");
  expect(status).toBe(0);
  const { rows, not_modelled, energies } = JSON.parse(stdout);
  expect(rows.map((one: { format: string }) => one.format)).toEqual(["rf8", "int8", "bf16"]);
  expect(rows.map((one: { loss_over_float: number }) => one.loss_over_float)).toEqual([
    0.25,
    0.5,
    null,
  ]);
  expect(rows[2].weight_bytes).toBe(2 * rows[0].weight_bytes);
  expect(not_modelled.length).toBeGreaterThan(0);
  expect(energies.node.node).toBe("45 nm");
  expect(readFileSync(join(folder, "f.csv"), "utf8").trim().split("\n")).toHaveLength(4);
  const svg = readFileSync(join(folder, "r.svg"), "utf8");
  expect(svg).toContain("bf16 decode");
  expect(svg).not.toContain("NaN");
});

test("--bits is of RF8's weights alone", () => {
  const args = ["--format", "rf8,int8,int4", "--bandwidth", "4", "--json"];
  const [eight, six] = [["8"], ["6", "--palette", "3b43"]].map(
    (bits) => JSON.parse(run(...args, "--bits", ...bits).stdout).rows,
  );
  expect(six[0].weight_bytes).toBe((eight[0].weight_bytes * 6) / 8);
  expect(six[0].cycles_per_token).toBeLessThan(eight[0].cycles_per_token);
  expect(six.slice(1)).toEqual(eight.slice(1));
  expect(six[2].cycles_per_token).toBeLessThan(six[1].cycles_per_token);
  expect(six[2].weight_bytes).toBe((six[1].weight_bytes * 9) / 16);
});

test("a memory of one's own, with channels, gives energy and bandwidth", () => {
  const found = JSON.parse(run("--memory", "memory.json:4", "--clock", "100", "--json").stdout);
  expect(found.memory.bandwidth).toBe(80);
  const { decode } = found;
  const weights = decode.energy.find((one: { what: string }) => one.what.startsWith("weights"));
  expect(weights).toMatchObject({
    pj_each: 128,
    kind: "table",
    source: "own, 2026; all",
    node: "mine",
  });
  expect(weights.energy_most_j).toBeCloseTo(3 * weights.energy_least_j, 15);
  expect(decode.energy_sources).toEqual(["M. Horowitz, ISSCC 2014", "own, 2026"]);
});

test("the whole network on the decoder core, and what the core lacks", () => {
  const { core } = JSON.parse(run("--context", "8", "--batch", "3", "--json").stdout);
  expect(core).toMatchObject({ lanes: 64, vector_lanes: 2, bandwidth: 64 });
  for (const { cycles, ...phase } of [core.prefill, core.decode]) {
    const { product_cycles, vector_cycles, memory_cycles, sequencing_cycles } = phase;
    expect(product_cycles + vector_cycles + memory_cycles + sequencing_cycles).toBe(cycles);
  }
  expect([core.prefill.tokens, core.decode.tokens]).toEqual([24, 3]);
  expect(core.not_modelled.join()).toContain("energy");
  expect(run("--context", "8").stdout).toContain("nothing left to a host");
  const together = JSON.parse(
    run("--context", "8", "--batch", "3", "--core-batch", "4", "--json").stdout,
  ).core;
  expect(together.batch).toBe(4);
  expect(together.prefill.product_cycles).toBeLessThan(0.6 * core.prefill.product_cycles);
  expect(together.decode.product_cycles).toBeLessThan(core.decode.product_cycles);
  expect(together.decode.vector_cycles).toBe(core.decode.vector_cycles);
  const long = JSON.parse(run("--context", "9999", "--json").stdout);
  expect(long.core).toBe(null);
  expect(long.core_lacks).toContain("a context of 9999");
});

describe("what cannot be is one line", () => {
  test.each([
    [["--format", "rf8,fp4"], "some of rf8, int8"],
    [["--format", "rf8,rf8"], "each once"],
    [["--memory", "ddr9"], "is none of dram, ddr4"],
    [["--memory", "ddr5"], "no energy of ddr5 could be traced to a publication"],
    [["--memory", "half.json"], "has no includes"],
    [["--memory", "dram:2"], "has no bandwidth of a channel"],
    [["--memory", "lpddr5:2", "--bandwidth", "8"], "--bandwidth does not go with"],
    [["--node", "3nm"], "is none of 45nm, 7nm"],
    [["--evaluated", "c.json"], "has no rows"],
    [["--evaluated", "rows.json"], "no row of float weights"],
    [["--roofline", "r.png"], "it must end in .svg"],
    [["--sweep", "lanes=2", "--format", "bf16"], "has no area"],
    [["--sweep", "lanes=2", "--format", "int4"], "has no area"],
    [["--sweep", "lanes=2", "--roofline", "r.svg"], "--sweep does not go with --roofline"],
  ])("%j", (args, said) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
