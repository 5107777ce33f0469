import { expect, expectTypeOf, test } from "vitest";
import {
  bool,
  emitDesign,
  type HardwareType,
  input,
  module,
  output,
  type Port,
  queue,
  sideBySide,
  uint,
} from "../src/index.ts";

const inverter = module(
  { name: "inverter", ports: { x: input(bool()), y: output(bool()) } },
  (io) => io.y.set(io.x.not()),
);

test("every module keeps its ports, typed, in a bundle of its name", () => {
  const both = sideBySide("both", { a: inverter, b: queue({ type: uint(8), depth: 2 }) });
  expectTypeOf(both.ports.a.x).toEqualTypeOf<Port<"input", HardwareType<"bool">>>();
  expect(both.portList.map(({ name, direction }) => `${direction} ${name}`)).toEqual([
    "input a_x",
    "output a_y",
    ...["input b_source_valid", "output b_source_ready", "input b_source_bits"],
    ...["output b_sink_valid", "input b_sink_ready", "output b_sink_bits"],
  ]);
  expect(both.combinational.get("a_y")).toEqual(new Set(["a_x"]));
  expect(emitDesign(both).files.map((file) => file.name)).toContain("both.v");
});

test("flat names that meet are refused", () => {
  const nested = module(
    { name: "nested", ports: { b: { x: input(bool()) }, y: output(bool()) } },
    (io) => io.y.set(io.b.x),
  );
  expect(() => sideBySide("clash", { a: nested, a_b: inverter })).toThrow(/a_b_x/);
});
