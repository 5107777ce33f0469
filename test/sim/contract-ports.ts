import {
  bool,
  input,
  memory,
  module,
  mux,
  named,
  output,
  register,
  sint,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine, Simulation } from "../../sim/index.ts";

const circuit = module(
  {
    name: "lanes",
    ports: {
      weight: { l0: input(uint(8)), l1: input(sint(8)) },
      enable: input(bool()),
      wide: input(uint(100)),
      sum: output(uint(8)),
      nested: { deep: { flag: output(bool()) } },
      roomy: output(uint(100)),
    },
  },
  (io) => {
    const words = memory("words", { depth: 3, type: sint(8), contents: [-1, 2, -3] });
    words.write(1, io.weight.l1, io.enable);
    let sum: UInt = io.weight.l0;
    for (let i = 0; i < 3; i++) {
      sum = sum.addWrap(io.weight.l1.asUInt());
      named({ sum_of: sum });
    }
    const held = register("held", uint(8), { reset: 0 });
    held.set(sum);
    io.sum.set(held);
    io.nested.deep.flag.set(words.read("word", 1).isNegative());
    io.roomy.set(mux(io.enable, io.wide, io.wide.not()));
  },
);

/** The message of what must be refused. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "accepted";
}

// biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript lets through
type Loose = any;

/** What every engine refuses of names and values, and which names it knows. */
export function contractOfPorts(engine: Engine): void {
  describe(`${engine.name} refuses what is wrong`, () => {
    let dut: Simulation<(typeof circuit)["ports"]>;
    let loose: { in: Loose; out: Loose; [name: string]: Loose };
    const watch = ["words[0]", "words[1]", "sum_of", "sum_of_1", "sum_of_2", "word"];
    beforeEach(() => {
      dut ??= engine.open(circuit, { watch });
      loose = dut as unknown as typeof loose;
    });
    afterAll(() => dut?.close());

    test("a port, member or index that is none, read or written, naming what there is", () => {
      expect(refusal(() => loose.in.wieght)).toBe(
        "RangeError: lanes has no input wieght; it has the inputs weight, enable, wide",
      );
      expect(refusal(() => (loose.in.wieght = 3n))).toContain("lanes has no input wieght; it has");
      expect(refusal(() => (loose.in.weight.l99 = 5n))).toBe(
        "RangeError: lanes has no input weight.l99; weight has the inputs l0, l1",
      );
      for (const act of [
        () => loose.in.weight.l99,
        () => loose.in.weight[0],
        () => (loose.in.weight[7] = 1n),
        () => loose.in.weight.l0x.more,
        () => Object.assign(loose.in, { enabled: true }),
      ]) {
        expect(refusal(act)).toMatch(/^RangeError: lanes has no input /);
      }
      expect(refusal(() => loose.out.enable)).toContain(
        "no output enable, which is an input; it has",
      );
      expect(refusal(() => loose.in.sum)).toContain("no input sum, which is an output; it has");
      expect(refusal(() => loose.out.nested.deep.flags)).toBe(
        "RangeError: lanes has no output nested.deep.flags; nested.deep has the output flag",
      );
    });

    test("an assignment to an output, a bundle, or to in and out themselves", () => {
      expect(refusal(() => (loose.out.sum = 1n))).toBe(
        "RangeError: sum is an output of lanes and cannot be assigned",
      );
      expect(refusal(() => (loose.out.nested = {}))).toContain("is a bundle of deep: set those");
      expect(refusal(() => (loose.in.weight = 5n))).toBe(
        "RangeError: weight of lanes is a bundle of l0, l1: set those",
      );
      expect(refusal(() => (loose.in = { enable: true }))).toContain("in cannot be replaced");
      expect(refusal(() => (loose.out = {}))).toContain("out cannot be replaced");
    });

    test("what every object answers is still answered", async () => {
      expect(Object.keys(dut.in)).toEqual(["weight", "enable", "wide"]);
      expect("weight" in dut.in && !("wieght" in dut.in)).toBe(true);
      expect(`${dut.in}`).toBe("[object Object]");
      expect(await dut.in).toBe(dut.in);
      dut.in.weight.l0 = 200n;
      dut.in.weight.l1 = -100n;
      expect({ ...dut.in.weight }).toEqual({ l0: 200n, l1: -100n });
      expect(dut.in.weight).toEqual({ l0: 200n, l1: -100n });
    });

    test("values of another type or out of range, naming port, type and range", () => {
      const given = (value: unknown, port = "l0") => refusal(() => (loose.in.weight[port] = value));
      expect(given(3)).toBe(
        "RangeError: weight_l0 is UInt 8 and takes a bigint, 0 to 255, not the number 3 (write 3n)",
      );
      for (const value of [Number.NaN, 1.5, -0, undefined, null, "5", true, {}, [1n], () => 1n]) {
        expect(given(value)).toMatch(
          /^RangeError: weight_l0 is UInt 8 and takes a bigint, 0 to 255, not /,
        );
      }
      expect(given(256n)).toBe("RangeError: weight_l0 is UInt 8: 256 is not in 0 to 255");
      expect(given(-1n)).toContain("-1 is not in 0 to 255");
      expect(given(128n, "l1")).toContain("weight_l1 is SInt 8: 128 is not in -128 to 127");
      expect(refusal(() => (loose.in.wide = 1n << 100n))).toContain("is not in 0 to 2^100 - 1");
      for (const value of [1n, 0, "true", undefined, Number.NaN]) {
        expect(refusal(() => (loose.in.enable = value))).toMatch(
          /^RangeError: enable is Bool and takes a boolean, true or false, not /,
        );
      }
      dut.in.weight.l0 = 7n;
      expect(given(300n)).not.toBe("accepted");
      expect(dut.in.weight.l0).toBe(7n);
    });

    test("columns of unknown name, of another type, too short or with gaps", () => {
      const batch = (columns: unknown, cycles = 2) => refusal(() => loose.batch(columns, cycles));
      expect(batch({ wieght_l0: Uint8Array.of(1, 2) })).toBe(
        "RangeError: lanes has no input wieght_l0; it has the inputs weight_l0, weight_l1, enable, wide",
      );
      expect(batch({ sum: Uint8Array.of(1, 2) })).toContain("no input sum, which is an output");
      for (const column of [
        [1, 2],
        undefined,
        null,
        5,
        "12",
        {},
        Int8Array.of(1, 2),
        new DataView(new ArrayBuffer(2)),
        Float64Array.of(1, 2),
        Uint8ClampedArray.of(1, 2),
      ]) {
        expect(batch({ weight_l0: column })).toMatch(
          /^RangeError: the column of lanes.weight_l0 \(UInt 8\) must be Uint8Array, not /,
        );
      }
      expect(batch({ weight_l0: Uint8Array.of(1) })).toContain("has 1 elements, 2 cycles");
      expect(batch({ wide: [1n, 2] })).toContain("wide is UInt 100 and takes bigints");
      expect(batch({ wide: [1n, Number.NaN] })).toContain("cycle 1 has NaN");
      // biome-ignore lint/suspicious/noSparseArray: a gap on purpose
      expect(batch({ wide: [1n, , 3n] })).toContain("cycle 1 has undefined");
      expect(batch({ wide: [1n, 1n << 100n] })).toContain("in cycle 1 is not in 0 to 2^100 - 1");
      expect(batch({ enable: Uint8Array.of(0, 2) })).toContain("2 in cycle 1 is not in 0 to 1");
      for (const columns of [null, undefined, 5, [Uint8Array.of(1)]]) {
        expect(batch(columns)).toMatch(/^RangeError: a batch takes columns by port name, not /);
      }
      for (const cycles of [2n, "2", null]) {
        expect(batch({}, cycles as Loose)).toMatch(/cycles: a whole number from 0/);
      }
      expect(batch({ weight_l0: Buffer.from([1, 2]) })).toBe("accepted");
    });

    test("names to watch that are none, options that are none", () => {
      const open = (options: unknown) => refusal(() => engine.open(circuit, options as Loose));
      expect(open({ wacth: ["word"] })).toMatch(
        /^RangeError: open has no option wacth; it has watch, models, lanes(, checks, display)?$/,
      );
      expect(open({ watch: "word" })).toContain("watch is a list of signal names, not the string");
      expect(open({ watch: [5] })).toContain("element 0 is the number 5");
      expect(open({ watch: ["wrod"] })).toContain(
        "lanes has no signal wrod: lanes has the signals ",
      );
      expect(open({ watch: ["words"] })).toContain(
        "the words of memory words are words[0] to words[2]",
      );
      expect(open({ watch: ["words[3]"] })).toContain("words[0] to words[2]");
      expect(open({ watch: ["u0.word"] })).toContain("lanes has no instance");
      for (const name of ["words[-1]", "words[01]", "words[1.0]", "words[", "sum_of_3", "", "."]) {
        expect(open({ watch: [name] })).toMatch(/^RangeError: lanes has no signal/);
      }
    });

    test("words of memories and values named alike go by the same names everywhere", () => {
      dut.in.weight.l0 = 10n;
      dut.in.weight.l1 = 5n;
      dut.in.enable = false;
      expect(watch.slice(0, 5).map((name) => dut.peek(name))).toEqual([-1n, 2n, 15n, 20n, 25n]);
      const response = dut.batch(
        { weight_l1: Int8Array.of(-7, 9), enable: Uint8Array.of(1, 0) },
        2,
      );
      expect(response["words[1]"]).toEqual(Int8Array.of(2, -7));
      expect(response.sum_of_1).toEqual(Uint8Array.of(252, 28));
      expect(dut.peek("words[1]")).toBe(-7n);
      dut.step();
      expect([dut.peek("word"), dut.out.nested.deep.flag]).toEqual([-7n, true]);
      expect(() => dut.peek("words[2]")).toThrow("no signal words[2], or watch does not list it");
    });
  });
}
