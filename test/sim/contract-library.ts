import {
  bool,
  delay,
  input,
  instance,
  maximum,
  minimum,
  module,
  oneHotMux,
  output,
  popCount,
  priorityEncoder,
  queue,
  registered,
  reverse,
  sint,
  uint,
  vec,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Engine } from "../../sim/index.ts";

const word = uint(9);

/** Everything of the library that a circuit is built from, beside one another. */
const library = module(
  {
    name: "library_parts",
    ports: {
      x: input(uint(6)),
      a: input(sint(5)),
      b: input(sint(5)),
      select: vec(3, input(bool())),
      enable: input(bool()),
      valid: input(bool()),
      bits: input(word),
      ready: input(bool()),
      first: output(uint(3)),
      any: output(bool()),
      ones: output(uint(3)),
      turned: output(uint(6)),
      low: output(sint(5)),
      high: output(sint(5)),
      chosen: output(sint(5)),
      held: output(uint(6)),
      late: output(sint(5)),
      accepts: output(bool()),
      offers: output(bool()),
      oldest: output(word),
    },
  },
  (io) => {
    const { index, valid } = priorityEncoder(io.x);
    io.first.set(index);
    io.any.set(valid);
    io.ones.set(popCount(io.x));
    io.turned.set(reverse(io.x));
    io.low.set(minimum(io.a, io.b));
    io.high.set(maximum(io.a, io.b));
    io.chosen.set(oneHotMux(io.select, [io.a, io.b, io.a.not()]));
    io.held.set(registered("held_", io.x, io.enable));
    io.late.set(delay("late_", io.b, 3, io.enable));
    const { source, sink } = instance(
      "buffer",
      queue({ type: word, depth: 2, flow: true, pipe: true }),
      { source: { valid: io.valid, bits: io.bits }, sink: { ready: io.ready } },
    );
    io.accepts.set(source.ready);
    io.offers.set(sink.valid);
    io.oldest.set(sink.bits);
  },
);

/** What the library's documentation says of a run, in plain numbers; the bits of a stream count where it is valid. */
function expected(rows: readonly Row[]) {
  let held = 0;
  const delayed = [0, 0, 0];
  const words: number[] = [];
  return rows.map(({ x, a, b, select, enable, valid, bits, ready }) => {
    const digits = [...x.toString(2).padStart(6, "0")];
    const lowest = digits.toReversed().indexOf("1");
    const values = [a, b, ~a];
    const chosen = values.reduce((or, value, lane) => or | ((select >> lane) & 1 ? value : 0), 0);
    const offers = words.length > 0 || valid;
    const accepts = words.length < 2 || ready;
    const now = {
      first: Math.max(0, lowest),
      any: Number(lowest >= 0),
      ones: digits.filter((digit) => digit === "1").length,
      turned: Number.parseInt(digits.toReversed().join(""), 2),
      low: Math.min(a, b),
      high: Math.max(a, b),
      chosen,
      held,
      late: delayed[2],
      accepts: Number(accepts),
      offers: Number(offers),
      oldest: offers ? (words[0] ?? bits) : undefined,
    };
    if (enable) {
      held = x;
      delayed.unshift(b);
      delayed.pop();
    }
    if (valid && accepts) words.push(bits);
    if (offers && ready) words.shift();
    return now;
  });
}

interface Row {
  readonly x: number;
  readonly a: number;
  readonly b: number;
  /** A bit for each lane. */
  readonly select: number;
  readonly enable: boolean;
  readonly valid: boolean;
  readonly bits: number;
  readonly ready: boolean;
}

const row: fc.Arbitrary<Row> = fc.record({
  x: fc.nat(63),
  a: fc.integer({ min: -16, max: 15 }),
  b: fc.integer({ min: -16, max: 15 }),
  select: fc.nat(7),
  enable: fc.boolean(),
  valid: fc.boolean(),
  bits: fc.nat(511),
  ready: fc.boolean(),
});

/** The circuits of the language's library, on random inputs. */
export function contractOfLibrary(engine: Engine): void {
  test(`${engine.name} computes what the library's circuits are documented to`, () => {
    const dut = engine.open(library);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 200 }), (rows) => {
        dut.reset();
        const flags = (of: (row: Row) => unknown) =>
          Uint8Array.from(rows, (row) => Number(of(row)));
        const found = dut.batch(
          {
            x: flags(({ x }) => x),
            a: Int8Array.from(rows, ({ a }) => a),
            b: Int8Array.from(rows, ({ b }) => b),
            select_0: flags(({ select }) => select & 1),
            select_1: flags(({ select }) => (select >> 1) & 1),
            select_2: flags(({ select }) => select >> 2),
            enable: flags(({ enable }) => enable),
            valid: flags(({ valid }) => valid),
            bits: Uint16Array.from(rows, ({ bits }) => bits),
            ready: flags(({ ready }) => ready),
          },
          rows.length,
        );
        for (const [cycle, now] of expected(rows).entries())
          for (const [name, value] of Object.entries(now))
            if (value !== undefined)
              expect({ cycle, name, value: Number(found[name]?.[cycle]) }).toEqual({
                cycle,
                name,
                value,
              });
      }),
      { numRuns: 10 },
    );
    dut.close();
  });
}
