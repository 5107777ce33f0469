import { input, instance, module, output, register, uint, vec } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { mac } from "../../../hdl/mac.ts";
import { wasmProfile } from "../../../sim/index.ts";
import { rf8 } from "../../cli/run.ts";

const cell = module(
  { name: "lane_cell", ports: { x: input(uint(8)), y: output(uint(8)) } },
  ({ x, y }) => {
    const sum = register("sum", uint(8), { reset: 0 });
    sum.set(sum.addWrap(x));
    y.set(sum);
  },
);

const row = (lanes: number) =>
  module(
    {
      name: "lane_row",
      ports: { x: vec(lanes, () => input(uint(8))), y: vec(lanes, () => output(uint(8))) },
    },
    ({ x, y }) => y.set(x.map((one, i) => instance(`c${i}`, cell, { x: one }).y)),
  );

test("a straight edge is counted as it is listed, by the line that makes it", () => {
  const { total, rows } = wasmProfile(cell);
  // x and sum are read, added and cut to 8 bits; a constant of 0 stands before each access.
  expect(total).toMatchObject({ scalar: 5, vector: 0, loads: 2, stores: 1 });
  expect(rows.some(({ source }) => /^test\/sim\/wasm\/profile\.test\.ts:\d+$/.test(source))).toBe(
    true,
  );
  const sum = (of: "instructions" | "scalar") => rows.reduce((all, one) => all + one[of], 0);
  expect(sum("instructions")).toBe(total.instructions);
  expect(sum("scalar")).toBe(total.scalar);
});

test("a loop counts as often as it is passed", () => {
  const [few, many] = [wasmProfile(row(16)), wasmProfile(row(64))];
  const adds = ({ rows }: ReturnType<typeof wasmProfile>) =>
    rows.find(({ source }) => source.startsWith("test/sim/wasm/profile.test.ts:"))?.vector ?? 0;
  expect(adds(few)).toBeGreaterThan(0);
  expect(adds(many)).toBe(4 * adds(few));
});

test("rf8 profile prints as many lines as it is asked for, and all as JSON", () => {
  const all = JSON.parse(rf8(".", "profile", "mac", "--json").stdout);
  expect(all.total).toEqual(wasmProfile(mac({})).total);
  const { stdout } = rf8(".", "profile", "mac", "--lines", "3");
  expect(
    stdout
      .split("\n")
      .slice(0, 5)
      .map((line) => line.split(/ {2,}/)[0]),
  ).toEqual([
    "source",
    "a clock edge",
    ...all.rows.slice(0, 3).map(({ source }: { source: string }) => source),
  ]);
  expect(stdout).toContain(`and ${all.rows.length - 3} sources with less`);
});
