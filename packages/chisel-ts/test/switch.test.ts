import { describe, expect, test } from "vitest";
import {
  emitModule,
  type Io,
  input,
  type ir,
  literal,
  module,
  output,
  register,
  sint,
  switchOn,
  uint,
  unused,
  when,
} from "../src/index.ts";
import { refusedIn } from "./refused.ts";
import { Interpreter } from "./verilog/interpret.ts";

const refused = refusedIn("switch");

describe("switchOn", () => {
  const sides = { x: input(uint(3)), s: input(sint(3)), y: output(uint(4)), r: output(uint(4)) };
  type Sides = Io<typeof sides>;
  const circuit = (body: (io: Sides, give: (value: number) => () => void) => void) =>
    module({ name: "m", ports: sides }, (io) => {
      const r = register("state", uint(4), { reset: 0 });
      io.r.set(r);
      body(io, (value) => () => {
        io.y.set(value);
        r.set(value);
      });
      unused(io.x, io.s);
    });
  const results = (dut: ir.ModuleIr): number[][] =>
    Array.from({ length: 8 }, (_, x) => {
      const inputs = new Map([
        ["x", BigInt(x)],
        ["s", BigInt(x)],
      ]);
      const run = new Interpreter(dut);
      const y = Number(run.outputs(inputs).get("y"));
      run.step(inputs, false);
      return [y, Number(run.outputs(inputs).get("r"))];
    });

  test.each([
    [
      "several values an arm, and a default",
      circuit((io, give) =>
        switchOn(io.x).case([1, 4, 6n], give(1)).case(0, give(2)).default(give(9)),
      ),
      [2, 1, 9, 9, 1, 9, 1, 9],
    ],
    [
      "every value has a case: no default is needed",
      circuit((io, give) => switchOn(io.x).case([0, 1, 2], give(1)).case([3, 4, 5, 6, 7], give(2))),
      [1, 1, 1, 2, 2, 2, 2, 2],
    ],
    [
      "signed values",
      circuit((io, give) =>
        switchOn(io.s).case([-4, -1], give(1)).case(3, give(2)).default(give(3)),
      ),
      [3, 3, 3, 2, 1, 3, 3, 1],
    ],
    [
      "literals",
      circuit((io, give) =>
        switchOn(io.x)
          .case([literal(uint(3), 5)], give(1))
          .default(give(2)),
      ),
      [2, 2, 2, 2, 2, 1, 2, 2],
    ],
  ])("%s", (_, dut, wanted) => {
    expect(results(dut)).toEqual(wanted.map((value) => [value, value]));
  });

  test("without a default a register keeps its value", () => {
    const dut = circuit((io, give) => {
      io.y.set(7);
      switchOn(io.x).case([2, 3], give(5));
    });
    expect(results(dut)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((x) => (x >> 1 === 1 ? [5, 5] : [7, 0])),
    );
  });

  const refuses = (
    build: (io: Sides, give: (value: number) => () => void) => void,
    words: RegExp,
  ) => refused(() => circuit(build), words);
  test("what cannot be is refused", () => {
    refuses((io, give) => switchOn(io.x).case(8, give(1)), /8 does not fit a case, UInt 3/);
    refuses((io, give) => switchOn(io.x).case([], give(1)), /one value or more/);
    refuses((io, give) => switchOn(io.x).case([1, 1], give(1)), /1 has two cases/);
    refuses((io, give) => switchOn(io.x).case(1, give(1)).case(1, give(2)), /1 has two cases/);
    refuses((io, give) => switchOn(io.s).case(-1, give(1)).case([-1], give(2)), /-1 has two cases/);
    refuses(
      (io, give) => switchOn(io.x).case(io.x, give(1)),
      /`x` .* has no value before simulation/,
    );
    refuses(
      (io, give) => switchOn(io.x).case(literal(uint(4), 1), give(1)),
      /a case of a UInt 3 cannot be a UInt 4/,
    );
    refuses((io, give) => switchOn(io.x).case(1, give(1)), /`y` is not driven on every path/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case([0, 1, 2, 3, 4, 5, 6, 7], give(1));
      chain.default(give(2));
    }, /there is none left/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case([0, 1, 2, 3, 4, 5, 6, 7], give(1));
      chain.case(1, give(2));
    }, /every value has a case already/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case(1, give(1));
      chain.default(give(2));
      chain.case(2, give(3));
    }, /case cannot continue the switchOn of .*: it has a default/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case(1, give(1));
      when(io.x.eq(0), () => chain.case(2, give(2)));
    }, /another scope/);
    refuses((io) => switchOn(io.x.eq(1) as never), /not by a Bool/);
    refuses(() => switchOn(3 as never), /not by number/);
  });

  test("a thousand arms of many values grow as the arms do", () => {
    const dut = module(
      { name: "many", ports: { x: input(uint(16)), y: output(uint(12)) } },
      ({ x, y }) => {
        const chain = switchOn(x);
        for (let arm = 0; arm < 1000; arm++)
          chain.case(
            Array.from({ length: 16 }, (_, i) => 16 * arm + i),
            () => y.set(arm),
          );
        chain.default(() => y.set(4095));
      },
    );
    const text = emitModule(dut);
    expect(text.split("\n").every((line) => line.length < 120)).toBe(true);
    expect(text.match(/16'h3e7f: choice_1|16'h3e7f: /g)).toHaveLength(1);
    const value = (x: number) => new Interpreter(dut).outputs(new Map([["x", BigInt(x)]])).get("y");
    expect([0, 15, 16, 15_999, 16_000].map(value)).toEqual([0n, 0n, 1n, 999n, 4095n]);
  });
});
