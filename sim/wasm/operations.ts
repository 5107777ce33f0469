import type { OperationName } from "@chisel-ts/core";
import type { Cell } from "../netlist.ts";
import type { Code, Instruction } from "./encoder.ts";
import type { Values } from "./values.ts";

type Compile = (values: Values, cell: Cell) => void;

const operand = (cell: Cell, index: number): number => {
  const slot = cell.operands[index];
  if (slot === undefined) throw new RangeError(`${cell.operation} lacks operand ${index}`);
  return slot;
};

const bitwise =
  (instruction: Instruction): Compile =>
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
    const carry = code.local("i64");
    const first = code.local("i64");
    const partial = code.local("i64");
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

const concat: Compile = (v, cell) =>
  v.store(cell.slot, false, (word) => {
    let low = 0;
    let any = false;
    for (const part of [...cell.operands].reverse()) {
      const offset = 64 * word - low;
      low += v.width(part);
      if (offset >= v.width(part) || offset <= -64) continue;
      v.push(part, Math.max(0, offset));
      if (offset < 0) v.code.i64(BigInt(-offset)).emit("i64.shl");
      if (any) v.code.emit("i64.or");
      any = true;
    }
  });

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

function pushAll(v: Values, slot: number, join: Instruction): void {
  for (let word = 0; word < v.words(slot); word++) {
    v.push(slot, 64 * word);
    if (word > 0) v.code.emit(join);
  }
}

/** Pushes a shift distance that is at most `most`. */
function pushDistance(v: Values, slot: number, most: number): Code {
  const { code } = v;
  const low = code.local("i64");
  v.push(slot).set(low);
  code.i64(BigInt(most)).get(low);
  code.i64(BigInt(most)).get(low).emit("i64.lt_u", "i64.extend_i32_u");
  for (let word = 1; word < v.words(slot); word++) {
    v.push(slot, 64 * word)
      .i64(0n)
      .emit("i64.ne", "i64.extend_i32_u", "i64.or");
  }
  return code.emit("i32.wrap_i64", "select");
}

type Direction = "left" | "right" | "rightSigned";

const shift =
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
  const distance = code.local("i64");
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
  const distance = code.local("i64");
  const address = code.local("i32");
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
    const beside = direction === "left" ? here - 8 : here + 8;
    const load = (at: number): Code =>
      code.get(address).i32(at).emit("i32.add").memory("i64.load", 0);
    const [main, other] =
      direction === "left"
        ? (["i64.shl", "i64.shr_u"] as const)
        : (["i64.shr_u", "i64.shl"] as const);
    load(here).get(distance).emit(main);
    load(beside).i64(1n).emit(other).i64(63n).get(distance).emit("i64.sub").emit(other, "i64.or");
  });
}

/** Schoolbook on 32-bit limbs modulo 2^width: extending the operands makes it right for both signs. */
const multiply =
  (signed: boolean): Compile =>
  (v, cell) => {
    const { code } = v;
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    const pushWord = (slot: number, word: number): Code => {
      if (!signed || word < v.words(slot) - 1) return v.push(slot, 64 * word);
      return word === v.words(slot) - 1 ? v.pushSigned(slot, word) : v.pushSign(slot);
    };
    if (v.width(cell.slot) <= 64) {
      v.store(cell.slot, true, () => {
        pushWord(a, 0);
        pushWord(b, 0).emit("i64.mul");
      });
      return;
    }
    const limbs = 2 * v.words(cell.slot);
    const limbsOf = (slot: number): number[] =>
      Array.from({ length: limbs }, (_, limb) => {
        const local = code.local("i64");
        pushWord(slot, limb >> 1);
        if (limb % 2 === 1) code.i64(32n).emit("i64.shr_u");
        else code.i64(0xffffffffn).emit("i64.and");
        code.set(local);
        return local;
      });
    const [left, right] = [limbsOf(a), limbsOf(b)];
    const sums = Array.from({ length: limbs }, () => code.local("i64"));
    for (const sum of sums) code.i64(0n).set(sum);
    const carry = code.local("i64");
    left.forEach((x, i) => {
      code.i64(0n).set(carry);
      right.slice(0, limbs - i).forEach((y, j) => {
        const sum = sums[i + j] ?? 0;
        // (2^32−1)² + 2·(2^32−1) = 2^64 − 1: the three terms never overflow.
        code
          .get(x)
          .get(y)
          .emit("i64.mul")
          .get(sum)
          .emit("i64.add")
          .get(carry)
          .emit("i64.add")
          .set(carry);
        code.get(carry).i64(0xffffffffn).emit("i64.and").set(sum);
        code.get(carry).i64(32n).emit("i64.shr_u").set(carry);
      });
    });
    v.store(cell.slot, true, (word) => {
      const [low = 0, high = 0] = [sums[2 * word], sums[2 * word + 1]];
      code.get(low).get(high).i64(32n).emit("i64.shl", "i64.or");
    });
  };

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
