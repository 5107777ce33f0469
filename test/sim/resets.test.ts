import {
  assert,
  bool,
  clockEnable,
  display,
  input,
  instance,
  type Module,
  memory,
  module,
  output,
  register,
  resetStyle,
  softReset,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { checkProperties, equivalence, prove } from "../../formal/index.ts";
import { type Engine, engines } from "../../sim/index.ts";
import { verify } from "../../src/verification/index.ts";
import { needs } from "../support/native.ts";

const ports = { up: input(bool()), count: output(uint(4)), shadow: output(uint(4)) };

/** Counts from 5; `shadow` has no reset and follows one cycle later. */
const counter = module({ name: "counter", ports }, (io) => {
  const count = register("value", uint(4), { reset: 5 });
  when(io.up, () => count.set(count.addWrap(1)));
  const shadow = register("follower", uint(4));
  shadow.set(count);
  io.count.set(count);
  io.shadow.set(shadow);
});
/** The same below. */
const around = (inner: typeof counter): typeof counter =>
  module({ name: "around", ports }, (io) => {
    const { count, shadow } = instance("inner", inner, { up: io.up });
    const own = register("own", uint(4), { reset: 1 });
    own.set(own.addWrap(1));
    io.count.set(count.xor(own).xor(own));
    io.shadow.set(shadow);
  });

const levels = ["high", "low"] as const;
const open = (engine: Engine, dut: typeof counter) => {
  if (engine.name === "icarus") needs("iverilog");
  return engine.open(dut);
};

/** One circuit in Verilator, whose models take seconds to build. */
const circuitsFor = (engine: Engine) =>
  engine.name === "verilator" ? [around(counter)] : [counter, around(counter)];

describe.each(Object.values(engines))("$name", (engine) => {
  test.each(levels)("synchronous, active %s: values come with the edge", (active) => {
    for (const dut of circuitsFor(engine)) {
      const run = open(engine, resetStyle(dut, { kind: "synchronous", active }));
      run.in.up = true;
      run.step(3);
      expect([run.out.count, run.out.shadow]).toEqual([8n, 7n]);
      run.reset();
      // At the edge the follower takes what the counter was.
      expect([run.out.count, run.out.shadow]).toEqual([5n, 8n]);
      run.close();
    }
  });

  test.each(levels)("asynchronous, active %s: values come at once, before the edge", (active) => {
    for (const dut of circuitsFor(engine)) {
      const run = open(engine, resetStyle(dut, { kind: "asynchronous", active }));
      expect([run.out.count, run.out.shadow]).toEqual([5n, 5n]);
      run.in.up = true;
      run.step(3);
      expect([run.out.count, run.out.shadow]).toEqual([8n, 7n]);
      run.reset();
      expect([run.out.count, run.out.shadow]).toEqual([5n, 5n]);
      run.close();
    }
  });

  test("none: values from power-up, and a module around with a reset leaves them alone", () => {
    const run = open(engine, resetStyle(around(counter), { kind: "none" }));
    run.in.up = true;
    expect(run.out.count).toBe(5n);
    run.step(3);
    expect([run.out.count, run.out.shadow]).toEqual([8n, 7n]);
    if ("save" in run) {
      run.reset();
      expect([run.out.count, run.out.shadow]).toEqual([5n, 0n]);
    } else expect(() => run.reset()).toThrow("around has no reset; open it again");
    run.close();

    const mixed = open(engine, around(resetStyle(counter, { kind: "none" })));
    mixed.in.up = true;
    mixed.step(2);
    mixed.reset();
    // Each reset is an edge like any other for the counter, as is the one at the start, before `up`.
    expect([mixed.out.count, mixed.out.shadow]).toEqual([8n, 7n]);
    mixed.close();
  });

  test("a clock enable holds everything, and a soft reset gives reset values at an edge", () => {
    const run = open(
      engine,
      module(
        { name: "gates", ports: { ...ports, clear: input(bool()), go: input(bool()) } },
        (io) => {
          const gated = softReset(clockEnable(around(counter)));
          const unit = instance("unit", gated, { up: io.up, enable: io.go, clear: io.clear });
          io.count.set(unit.count);
          io.shadow.set(unit.shadow);
        },
      ) as never,
    );
    const inputs = run.in as Record<string, boolean>;
    inputs.up = true;
    run.step(3);
    expect(run.out.count).toBe(5n);
    inputs.go = true;
    run.step(3);
    expect([run.out.count, run.out.shadow]).toEqual([8n, 7n]);
    [inputs.go, inputs.clear] = [false, true];
    run.step();
    // The soft reset wins over the enable; the follower has no reset value and is held.
    expect([run.out.count, run.out.shadow]).toEqual([5n, 7n]);
    [inputs.go, inputs.clear] = [true, false];
    run.step();
    expect([run.out.count, run.out.shadow]).toEqual([6n, 5n]);
    run.reset();
    expect(run.out.count).toBe(5n);
    run.close();
  });
});

test("memories, checks and displays of a gated circuit stand still", () => {
  const talker = module(
    { name: "talker", ports: { data: input(uint(4)), q: output(uint(4)) } },
    (io) => {
      const words = memory("words", { depth: 2, type: uint(4), contents: [9, 9] });
      words.write(0, io.data);
      io.q.set(words.read("q_read", 0));
      assert(io.data.ne(15), "no_fifteen");
      display("data %d", io.data);
    },
  );
  for (const engine of [engines.interpreter, engines.wasm]) {
    const lines: string[] = [];
    const dut = engine.open(clockEnable(talker), {
      watch: ["words[0]"],
      display: ({ text }) => lines.push(text),
    });
    dut.in.data = 15n;
    dut.step(2);
    expect([dut.peek("words[0]"), dut.out.q, lines]).toEqual([9n, 0n, []]);
    dut.in.enable = true;
    expect(() => dut.step()).toThrow("no_fifteen fails in cycle 2");
    expect([dut.peek("words[0]"), dut.out.q, lines]).toEqual([15n, 9n, ["data 15"]]);
  }
});

test("a circuit without a reset is verified block by block, each from power-up", async () => {
  const reference = (
    { up }: Readonly<Record<string, ArrayLike<number | bigint>>>,
    cycles: number,
  ) => {
    let [count, shadow] = [5, 0];
    const columns = { count: new Uint8Array(cycles), shadow: new Uint8Array(cycles) };
    for (let i = 0; i < cycles; i++) {
      [columns.count[i], columns.shadow[i]] = [count, shadow];
      [count, shadow] = [(count + Number(up![i])) & 15, count];
    }
    return columns;
  };
  const verdict = await verify(resetStyle(counter, { kind: "none" }), {
    reference: reference as never,
    vectors: 5000,
  });
  expect(verdict).toMatchObject({ mismatches: 0 });
});

describe("proofs", () => {
  const bounded = (bound: number) =>
    module({ name: "bounded", ports: { up: input(bool()), count: output(uint(4)) } }, (io) => {
      const count = register("value", uint(4), { reset: 3 });
      when(io.up.and(count.lt(9)), () => count.set(count.addWrap(1)));
      io.count.set(count);
      assert(count.le(bound).and(count.ge(3)), "in_range");
    });
  const verdict = async (dut: Module) => (await prove(checkProperties(dut)[0]!)).verdict;

  test.each([
    { kind: "synchronous", active: "low" },
    { kind: "asynchronous" },
    { kind: "asynchronous", active: "low" },
    { kind: "none" },
  ] as const)("assertions from a reset of style %j", async (style) => {
    expect(await verdict(resetStyle(bounded(9), style))).toBe("proved");
    expect(await verdict(resetStyle(bounded(8), style))).toBe("disproved");
  });

  test("circuits of two styles are compared", async () => {
    const plain = bounded(9);
    const other = resetStyle(bounded(9), { kind: "synchronous", active: "low" });
    expect((await prove(equivalence(plain, other))).verdict).toBe("proved");
  });

  test("a clock enable and a soft reset are what one writes by hand", async () => {
    const sides = { ...ports, enable: input(bool()), clear: input(bool()) };
    const byHand = (wrong: boolean) =>
      module({ name: "by_hand", ports: sides }, (io) => {
        const count = register("value", uint(4), { reset: 5 });
        const shadow = register("follower", uint(4));
        when(io.enable, () => {
          when(io.up, () => count.set(count.addWrap(1)));
          shadow.set(count);
        });
        when(wrong ? io.clear.and(io.enable) : io.clear, () => count.set(5));
        io.count.set(count);
        io.shadow.set(count);
      });
    const gated = module({ name: "gated", ports: sides }, (io) => {
      const { up, enable, clear } = io;
      const { count } = instance("unit", softReset(clockEnable(counter)), { up, enable, clear });
      io.count.set(count);
      io.shadow.set(count);
    });
    expect((await prove(equivalence(byHand(false), gated))).verdict).toBe("proved");
    expect((await prove(equivalence(byHand(true), gated))).verdict).toBe("disproved");
  });
});
