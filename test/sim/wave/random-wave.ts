import { bool, type HardwareType, rangeOf, sint, uint } from "@chisel-ts/core";
import fc from "fast-check";
import { columnOf, setElement } from "../../../sim/column.ts";
import type { Wave, WaveSignal } from "../../../sim/wave/index.ts";

const width = fc.oneof(fc.constantFrom(1, 2, 8, 16, 32, 64, 65), fc.integer({ min: 1, max: 130 }));
const type: fc.Arbitrary<HardwareType> = fc.oneof(
  fc.constant(bool()),
  width.map((bits) => uint(bits)),
  width.map((bits) => sint(bits)),
);

/** Few parts, so that a signal often has the name of a scope, and ones that a careless writer mistakes. */
const part = fc.constantFrom("a", "b", "top", "x<b>&", "mem[3]", "__proto__", "end", "#5", "1!");
const name = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("."))
  .filter((path) => path !== "clock");

const signal = (cycles: number): fc.Arbitrary<WaveSignal> =>
  fc.tuple(name, type, fc.nat(2)).chain(([path, hardware, spare]) => {
    const { minimum: least, maximum: greatest } = rangeOf(hardware);
    const value = fc.oneof(
      fc.bigInt({ min: least, max: greatest }),
      fc.constantFrom(least, greatest, 0n),
    );
    const size = cycles + spare;
    return fc.array(value, { minLength: size, maxLength: size }).map((values) => {
      const column = columnOf(hardware, size);
      values.forEach((each, index) => {
        setElement(column, index, each);
      });
      return { name: path, type: hardware, column };
    });
  });

/** Waves of 1 to 12 cycles and up to 120 signals of 1 to 130 bits. */
export const waves: fc.Arbitrary<Wave> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.nat(1_000_000))
  .chain(([cycles, from]) =>
    fc
      .uniqueArray(signal(cycles), { selector: (each) => each.name, maxLength: 120 })
      .map((signals) => ({ name: "top", from, cycles, signals })),
  );

/** The integers of a wave's signals, by name. */
export const valuesOf = ({ signals, cycles }: Wave): Record<string, bigint[]> =>
  Object.fromEntries(
    signals.map(({ name: path, column }) => [
      `top.${path}`,
      Array.from({ length: cycles }, (_, i) => BigInt(column[i]!)),
    ]),
  );

/** A counter from 254 on, the sign of a number below it, in a module inside, and a wide one. */
export const counter: Wave = {
  name: "counter",
  from: 9,
  cycles: 4,
  signals: [
    { name: "enable", type: bool(), column: Uint8Array.of(1, 1, 0, 0) },
    { name: "count", type: uint(8), column: Uint8Array.of(254, 255, 0, 0) },
    { name: "unit.total", type: sint(16), column: Int16Array.of(0, -1, -120, -120) },
    { name: "unit.sign", type: bool(), column: Uint8Array.of(0, 1, 1, 0) },
    { name: "unit.wide.word", type: uint(65), column: [1n << 64n, 1n << 64n, 1n, 1n] },
  ],
};
