import { bool, input, instance, module, output, register, uint, when } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { asciiWave, engines, record, rowsOfWave, vcd } from "../../sim/index.ts";

const counter = module(
  { name: "counter", ports: { up: input(bool()), count: output(uint(4)) } },
  (io) => {
    const value = register("value", uint(4), { reset: 3 });
    when(io.up, () => value.set(value.addWrap(1)));
    io.count.set(value);
  },
);
const pair = module(
  { name: "pair", ports: { up: input(bool()), count: output(uint(4)) } },
  (io) => {
    const first = instance("first", counter, { up: io.up });
    io.count.set(instance("second", counter, { up: first.count.bit(0) }).count);
  },
);

describe.each(Object.values(engines))("a recording on $name", (engine) => {
  test("holds steps, resets and batches in their order, of the chosen signals only", () => {
    const { dut, wave } = record(engine, pair, ["up", "first.value", "count"]);
    dut.in.up = true;
    dut.step(2);
    dut.reset();
    dut.batch({ up: Uint8Array.of(1, 0, 0) }, 3);
    dut.step();
    const { signals, cycles, name } = wave();
    expect([name, cycles]).toEqual(["pair", 7]);
    expect(signals.map((signal) => [signal.name, Array.from(signal.column, Number)])).toEqual([
      ["up", [1, 1, 1, 1, 0, 0, 0]],
      ["first.value", [3, 4, 5, 3, 4, 4, 4]],
      ["count", [3, 4, 4, 3, 4, 4, 4]],
    ]);
    dut.close();
  });
});

test("every port is recorded by default, and every writer takes the recording", () => {
  const { dut, wave } = record(engines.wasm, counter);
  dut.in.up = true;
  dut.step(3);
  expect(asciiWave(rowsOfWave(wave()), 0)).toMatch(/up +.*\ncount +3 +4 +5/);
  expect(vcd(wave())).toContain("$var wire 4 ");
});

test("a signal named twice is recorded once", () => {
  const { dut, wave } = record(engines.wasm, pair, ["count", "first.value", "count"]);
  dut.step();
  expect(wave().signals.map(({ name }) => name)).toEqual(["count", "first.value"]);
});

test("a signal that is not there is refused", () => {
  expect(() => record(engines.wasm, pair, ["third.value"])).toThrow(
    "pair has no signal third.value",
  );
});
