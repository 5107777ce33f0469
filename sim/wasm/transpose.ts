// Transposes squares of 16 by 16 bytes.

import { Code } from "./encoder.ts";
import { add, constant, load, multiply, type Value } from "./statement.ts";

/** Rows and columns of a square of bytes that is transposed at once. */
export const side = 16;

/** A square: row k of the target is column k of the source. */
export interface Transposition {
  /** Address of the source, and bytes from each of its rows to the next. */
  readonly from: number;
  readonly pitch: number;
  /** Places from each row of the target to the next. */
  readonly apart: number;
}

/** The square whose first row begins at a place; `addressAt` gives where each place's byte comes from. */
export function findTransposition(
  place: number,
  count: number,
  addressAt: (place: number) => number | undefined,
): Transposition | undefined {
  const from = addressAt(place);
  const second = addressAt(place + 1);
  if (from === undefined || second === undefined || Math.abs(second - from) <= 1) return undefined;
  const pitch = second - from;
  let apart = side;
  while (apart < count && addressAt(place + apart) !== from + 1) apart += side;
  for (let row = 0; row < side; row++) {
    for (let at = 0; at < side; at++) {
      if (addressAt(place + row * apart + at) !== from + row + at * pitch) return undefined;
    }
  }
  return { from, pitch, apart };
}

const interleaved = (half: 0 | 8): number[] =>
  Array.from({ length: side }, (_, i) => half + (i >> 1) + side * (i % 2));

/**
 * `name(from, pitch, to, apart)` transposes a square of bytes. Each of four steps interleaves vector j with vector j + 8,
 * which turns the eight bits of a byte's place, row before column, by one.
 */
export function transposition(name: string): Code {
  const code = new Code(name, ["i32", "i32", "i32", "i32"]);
  const at = (base: number, step: number, row: number): Value =>
    add(
      (into) => into.get(base),
      multiply((into) => into.get(step), constant(row)),
    );
  let rows = Array.from({ length: side }, (_, row) => {
    const local = code.local("v128");
    load(at(0, 1, row), 0, "v128.load")(code);
    code.set(local);
    return local;
  });
  for (let step = 0; step < 4; step++) {
    rows = rows.map((_, index) => {
      const local = code.local("v128");
      code.get(rows[index >> 1] as number).get(rows[(index >> 1) + side / 2] as number);
      code.lanes("i8x16.shuffle", interleaved(index % 2 === 0 ? 0 : 8)).set(local);
      return local;
    });
  }
  rows.forEach((local, row) => {
    at(2, 3, row)(code);
    code.get(local).memory("v128.store", 0);
  });
  return code;
}
