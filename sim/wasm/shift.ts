// Shifts by a signal.

import { type Compile, operand } from "./cell.ts";
import type { Code } from "./encoder.ts";
import type { Values } from "./values.ts";

/** Pushes a shift distance that is at most `maximum`. */
function pushDistance(v: Values, slot: number, maximum: number): Code {
  const { code } = v;
  const low = v.scratch("low");
  v.push(slot).set(low);
  code.i64(BigInt(maximum)).get(low);
  code.i64(BigInt(maximum)).get(low).emit("i64.lt_u", "i64.extend_i32_u");
  for (let word = 1; word < v.words(slot); word++) {
    v.push(slot, 64 * word)
      .i64(0n)
      .emit("i64.ne", "i64.extend_i32_u", "i64.or");
  }
  return code.emit("i32.wrap_i64", "select");
}

type Direction = "left" | "right" | "rightSigned";

/** Shifts by a distance that is a signal. */
export const shift =
  (direction: Direction): Compile =>
  (v, cell) => {
    const [from, by] = [operand(cell, 0), operand(cell, 1)];
    if (v.width(from) > 64) wideShift(v, cell.slot, from, by, direction);
    else narrowShift(v, cell.slot, from, by, direction);
  };

function narrowShift(
  v: Values,
  slot: number,
  from: number,
  by: number,
  direction: Direction,
): void {
  const { code } = v;
  const width = v.width(from);
  const distance = v.scratch("distance");
  pushDistance(v, by, width).set(distance);
  v.store(slot, true, () => {
    if (direction === "rightSigned") v.pushSigned(from, 0);
    else v.push(from);
    const instruction = { left: "i64.shl", right: "i64.shr_u", rightSigned: "i64.shr_s" } as const;
    // Shifting by one less and then by one makes a distance of 64 clear everything.
    code.get(distance).i64(0n).emit("i64.ne", "i64.extend_i32_u").emit(instruction[direction]);
    code.get(distance).get(distance).i64(0n).emit("i64.ne", "i64.extend_i32_u", "i64.sub");
    code.emit(instruction[direction]);
  });
}

/**
 * Copies the value into scratch memory between words of zeros or of its sign, and reads the result at
 * the shifted address: no branch depends on the distance.
 */
function wideShift(v: Values, slot: number, from: number, by: number, direction: Direction): void {
  const { code } = v;
  const { scratch } = v.layout;
  const words = v.words(from);
  const distance = v.scratch("distance");
  const address = v.scratch("address", "i32");
  const put = (index: number, push: () => void): void => {
    code.i32(0);
    push();
    code.memory("i64.store", scratch + 8 * index);
  };
  const filler = (): unknown => (direction === "rightSigned" ? v.pushSign(from) : code.i64(0n));
  const value = (word: number) => (): unknown =>
    direction === "rightSigned" ? v.pushSigned(from, word) : v.push(from, 64 * word);
  const start = direction === "left" ? words + 1 : 0;
  for (let word = 0; word < words; word++) put(start + word, value(word));
  for (let word = 0; word <= words; word++) put(direction === "left" ? word : words + word, filler);

  pushDistance(v, by, 64 * words).set(distance);
  code.get(distance).i64(6n).emit("i64.shr_u").i64(3n).emit("i64.shl", "i32.wrap_i64").set(address);
  code.get(distance).i64(63n).emit("i64.and").set(distance);
  if (direction === "left") code.i32(0).get(address).emit("i32.sub").set(address);
  v.store(slot, true, (word) => {
    const here = scratch + 8 * (start + word);
    // From the left the neighbour is the word below; the address is never negative: words + 1 lie below.
    const neighbour = direction === "left" ? here - 8 : here + 8;
    const load = (at: number): Code =>
      code.get(address).i32(at).emit("i32.add").memory("i64.load", 0);
    const [main, other] =
      direction === "left"
        ? (["i64.shl", "i64.shr_u"] as const)
        : (["i64.shr_u", "i64.shl"] as const);
    load(here).get(distance).emit(main);
    load(neighbour)
      .i64(1n)
      .emit(other)
      .i64(63n)
      .get(distance)
      .emit("i64.sub")
      .emit(other, "i64.or");
  });
}
