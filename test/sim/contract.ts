import {
  bool,
  decoupled,
  flip,
  input,
  instance,
  literal,
  memory,
  module,
  mux,
  named,
  output,
  queue,
  register,
  sint,
  uint,
  when,
} from "@chisel-ts/core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine, Simulation } from "../../sim/index.ts";

const counter = module(
  { name: "counter", ports: { up: input(bool()), count: output(uint(8)) } },
  (io) => {
    const value = register("value", uint(8), { reset: 3 });
    when(io.up, () => value.set(value.addWrap(1)));
    io.count.set(value);
  },
);

/** One circuit with something of everything, so that a native engine builds once. */
const everything = module(
  {
    name: "everything",
    ports: {
      up: input(bool()),
      offset: input(sint(5)),
      wide: input(uint(200)),
      address: input(uint(3)),
      write: input(bool()),
      // Names that mean something to the engines' own languages.
      eval: input(bool()),
      a__b: output(bool()),
      negated: output(sint(6)),
      wider: output(uint(201)),
      flag: output(bool()),
      held: output(uint(200)),
      read: output(uint(200)),
      counters: { first: { count: output(uint(8)) }, second: { count: output(uint(8)) } },
      from: flip(decoupled(uint(8))),
      to: decoupled(uint(8)),
    },
  },
  (io) => {
    const negated = io.offset.negate();
    named({ negated_inside: negated });
    io.negated.set(negated);
    io.wider.set(io.wide.add(io.wide));
    io.flag.set(io.offset.isNegative());
    io.a__b.set(io.eval.not());

    const held = register("held_register", uint(200), { reset: 7 });
    held.set(mux(io.write, io.wide, held));
    io.held.set(held);

    const words = memory("words", { depth: 6, type: uint(200), contents: [0, 0, 0, 0, 0, 0] });
    words.write(io.address, io.wide, io.write);
    const cleared = register("cleared", bool(), { reset: 0 });
    cleared.set(true);
    io.read.set(mux(cleared, words.read("word", io.address), io.wide.xor(io.wide)));

    io.counters.first.count.set(instance("first", counter, { up: io.up }).count);
    io.counters.second.count.set(instance("second", counter, { up: io.flag }).count);

    const { source, sink } = instance("buffer", queue({ type: uint(8), depth: 2 }), {
      source: { valid: io.from.valid, bits: io.from.bits },
      sink: { ready: io.to.ready },
    });
    io.from.ready.set(source.ready);
    io.to.valid.set(sink.valid);
    io.to.bits.set(sink.bits);
  },
);

/** What every engine must do. */
export function contract(engine: Engine): void {
  describe(`${engine.name} keeps the contract`, () => {
    let dut: Simulation<(typeof everything)["ports"]>;
    const watch = ["first.value", "negated_inside", "held_register", "buffer.count"];
    // Before each, where a test of an engine that is not installed can still be left out.
    beforeEach(() => {
      dut ??= engine.open(everything, { watch });
    });
    afterAll(() => dut?.close());

    test("registers start at their reset value, and reset brings it back", () => {
      expect([dut.out.counters.first.count, dut.out.held]).toEqual([3n, 7n]);
      dut.in.up = true;
      dut.step(4);
      expect(dut.out.counters.first.count).toBe(7n);
      dut.reset();
      expect(dut.out.counters.first.count).toBe(3n);
      dut.in.up = false;
    });

    test("combinational outputs follow the inputs without a step, signed and wide", () => {
      dut.in.offset = -16n;
      dut.in.wide = 2n ** 200n - 1n;
      expect([dut.out.negated, dut.out.flag]).toEqual([16n, true]);
      expect(dut.out.wider).toBe(2n ** 201n - 2n);
      dut.in.offset = 15n;
      expect([dut.out.negated, dut.out.flag, dut.in.offset]).toEqual([-15n, false, 15n]);
    });

    test("ports may be called as the design likes", () => {
      dut.in.eval = true;
      expect(dut.out.a__b).toBe(false);
      dut.in.eval = false;
      expect(dut.out.a__b).toBe(true);
    });

    test("a count of cycles is a whole number", () => {
      for (const cycles of [-1, 1.5, 2 ** 31, Number.NaN]) {
        expect(() => dut.step(cycles)).toThrow(`${cycles} cycles: a whole number from 0`);
        expect(() => dut.batch({}, cycles)).toThrow(`${cycles} cycles: a whole number from 0`);
      }
      const before = dut.out.held;
      dut.step(0);
      expect([dut.out.held, dut.batch({}, 0).held]).toEqual([before, []]);
    });

    test("an input holds until it is set again; a register without set holds", () => {
      dut.in.wide = 5n;
      dut.in.write = true;
      dut.in.address = 0n;
      dut.step();
      dut.in.write = false;
      dut.in.wide = 6n;
      dut.step(3);
      expect(dut.out.held).toBe(5n);
    });

    test("a memory reads one cycle later, the old word on a collision, and nothing outside", () => {
      dut.in.wide = 1n << 199n;
      dut.in.address = 5n;
      dut.in.write = true;
      dut.step();
      expect(dut.out.read).toBe(0n);
      dut.in.write = false;
      dut.step();
      expect(dut.out.read).toBe(1n << 199n);
      dut.in.address = 6n;
      dut.in.write = true;
      dut.step(2);
      expect(dut.out.read).toBe(0n);
      dut.in.write = false;
    });

    test("a computed address wraps to its width", () => {
      const wrapping = module(
        {
          name: "wrapping",
          ports: { x: input(uint(2)), minus: output(uint(8)), inverted: output(uint(8)) },
        },
        (io) => {
          const words = memory("words", { depth: 4, type: uint(8), contents: [10, 11, 12, 13] });
          io.minus.set(words.read("minus_x", literal(uint(2), 0).subWrap(io.x)));
          io.inverted.set(words.read("not_x", io.x.not()));
        },
      );
      const dut = engine.open(wrapping);
      const read = [0n, 1n, 2n, 3n].map((x) => {
        dut.in.x = x;
        dut.step();
        return [dut.out.minus, dut.out.inverted];
      });
      expect(read).toEqual([
        [10n, 13n],
        [13n, 12n],
        [12n, 11n],
        [11n, 10n],
      ]);
      dut.close();
    });

    test("a queue holds its words in order and stops at its depth", () => {
      dut.reset();
      dut.in.from.valid = true;
      dut.in.to.ready = false;
      for (const word of [11n, 22n, 33n]) {
        dut.in.from.bits = word;
        dut.step();
      }
      expect([dut.out.from.ready, dut.peek("buffer.count")]).toEqual([false, 2n]);
      dut.in.from.valid = false;
      dut.in.to.ready = true;
      expect([dut.out.to.valid, dut.out.to.bits]).toEqual([true, 11n]);
      dut.step();
      expect(dut.out.to.bits).toBe(22n);
      dut.step();
      expect(dut.out.to.valid).toBe(false);
    });

    test("peek sees inside by hierarchical name, signed as declared", () => {
      dut.reset();
      dut.in.offset = -3n;
      expect(dut.peek("negated_inside")).toBe(3n);
      expect([dut.peek("first.value"), dut.peek("held_register")]).toEqual([3n, 7n]);
      expect(() => dut.peek("nothing.here")).toThrow(/no signal nothing.here/);
    });

    test("a batch equals the same cycles one by one", () => {
      const cycles = 300;
      const pattern = (i: number, n: number): number => (i * 2654435761) % n;
      const columns = {
        up: Uint8Array.from({ length: cycles }, (_, i) => pattern(i, 2)),
        offset: Int8Array.from({ length: cycles }, (_, i) => pattern(i, 32) - 16),
        wide: Array.from({ length: cycles }, (_, i) =>
          BigInt.asUintN(200, (BigInt(i) * 0x9e3779b97f4a7c15n) ** 5n),
        ),
        address: Uint8Array.from({ length: cycles }, (_, i) => pattern(i + 5, 8)),
        write: Uint8Array.from({ length: cycles }, (_, i) => pattern(i + 7, 3) & 1),
        from_valid: Uint8Array.from({ length: cycles }, (_, i) => pattern(i + 1, 5) & 1),
        from_bits: Uint8Array.from({ length: cycles }, (_, i) => pattern(i, 256)),
      };
      // Reset leaves memories as they are, so both runs start from cleared words.
      const start = (): void => {
        dut.in.wide = 0n;
        dut.in.write = true;
        for (let address = 0n; address < 6n; address++) {
          dut.in.address = address;
          dut.step();
        }
        dut.in.from.valid = false;
        dut.reset();
      };
      start();
      dut.in.to.ready = true;
      const response = dut.batch(columns, cycles);
      expect(Object.keys(response)).toEqual([
        ...everything.outputs.map((port) => port.name),
        ...watch,
      ]);
      const afterwards = [dut.out.held, dut.out.counters.second.count];
      start();
      for (let i = 0; i < cycles; i++) {
        dut.in.up = columns.up[i] === 1;
        dut.in.offset = BigInt(columns.offset[i]!);
        dut.in.wide = columns.wide[i]!;
        dut.in.address = BigInt(columns.address[i]!);
        dut.in.write = columns.write[i] === 1;
        dut.in.from.valid = columns.from_valid[i] === 1;
        dut.in.from.bits = BigInt(columns.from_bits[i]!);
        expect(dut.out.wider).toBe(response.wider![i]);
        expect(dut.out.negated).toBe(BigInt(response.negated![i]!));
        expect(dut.out.read).toBe(response.read![i]);
        expect(dut.out.to.valid).toBe(response.to_valid![i] === 1);
        for (const name of watch) expect(dut.peek(name)).toBe(BigInt(response[name]![i]!));
        expect(dut.out.counters.first.count).toBe(BigInt(response.counters_first_count![i]!));
        dut.step();
      }
      expect([dut.out.held, dut.out.counters.second.count]).toEqual(afterwards);
    });

    test("values and columns that do not fit are refused with the port's name and range", () => {
      expect(() => {
        dut.in.offset = 16n;
      }).toThrow("offset is SInt 5: 16 is not in -16 to 15");
      expect(() => {
        (dut.in as { up: unknown }).up = 1n;
      }).toThrow("up is Bool and takes a boolean");
      expect(() => dut.batch({ offset: Int8Array.of(0, 99) }, 2)).toThrow("99 in cycle 1");
      expect(() => dut.batch({ offset: Int8Array.of(0) }, 2)).toThrow("has 1 elements, 2 cycles");
      expect(() => dut.batch({ offset: Uint8Array.of(0) }, 1)).toThrow(
        "must be Int8Array, not Uint8Array",
      );
      expect(() => dut.batch({ offest: Int8Array.of(0) }, 1)).toThrow("no input offest");
    });

    test("a port may be called like what every object has; watching a port changes nothing", () => {
      const odd = module(
        {
          name: "odd",
          ports: { constructor: { valueOf: input(uint(8)) }, toString: output(uint(8)) },
        },
        (io) => {
          const held = register("held", uint(8), { reset: 9 });
          held.set(io.constructor.valueOf);
          io.toString.set(held);
        },
      );
      const dut = engine.open(odd, { watch: ["toString", "held", "constructor_valueOf", "held"] });
      dut.in.constructor.valueOf = 7n;
      expect(dut.batch({}, 2)).toEqual({
        toString: Uint8Array.of(9, 7),
        held: Uint8Array.of(9, 7),
      });
      expect(() => dut.batch({ hasOwnProperty: Uint8Array.of(1) }, 1)).toThrow("no input hasOwn");
      dut.close();
    });

    test("a purely combinational module runs too", () => {
      const gate = module({ name: "gate", ports: { a: input(bool()), y: output(bool()) } }, (io) =>
        io.y.set(io.a.not()),
      );
      const plain = engine.open(gate);
      expect(plain.out.y).toBe(true);
      plain.step(2);
      expect(plain.batch({ a: Uint8Array.of(0, 1, 0) }, 3).y).toEqual(Uint8Array.of(1, 0, 1));
      plain.close();
      expect(() => plain.out.y).toThrow("is closed");
    });
  });
}
