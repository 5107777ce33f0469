import type { Bundle, Module } from "@chisel-ts/core";
import { input, module, output, sint } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encoder } from "../../../hdl/core/encoder.ts";
import { exponential } from "../../../hdl/core/exponential.ts";
import { matrix, matrixLatency, scalings } from "../../../hdl/core/matrix.ts";
import { functions } from "../../../hdl/core/parameters.ts";
import { reciprocal } from "../../../hdl/core/reciprocal.ts";
import { roundShift, saturated, shiftEitherWay } from "../../../hdl/core/round-shift.ts";
import { share } from "../../../hdl/core/share.ts";
import { squareRoot } from "../../../hdl/core/square-root.ts";
import { type Columns, engines } from "../../../sim/index.ts";
import { seededRandom } from "../../../src/format/index.ts";
import * as model from "../../../src/model/core/index.ts";
import { INTEGER_VALUES } from "../../../src/model/index.ts";

function outputs<P extends Bundle>(circuit: Module<P>, stimulus: Columns, cycles: number): Columns {
  const simulation = engines.wasm.open(circuit);
  try {
    return simulation.batch(stimulus, cycles);
  } finally {
    simulation.close();
  }
}

/** The first place where a column is not what a function says. */
function firstDifference(
  column: ArrayLike<number | bigint>,
  expected: (i: number) => number,
): string | undefined {
  for (let i = 0; i < column.length; i++)
    if (Number(column[i]) !== expected(i)) return `${i}: ${column[i]}, not ${expected(i)}`;
  return undefined;
}

test("the encoder is the model's for every magnitude and sign", () => {
  const cycles = 2 ** 22;
  const magnitude = Uint32Array.from({ length: cycles }, (_, i) => i >> 1);
  const negative = Uint8Array.from({ length: cycles }, (_, i) => i & 1);
  const { code } = outputs(encoder(), { magnitude, negative }, cycles);
  expect(firstDifference(code!, (i) => model.encode(i >> 1, i % 2 === 1))).toBeUndefined();
});

test("the exponential is the model's for every argument whose result is above 0, and 0 beyond", () => {
  const cycles = 22 * 65536;
  const z = Uint32Array.from({ length: cycles + 32 }, (_, i) =>
    i < cycles ? i : (2 ** (i - cycles)) >>> 0,
  );
  const { power } = outputs(exponential(), { z }, z.length);
  expect(firstDifference(power!, (i) => model.exponential(z[i]!))).toBeUndefined();
});

test.each(functions)("the share of %s is the model's for every argument", (name) => {
  const x = Int32Array.from({ length: 131071 }, (_, i) => i - 65535);
  const table = model.gateTable(name);
  const found = outputs(share({ function: name }), { x }, x.length);
  expect(firstDifference(found.share!, (i) => model.share(table, x[i]!))).toBeUndefined();
});

test("every reciprocal, each begun when the last one is ready", () => {
  const cycles = 17 * 2 ** 15;
  const start = Uint8Array.from({ length: cycles + 1 }, (_, i) => Number(i % 17 === 0));
  const divisor = Uint16Array.from(
    { length: cycles + 1 },
    (_, i) => 2 ** 15 + (Math.floor(i / 17) & 32767),
  );
  const { busy, quotient } = outputs(reciprocal(), { start, divisor }, cycles + 1);
  for (let i = 0; i < 2 ** 15; i++) {
    const ready = 17 * (i + 1);
    if (Number(busy![ready]) !== 0 || Number(quotient![ready]) !== model.reciprocal(2 ** 15 + i))
      throw new Error(`1 / ${2 ** 15 + i}: ${quotient![ready]}`);
  }
});

test("square roots: those around every square, and random ones", () => {
  const random = fc.sample(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { numRuns: 2000, seed: 1 });
  const squares = Array.from({ length: 65535 }, (_, i) => (i + 1) ** 2);
  const radicands = [0, 2 ** 32 - 1, ...squares, ...squares.map((x) => x - 1), ...random];
  const cycles = 17 * radicands.length + 1;
  const start = Uint8Array.from({ length: cycles }, (_, i) => Number(i % 17 === 0));
  const radicand = Uint32Array.from(
    { length: cycles },
    (_, i) => radicands[Math.floor(i / 17)] ?? 0,
  );
  const { busy, root } = outputs(squareRoot(), { start, radicand }, cycles);
  radicands.forEach((x, i) => {
    const ready = 17 * (i + 1);
    if (Number(busy![ready]) !== 0 || Number(root![ready]) !== model.squareRoot(x))
      throw new Error(`root of ${x}: ${root![ready]}`);
  });
});

test("rounding shifts in both directions, and saturation", () => {
  const shifts = module(
    {
      name: "shifts",
      ports: {
        value: input(sint(32)),
        shift: input(sint(7)),
        rounded: output(sint(32)),
        either: output(sint(32)),
        limited: output(sint(16)),
      },
    },
    (io) => {
      io.rounded.set(roundShift(io.value, io.shift.asUInt().truncate(6)));
      io.either.set(shiftEitherWay(io.value, io.shift));
      io.limited.set(saturated(io.value, 16));
    },
  );
  const cases = fc.sample(
    fc
      .tuple(
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.integer({ min: 0, max: 31 }),
        fc.integer({ min: -31, max: 63 }),
      )
      .map(([value, down, shift]) => {
        const small = value >> down;
        // To the left only as far as the result fits.
        return [
          small,
          shift < 0 ? -Math.min(-shift, Math.clz32(small ^ (small >> 31)) - 1) : shift,
        ] as const;
      }),
    { numRuns: 50000, seed: 2 },
  );
  const value = Int32Array.from(cases, ([one]) => one);
  const shift = Int8Array.from(cases, ([, one]) => one);
  const { rounded, either, limited } = outputs(shifts, { value, shift }, cases.length);
  expect(
    firstDifference(either!, (i) => model.roundShift(value[i]!, shift[i]!) | 0),
  ).toBeUndefined();
  expect(
    firstDifference(rounded!, (i) => model.roundShift(value[i]!, shift[i]! & 63) | 0),
  ).toBeUndefined();
  expect(firstDifference(limited!, (i) => model.saturate(value[i]!, 16))).toBeUndefined();
});

test("every factor of a row multiplies its sum, rounded once, and is no code", () => {
  // Rows of a beat: four codes, and a factor of every mantissa and shift.
  const activations = [32767, -32768, 12345, -678, 1000, 1000, 1000, 1000];
  const rows = 2 ** 21;
  const cycles = activations.length + rows + matrixLatency;
  const integers = Float64Array.from(INTEGER_VALUES, (value, code) => (code === 0x80 ? 0 : value));
  const data = new BigUint64Array(cycles);
  const bytes = new Uint8Array(data.buffer);
  const random = seededRandom(4);
  for (let row = 0; row < rows; row++) {
    const at = 8 * (activations.length + row);
    const codes = random.next() >>> 0;
    for (let i = 0; i < 4; i++) {
      const code = (codes >>> (8 * i)) & 255;
      bytes[at + i] = code === 0x80 ? 0 : code;
    }
    bytes.set([row & 255, (row >> 8) & 255, row >> 16, 0], at + 4);
  }
  const during = (first: number, length: number): Uint8Array =>
    new Uint8Array(cycles).fill(1, first, first + length);
  const beats = during(activations.length, rows);
  const { result_valid, result_value, invalid } = outputs(
    matrix({ activation: "int16", lanes: 8, vectorLanes: 1, columns: 8 }),
    {
      write_enable: during(0, activations.length),
      write_part: Uint8Array.from({ length: cycles }, (_, i) => i & 7),
      write_data_0: Int16Array.from({ length: cycles }, (_, i) => activations[i] ?? 0),
      beat_valid: beats,
      beat_first: beats,
      beat_last: beats,
      beat_data: data,
      scaling_kind: new Uint8Array(cycles).fill(Number(scalings.Row.value)),
      scaling_shift: new Int8Array(cycles).fill(6),
    },
    cycles,
  );
  const first = activations.length + matrixLatency;
  for (let row = 0; row < rows; row++) {
    const at = 8 * (activations.length + row);
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += integers[bytes[at + i]!]! * activations[i]!;
    const whole = Math.floor(sum / 2 ** 6 + 0.5);
    const expected = Math.floor((whole * (row & 0xffff)) / 2 ** (16 + (row >> 16)) + 0.5);
    const found = [result_valid, result_value, invalid].map((one) => Number(one![first + row]));
    if (found[0] !== 1 || found[1] !== expected || found[2] !== 0)
      throw new Error(`row ${row}: ${found}, not ${expected}`);
  }
});
