// Runs two responders on one stimulus and reports where they first differ.

import { checkedCount, described } from "./check.ts";
import type { Column, Columns } from "./column.ts";
import { asciiWave, rowsOf } from "./wave/ascii.ts";

/** Something that answers a stimulus, always from reset: an engine or a model. */
export interface Responder {
  readonly name: string;
  run(stimulus: Columns, cycles: number): Columns;
}

/** A simulation as a responder: every run begins with a reset. */
export const fromReset = (
  name: string,
  simulation: { reset(): void; batch(stimulus: Columns, cycles: number): Columns },
): Responder => ({
  name,
  run(stimulus, cycles) {
    simulation.reset();
    return simulation.batch(stimulus, cycles);
  },
});

/** The first cycle in which two responders differ. */
export interface Difference {
  readonly cycle: number;
  readonly port: string;
  /** Values as text, by responder. */
  readonly values: Readonly<Record<string, string>>;
  /** The smallest stimulus found that shows it, with both answers, for people. */
  readonly wave: string;
}

export interface Comparison {
  /** Cycles in which any output differs. */
  readonly mismatches: number;
  readonly first: Difference | undefined;
}

/**
 * Runs one stimulus through two responders and compares every output in every cycle.
 *
 * @throws RangeError when nothing would be compared: no cycle, or no output.
 * @throws Error when one lacks an output of the other, or a column ends before the last cycle or holds
 *   something that is no integer.
 *
 * @example
 * const [left, right] = ["wasm", "interpreter"].map((name) => {
 *   const dut = engines[name].open(mac());
 *   return { name, run: (columns, cycles) => dut.batch(columns, cycles) };
 * });
 * const stimulus = { weight: new Uint8Array(4), activation: new Int8Array(4), enable: new Uint8Array(4), clear: new Uint8Array(4) };
 * console.log(lockstep(stimulus, 4, left, right).mismatches); // 0
 */
export function lockstep(
  stimulus: Columns,
  cycles: number,
  left: Responder,
  right: Responder,
): Comparison {
  if (checkedCount(cycles) === 0) throw new RangeError("0 cycles: nothing would be compared");
  const [a, b] = [answer(left, stimulus, cycles), answer(right, stimulus, cycles)];
  for (const [mine, other, name] of [
    [a, b, right.name],
    [b, a, left.name],
  ] as const) {
    const lacking = Object.keys(mine).find((port) => !Object.hasOwn(other, port));
    if (lacking !== undefined) throw new Error(`${name} lacks the output ${lacking}`);
  }
  const ports = Object.keys(a);
  if (ports.length === 0) throw new RangeError("no outputs: nothing would be compared");
  let mismatches = 0;
  let cycle = -1;
  for (let i = 0; i < cycles; i++) {
    if (ports.some((port) => differs(a, b, port, i))) {
      if (mismatches === 0) cycle = i;
      mismatches += 1;
    }
  }
  if (mismatches === 0) return { mismatches, first: undefined };
  const port = ports.find((name) => differs(a, b, name, cycle)) ?? "";
  const values = {
    [left.name]: String(a[port]?.[cycle]),
    [right.name]: String(b[port]?.[cycle]),
  };
  return {
    mismatches,
    first: { cycle, port, values, wave: smallestWave(stimulus, cycle, left, right) },
  };
}

/** What a responder answers: columns of integers that are long enough. */
function answer(responder: Responder, stimulus: Columns, cycles: number): Columns {
  if (typeof responder?.run !== "function" || typeof responder.name !== "string")
    throw new RangeError("lockstep compares two sides, each { name, run(stimulus, cycles) }");
  const { name } = responder;
  const columns = responder.run(stimulus, cycles);
  for (const [port, column] of Object.entries(columns)) {
    if (column.length < cycles) {
      throw new Error(`${name} answers ${column.length} of ${cycles} cycles of ${port}`);
    }
    const integers = ArrayBuffer.isView(column) && !/Float/.test(column[Symbol.toStringTag]);
    if (integers) continue;
    const values: readonly unknown[] = [...column];
    const wrong = values.findIndex(
      (value) => typeof value !== "bigint" && !Number.isInteger(value),
    );
    if (wrong >= 0 && wrong < cycles) {
      throw new Error(`${name} answers ${described(values[wrong])} for ${port} in cycle ${wrong}`);
    }
  }
  return columns;
}

/** Columns of one port may differ in kind between responders: they are compared as integers. */
function differs(a: Columns, b: Columns, port: string, cycle: number): boolean {
  const [mine, other] = [a[port]?.[cycle], b[port]?.[cycle]];
  if (mine === undefined || other === undefined) throw new Error(`only one side has ${port}`);
  return mine !== other && BigInt(mine) !== BigInt(other);
}

const cut = (columns: Columns, from: number, to: number): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.slice(from, to) as Column]),
  );

/** The shortest of the tails of 1, 2, 4, … cycles before the difference that shows one from reset. */
function smallestWave(stimulus: Columns, cycle: number, left: Responder, right: Responder): string {
  for (let length = 1; ; length *= 2) {
    const from = Math.max(0, cycle + 1 - length);
    const tail = cut(stimulus, from, cycle + 1);
    const size = cycle + 1 - from;
    const [a, b] = [answer(left, tail, size), answer(right, tail, size)];
    const shows = Object.keys(a).some((port) =>
      Array.from({ length: size }, (_, i) => i).some((i) => differs(a, b, port, i)),
    );
    if (!shows && from > 0) continue;
    const first = Math.max(0, size - 12);
    const rows = [
      ...rowsOf(tail, first, size),
      ...Object.keys(a).flatMap((port) => [
        ...rowsOf({ [port]: a[port] ?? [] }, first, size, ` ${left.name}`),
        ...rowsOf({ [port]: b[port] ?? [] }, first, size, ` ${right.name}`),
      ]),
    ];
    return asciiWave(rows, first);
  }
}
