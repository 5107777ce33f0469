import {
  bool,
  display,
  input,
  instance,
  module,
  output,
  register,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test, vi } from "vitest";
import { type DisplayLine, engines } from "../../sim/index.ts";

const counter = module(
  { name: "counter", ports: { up: input(bool()), count: output(uint(12)) } },
  (io) => {
    const count = register("value", uint(12), { reset: 0 });
    when(io.up, () => {
      count.set(count.addWrap(1));
      display("up from %d", count);
    });
    io.count.set(count);
  },
);
const pair = module(
  { name: "pair", ports: { up: input(bool()), count: output(uint(12)) } },
  (io) => {
    const one = instance("one", counter, { up: io.up });
    const two = instance("two", counter, { up: one.count.bit(0) });
    when(two.count.eq(2), () => display("two is %b", two.count));
    io.count.set(two.count);
  },
);

describe.each([engines.interpreter, engines.wasm])("$name", (engine) => {
  const opened = () => {
    const lines: DisplayLine[] = [];
    const dut = engine.open(pair, { display: (line) => lines.push(line) });
    return {
      dut,
      lines,
      texts: () => lines.splice(0).map(({ cycle, text }) => `${cycle}: ${text}`),
    };
  };

  test("prints at clock edges outside reset, the module above before those below", () => {
    const { dut, lines, texts } = opened();
    expect(texts()).toEqual([]);
    dut.in.up = true;
    dut.step(5);
    expect(lines[0]).toEqual({
      text: "up from 0",
      cycle: 0,
      instance: "one",
      location: expect.stringMatching(/^test\/sim\/displays\.test\.ts:\d+$/),
    });
    expect(texts()).toEqual([
      "0: up from 0",
      "1: up from 1",
      "1: up from 0",
      "2: up from 2",
      "3: up from 3",
      "3: up from 1",
      "4: two is 000000000010",
      "4: up from 4",
    ]);
    dut.reset();
    dut.in.up = false;
    dut.step(3);
    expect(texts()).toEqual([]);
    dut.in.up = true;
    dut.step();
    expect(texts()).toEqual(["3: up from 0"]);
    expect([...dut.save().keys()].sort()).toEqual(["one.value", "two.value"]);
    dut.close();
  });

  test.each([0, 1, 255, 256, 257, 1000])("batches of %d cycles are printed whole", (cycles) => {
    const { dut, lines } = opened();
    const silent = engine.open(pair, { display: () => {} });
    const up = Uint8Array.from({ length: cycles + 7 }, (_, i) => (i % 3 === 0 ? 0 : 1));
    dut.step(3);
    const { count } = dut.batch({ up }, cycles);
    expect(count).toHaveLength(cycles);
    silent.step(3);
    const wanted: string[] = [];
    let [one, two] = [0, 0];
    for (let i = 0; i < cycles; i++) {
      expect(Number(count![i])).toBe(two);
      if (two === 2) wanted.push(`${3 + i}: two is 000000000010`);
      if (up[i]) wanted.push(`${3 + i}: up from ${one}`);
      if (one % 2) wanted.push(`${3 + i}: up from ${two}`);
      [one, two] = [one + up[i]!, two + (one % 2)];
    }
    expect(lines.map(({ cycle, text }) => `${cycle}: ${text}`)).toEqual(wanted);
  });

  test("without a function the lines go to the console", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      const dut = engine.open(counter);
      dut.in.up = true;
      dut.step(2);
      expect(log.mock.calls).toEqual([["up from 0"], ["up from 1"]]);
    } finally {
      log.mockRestore();
    }
  });

  test("anything but a function is refused", () => {
    expect(() => engine.open(counter, { display: "off" as never })).toThrow(
      'display is a function that takes lines, not the string "off"',
    );
  });
});

test("an engine of its own program has no such option", () => {
  expect(() => engines.icarus.open(counter, { display: () => {} } as never)).toThrow(
    "open has no option display here: wasm and interpreter evaluate displays; it has watch",
  );
});
