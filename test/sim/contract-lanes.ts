import {
  bool,
  input,
  type Module,
  module,
  mux,
  output,
  queue,
  register,
  sint,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { type Columns, type Engine, engines, streamSink } from "../../sim/index.ts";
import { needs } from "../support/native.ts";
import { stimulusOf } from "./random/stimulus.ts";

/** Registers with and without a reset value, signed and narrow outputs, and, above 64 bits, what no loop computes. */
const summing = (width: number): Module =>
  module(
    {
      name: `summing${width}`,
      ports: {
        add: input(bool()),
        term: input(sint(width)),
        sum: output(sint(width)),
        last: output(sint(5)),
        negative: output(bool()),
        echo: output(uint(3)),
      },
    },
    (io) => {
      const sum = register("total", sint(width), { reset: -3 });
      when(io.add, () => sum.set(sum.addWrap(io.term)));
      const kept = register("kept", sint(5));
      kept.set(mux(io.add, io.term.truncate(5), kept));
      io.sum.set(sum);
      io.last.set(kept);
      io.negative.set(sum.isNegative());
      io.echo.set(io.term.asUInt().truncate(3));
    },
  ) as Module;

const lanes = 9;
const cycles = 12;

/** What one lane has of columns. */
const ofLane = (columns: Columns, lane: number) =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column.filter((_: unknown, index: number) => index % lanes === lane) as never,
    ]),
  ) as Columns;

/** Many stimuli at once mean the same on every engine as each by itself in the interpreter. */
export function contractOfLanes(engine: Engine): void {
  describe(`${engine.name} runs lanes`, () => {
    const ready = (): void => {
      if (engine.name === "icarus") needs("iverilog");
    };
    const native = engine === engines.icarus || engine === engines.verilator;
    const watch = ["total"];
    test.each(native ? [13] : [13, 70])("each by itself, with values of %i bits", (width) => {
      ready();
      const circuit = summing(width);
      const dut = engine.open(circuit, { lanes, watch });
      const stimulus = stimulusOf(circuit, width, lanes * cycles);
      const { term } = stimulusOf(circuit, width + 1, lanes);
      const settle = { term: term!, add: new Uint8Array(lanes).fill(1) };
      const found: Columns[] = [];
      const all = Array.from({ length: lanes }, () => engines.interpreter.open(circuit, { watch }));
      const wanted = all.map((): Columns[] => []);
      const both = (columns: Columns, count: number, steps: number): void => {
        found.push(dut.batch(columns, count));
        dut.step(steps);
        all.forEach((one, lane) => {
          wanted[lane]!.push(one.batch(ofLane(columns, lane), count));
          one.step(steps);
        });
      };
      // A register without a reset value is unknown in Icarus until it is set; all lanes set theirs nevertheless.
      const set = () => dut.batch(settle, 1);
      if (engine.name === "icarus") expect(set).toThrow(/^lane 0: last has unknown bits/);
      else set();
      for (const [lane, one] of all.entries()) one.batch(ofLane(settle, lane), 1);
      both(stimulus, cycles, 2);
      both({}, 2, 0);
      both({ term: term! }, 1, 1);
      dut.reset();
      for (const one of all) one.reset();
      both({}, 1, 0);
      for (let lane = 0; lane < lanes; lane++)
        expect(found.map((columns) => ofLane(columns, lane))).toEqual(wanted[lane]);
      expect(new Set(Array.from(found[0]!.sum!, String)).size).toBeGreaterThan(lanes);
      dut.close();
      dut.close();
      expect(() => dut.batch({}, 1)).toThrow("the simulation of summing");
    });

    test("refuses what fits no lane, and nothing has happened", () => {
      ready();
      const circuit = summing(13);
      const dut = engine.open(circuit, { lanes, watch });
      const five = { add: new Uint8Array(lanes).fill(1), term: new Int16Array(lanes).fill(5) };
      if (engine.name === "icarus") expect(() => dut.batch(five, 1)).toThrow("unknown");
      else dut.batch(five, 1);
      const add = (column: unknown, count = 1) => dut.batch({ add: column } as never, count);
      expect(() => add(new Uint8Array(lanes), 2)).toThrow(
        "the column of add has 9 elements, 2 cycles of 9 lanes are asked for",
      );
      expect(() =>
        add(
          Uint8Array.from({ length: 18 }, (_, i) => Number(i === 11) * 2),
          2,
        ),
      ).toThrow("add is Bool: 2 in cycle 1 of lane 2 is not in 0 to 1");
      expect(() => add(new Int8Array(lanes))).toThrow("must be Uint8Array, not Int8Array");
      expect(() => dut.batch({ sum: new Int16Array(lanes) }, 1)).toThrow("which is an output");
      expect(() => dut.batch({}, 2 ** 30)).toThrow("1073741824 cycles of 9 lanes are too many");
      for (const count of [-1, 1.5, "2"]) {
        expect(() => dut.batch({}, count as number)).toThrow("a whole number from 0");
        expect(() => dut.step(count as number)).toThrow("a whole number from 0");
      }
      expect(dut.batch({}, 0).sum).toEqual(new Int16Array(0));
      expect(dut.batch({}, 1).sum).toEqual(new Int16Array(lanes).fill(2));
      dut.close();
    });

    test("refuses counts that are none, and options that lanes do not go with", () => {
      ready();
      const fifo = queue({ type: uint(8), depth: 2 });
      const open = (options: object) => () => engine.open(fifo, options);
      for (const count of [0, -1, 1.5, 65537, Number.NaN, "4", null, 4n])
        expect(open({ lanes: count })).toThrow("lanes is a whole number from 1 to 65536, not ");
      expect(open({ lanes: 2, models: { to: streamSink(fifo, "sink") } })).toThrow(
        "open takes watch alone beside lanes, not models",
      );
      expect(open({ lanes: 2, watch: ["no"] })).toThrow("has no signal no");
      if (native)
        expect(open({ lanes: 65 })).toThrow(`${engine.name} runs each lane by itself, 64 at most`);
      else
        expect(open({ lanes: 2, checks: "collect" })).toThrow(
          "open takes watch alone beside lanes, not checks",
        );
    });
  });
}
