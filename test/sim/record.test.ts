import {
  assert,
  bool,
  concat,
  input,
  instance,
  memory,
  module,
  named,
  output,
  register,
  sint,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { asciiWave, engines, record, rowsOfWave, vcd, waveJson } from "../../sim/index.ts";

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

/** A counter beside a memory and values named in a loop; half of `shown` is never set. */
const unset = module(
  {
    name: "unset",
    ports: {
      x: input(uint(4)),
      write: input(bool()),
      shown: output(uint(8)),
      known: output(bool()),
    },
  },
  (io) => {
    const words = memory("words", { depth: 2, type: uint(4) });
    words.write(0, io.x, io.write);
    const high = register("high", uint(4));
    when(io.write, () => high.set(io.x));
    let sum = io.x;
    for (let i = 0; i < 2; i++) {
      sum = sum.addWrap(1);
      named({ sum });
    }
    io.shown.set(concat(high, sum));
    io.known.set(words.read("word", 0).orReduce().and(io.write).or(io.x.bit(0)));
  },
);

describe.each(Object.values(engines))("the recording of unset state on $name", (engine) => {
  const x = (pattern: bigint) => (engine === engines.icarus ? pattern : 0n);

  test("goes on where bits are unknown, and shows them; values are refused", () => {
    const names = ["reset", "x", "shown", "words[0]", "high", "sum", "sum_1"];
    const { dut, wave } = record(engine, unset, names);
    dut.in.x = 5n;
    dut.reset();
    if (engine === engines.icarus) {
      expect(() => dut.out.shown).toThrow("shown has unknown bits (xxxx0111): it depends on");
      expect(() => dut.peek("high")).toThrow("high has unknown bits (xxxx)");
      expect(() => dut.batch({}, 1)).toThrow(
        "shown has unknown bits (xxxx0111) in cycle 0 of the batch",
      );
    } else {
      expect([dut.out.shown, dut.peek("high")]).toEqual([7n, 0n]);
      dut.batch({}, 1);
    }
    expect(dut.observe("shown")).toEqual({ value: 7n, unknown: x(0xf0n) });
    dut.in.write = true;
    dut.step(2);
    expect(dut.out.shown).toBe(0x57n);
    const { signals, cycles } = wave();
    expect(cycles).toBe(4);
    const columns = signals.map(({ name, column, unknown = [] }) => [
      name,
      Array.from(column, Number),
      Array.from(unknown, BigInt),
    ]);
    const masks = (mask: bigint) => (engine === engines.icarus ? [mask, mask, mask, 0n] : []);
    expect(columns).toEqual([
      ["reset", [1, 0, 0, 0], []],
      ["x", [5, 5, 5, 5], []],
      ["shown", [7, 7, 7, 0x57], masks(0xf0n)],
      ["words[0]", [0, 0, 0, 5], masks(15n)],
      ["high", [0, 0, 0, 5], masks(15n)],
      ["sum", [6, 6, 6, 6], []],
      ["sum_1", [7, 7, 7, 7], []],
    ]);
    if (engine === engines.icarus) {
      expect(
        vcd(wave())
          .split("\n")
          .filter((line) => line.startsWith("bx")),
      ).toEqual(["bxxxx0111 $", "bxxxx %", "bxxxx &"]);
    }
    dut.close();
  });
});

test("unknown bits as text, as VCD and as WaveJSON", () => {
  const wave = {
    name: "top",
    from: 0,
    cycles: 4,
    signals: [
      {
        name: "a",
        type: bool(),
        column: Uint8Array.of(0, 0, 1, 0),
        unknown: Uint8Array.of(1, 0, 0, 1),
      },
      {
        name: "b",
        type: uint(8),
        column: Uint8Array.of(3, 3, 0, 9),
        unknown: Uint8Array.of(0, 4, 255, 0),
      },
      {
        name: "c",
        type: sint(4),
        column: Int8Array.of(-8, 0, 0, -1),
        unknown: Uint8Array.of(0, 8, 1, 0),
      },
    ],
  };
  expect(asciiWave(rowsOfWave(wave), 0)).toBe(
    [
      "cycle   0  1  2   3",
      "a      xx___/~~xxxx",
      "b       3  x  ·   9",
      "c      -8  x  ·  -1",
    ].join("\n"),
  );
  const changes = vcd(wave)
    .split("\n")
    .filter((line) => /^(b|[01x]")/.test(line));
  expect(changes).toEqual([
    ...['x"', "b11 #", "b1000 $"],
    ...['0"', "b0x11 #", "bx000 $"],
    ...['1"', "bxxxxxxxx #", "b0x $"],
    ...['x"', "b1001 #", "b1111 $"],
  ]);
  expect(waveJson(wave).signal.slice(1)).toEqual([
    { name: "a", wave: "x01x" },
    { name: "b", wave: "=xx=", data: ["3", "9"] },
    { name: "c", wave: "=xx=", data: ["-8", "-1"] },
  ]);
  expect(() => vcd({ ...wave, cycles: 5 })).toThrow("its column holds 4 cycles");
});

test("every port is recorded by default, and every writer takes the recording", () => {
  const { dut, wave } = record(engines.wasm, counter);
  dut.in.up = true;
  dut.step(3);
  expect(asciiWave(rowsOfWave(wave()), 0)).toMatch(/reset +_+\nup +.*\ncount +3 +4 +5/);
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

test("a wave holds the cycle in which an assertion fails, and those after it", () => {
  const limited = module(
    { name: "limited", ports: { x: input(uint(4)), y: output(uint(4)) } },
    (io) => {
      assert(io.x.ne(9), "not_nine");
      io.y.set(io.x);
    },
  );
  for (const engine of [engines.wasm, engines.interpreter]) {
    const { dut, wave } = record(engine, limited);
    dut.in.x = 1n;
    dut.step(2);
    expect(() => dut.batch({ x: Uint8Array.of(3, 9, 4) }, 3)).toThrow("not_nine fails in cycle 3");
    dut.in.x = 9n;
    expect(() => dut.step(2)).toThrow("not_nine fails in cycle 5");
    const x = wave().signals.find(({ name }) => name === "x");
    expect([...x!.column]).toEqual([1, 1, 3, 9, 4, 9, 9]);
    dut.close();
  }
});
