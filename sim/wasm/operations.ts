// How each operation of the table is compiled, at any width.

import type { OperationName } from "@chisel-ts/core";
import { type Compile, operand } from "./cell.ts";
import type { Code } from "./encoder.ts";
import type { InstructionName } from "./instructions.ts";
import { multiply } from "./multiply.ts";
import { shift } from "./shift.ts";
import type { Values } from "./values.ts";

const bitwise =
  (instruction: InstructionName): Compile =>
  (v, cell) =>
    v.store(cell.slot, false, (word) => {
      v.push(operand(cell, 0), 64 * word);
      v.push(operand(cell, 1), 64 * word).emit(instruction);
    });

/** Word by word, with the carry or borrow of the words before in a local. */
const additive =
  (instruction: "i64.add" | "i64.sub"): Compile =>
  (v, cell) => {
    const { code } = v;
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    if (v.width(cell.slot) <= 64) {
      v.store(cell.slot, true, () => {
        v.push(a);
        v.push(b).emit(instruction);
      });
      return;
    }
    const [carry, first, partial] = [v.scratch("carry"), v.scratch("first"), v.scratch("partial")];
    code.i64(0n).set(carry);
    v.store(cell.slot, true, (word) => {
      v.push(a, 64 * word).tee(first);
      v.push(b, 64 * word)
        .emit(instruction)
        .tee(partial);
      code.get(carry).emit(instruction);
      // A sum wraps below its first term, a difference above it; a carry of 1 wraps 2^64 − 1 or 0.
      const wrapped = (): Code =>
        instruction === "i64.add"
          ? code.get(partial).get(first).emit("i64.lt_u", "i64.extend_i32_u")
          : code.get(first).get(partial).emit("i64.lt_u", "i64.extend_i32_u");
      wrapped();
      code
        .get(carry)
        .get(partial)
        .i64(instruction === "i64.add" ? -1n : 0n);
      code.emit("i64.eq", "i64.extend_i32_u", "i64.and", "i64.or").set(carry);
    });
  };

const logicalNot: Compile = (v, cell) =>
  v.store(cell.slot, true, (word) => {
    v.push(operand(cell, 0), 64 * word)
      .i64(-1n)
      .emit("i64.xor");
  });

const equal: Compile = (v, cell) =>
  v.store(cell.slot, false, () => {
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    for (let word = 0; word < v.words(a); word++) {
      v.push(a, 64 * word);
      v.push(b, 64 * word).emit("i64.xor");
      if (word > 0) v.code.emit("i64.or");
    }
    v.code.emit("i64.eqz", "i64.extend_i32_u");
  });

/** From the lowest word up: a higher word decides unless it is equal. */
const less =
  (signed: boolean): Compile =>
  (v, cell) => {
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    const last = v.words(a) - 1;
    v.store(cell.slot, false, () => {
      for (let word = 0; word <= last; word++) {
        const top = signed && word === last;
        const push = (slot: number): Code =>
          top ? v.pushSigned(slot, word) : v.push(slot, 64 * word);
        if (word > 0) {
          push(a);
          push(b).emit("i64.eq", "i64.extend_i32_u", "i64.and");
        }
        push(a);
        push(b).emit(top ? "i64.lt_s" : "i64.lt_u", "i64.extend_i32_u");
        if (word > 0) v.code.emit("i64.or");
      }
    });
  };

const mux: Compile = (v, cell) =>
  v.store(cell.slot, false, (word) => {
    v.push(operand(cell, 1), 64 * word);
    v.push(operand(cell, 2), 64 * word);
    v.push(operand(cell, 0)).emit("i32.wrap_i64", "select");
  });

const slice: Compile = (v, cell) => {
  const [, low = 0] = cell.parameters;
  v.store(cell.slot, true, (word) => v.push(operand(cell, 0), low + 64 * word));
};

const concat: Compile = (v, cell) => {
  let end = 0;
  const parts = [...cell.operands].reverse().map((slot) => {
    const low = end;
    end += v.width(slot);
    return { slot, low, end };
  });
  let first = 0;
  v.store(cell.slot, false, (word) => {
    while ((parts[first]?.end ?? Number.POSITIVE_INFINITY) <= 64 * word) first += 1;
    for (let i = first; i < parts.length; i++) {
      const { slot, low } = parts[i] ?? { slot: -1, low: Number.POSITIVE_INFINITY };
      const offset = 64 * word - low;
      if (offset <= -64) break;
      v.push(slot, Math.max(0, offset));
      if (offset < 0) v.code.i64(BigInt(-offset)).emit("i64.shl");
      if (i > first) v.code.emit("i64.or");
    }
  });
};

const zeroExtend: Compile = (v, cell) =>
  v.store(cell.slot, false, (word) => v.push(operand(cell, 0), 64 * word));

const signExtend: Compile = (v, cell) => {
  const from = operand(cell, 0);
  const last = v.words(from) - 1;
  v.store(cell.slot, true, (word) => {
    if (word < last) v.push(from, 64 * word);
    else if (word === last) v.pushSigned(from, word);
    else v.pushSign(from);
  });
};

const reduceAnd: Compile = (v, cell) =>
  v.store(cell.slot, false, () => {
    const from = operand(cell, 0);
    for (let word = 0; word < v.words(from); word++) {
      v.pushSigned(from, word);
      if (word > 0) v.code.emit("i64.and");
    }
    v.code.i64(-1n).emit("i64.eq", "i64.extend_i32_u");
  });

const reduceOr: Compile = (v, cell) =>
  v.store(cell.slot, false, () => {
    pushAll(v, operand(cell, 0), "i64.or");
    v.code.i64(0n).emit("i64.ne", "i64.extend_i32_u");
  });

const reduceXor: Compile = (v, cell) =>
  v.store(cell.slot, false, () => {
    pushAll(v, operand(cell, 0), "i64.xor");
    v.code.emit("i64.popcnt").i64(1n).emit("i64.and");
  });

function pushAll(v: Values, slot: number, join: InstructionName): void {
  for (let word = 0; word < v.words(slot); word++) {
    v.push(slot, 64 * word);
    if (word > 0) v.code.emit(join);
  }
}

/** How every operation of the table is compiled. */
export const compileOperation: Readonly<Record<OperationName, Compile>> = {
  not: logicalNot,
  and: bitwise("i64.and"),
  or: bitwise("i64.or"),
  xor: bitwise("i64.xor"),
  add: additive("i64.add"),
  subtract: additive("i64.sub"),
  multiplyUnsigned: multiply(false),
  multiplySigned: multiply(true),
  equal,
  lessUnsigned: less(false),
  lessSigned: less(true),
  mux,
  shiftLeft: shift("left"),
  shiftRight: shift("right"),
  shiftRightSigned: shift("rightSigned"),
  slice,
  concat,
  zeroExtend,
  signExtend,
  reduceAnd,
  reduceOr,
  reduceXor,
};
