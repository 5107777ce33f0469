// Multiplication, straight or as a loop.

import { at } from "@chisel-ts/core";
import { type Compile, operand } from "./cell.ts";
import { Code } from "./encoder.ts";
import type { Values } from "./values.ts";

/** Products of up to so many words are straight code, which grows with their square. */
const maxUnrolledWords = 4;

/** Schoolbook on 32-bit limbs modulo 2^width: extending the operands makes it right for both signs. */
export const multiply =
  (signed: boolean): Compile =>
  (v, cell) => {
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    const pushWord: PushWord = (slot, word) => {
      if (!signed || word < v.words(slot) - 1) return v.push(slot, 64 * word);
      return word === v.words(slot) - 1 ? v.pushSigned(slot, word) : v.pushSign(slot);
    };
    if (v.width(cell.slot) <= 64) {
      v.store(cell.slot, true, () => {
        pushWord(a, 0);
        pushWord(b, 0).emit("i64.mul");
      });
    } else if (v.words(cell.slot) <= maxUnrolledWords) {
      unrolled(v, cell.slot, a, b, pushWord);
    } else {
      looped(v, cell.slot, a, b, pushWord, signed);
    }
  };

/** Pushes a word of an operand, extended as the product wants it. */
type PushWord = (slot: number, word: number) => Code;

function unrolled(v: Values, slot: number, a: number, b: number, pushWord: PushWord): void {
  const { code } = v;
  const limbs = 2 * v.words(slot);
  const limbsOf = (name: string, from: number): number[] =>
    Array.from({ length: limbs }, (_, limb) => {
      const local = v.scratch(`${name}${limb}`);
      pushWord(from, limb >> 1);
      if (limb % 2 === 1) code.i64(32n).emit("i64.shr_u");
      else code.i64(0xffffffffn).emit("i64.and");
      code.set(local);
      return local;
    });
  const [left, right] = [limbsOf("left", a), limbsOf("right", b)];
  const sums = Array.from({ length: limbs }, (_, limb) => v.scratch(`sum${limb}`));
  for (const sum of sums) code.i64(0n).set(sum);
  const carry = v.scratch("carry");
  left.forEach((x, i) => {
    code.i64(0n).set(carry);
    right.slice(0, limbs - i).forEach((y, j) => {
      const sum = at(sums, i + j);
      // (2^32−1)² + 2·(2^32−1) = 2^64 − 1: the three terms never overflow.
      code.get(x).get(y).emit("i64.mul").get(sum).emit("i64.add").get(carry).emit("i64.add");
      code.set(carry).get(carry).i64(0xffffffffn).emit("i64.and").set(sum);
      code.get(carry).i64(32n).emit("i64.shr_u").set(carry);
    });
  });
  v.store(slot, true, (word) => {
    const [low = 0, high = 0] = [sums[2 * word], sums[2 * word + 1]];
    code.get(low).get(high).i64(32n).emit("i64.shl", "i64.or");
  });
}

/** Calls a loop on the scratch memory, which holds the operands and then the product. */
function looped(
  v: Values,
  slot: number,
  a: number,
  b: number,
  pushWord: PushWord,
  signed: boolean,
): void {
  const { code } = v;
  const words = v.words(slot);
  // Signed operands are extended to the product's words, unsigned ones end where they end.
  const [aWords, bWords] = [a, b].map((from) => (signed ? words : v.words(from))) as [
    number,
    number,
  ];
  const room = 8 * v.layout.widest;
  const at = [0, room, 2 * room].map((offset) => v.layout.scratch + offset) as [
    number,
    number,
    number,
  ];
  const put = (from: number, count: number, address: number): void => {
    for (let word = 0; word < count; word++) {
      code.i32(0);
      pushWord(from, word).memory("i64.store", address + 8 * word);
    }
  };
  put(a, aWords, at[0]);
  put(b, bWords, at[1]);
  const name = v.library.need("product", (own) => productLoop(own, at));
  code
    .i32(8 * aWords)
    .i32(8 * bWords)
    .i32(8 * words)
    .call(name);
  v.store(slot, true, (word) => code.i32(0).memory("i64.load", at[2] + 8 * word));
}

/** `name(aBytes, bBytes, bytes)`: the product, modulo 256^bytes, of what is at the first two addresses. */
function productLoop(name: string, [a, b, product]: readonly [number, number, number]): Code {
  const code = new Code(name, ["i32", "i32", "i32"]);
  const [aBytes, bBytes, bytes] = [0, 1, 2];
  const [i, j, end] = [code.local("i32"), code.local("i32"), code.local("i32")];
  const [x, carry] = [code.local("i64"), code.local("i64")];
  const next = (local: number): Code => code.get(local).i32(4).emit("i32.add").tee(local);
  code.emit("loop").get(i).i64(0n).memory("i64.store32", product);
  next(i).get(bytes).emit("i32.lt_u").branch("br_if", 0).emit("end").i32(0).set(i);

  code.emit("loop").get(i).memory("i64.load32_u", a).set(x).i64(0n).set(carry).i32(0).set(j);
  // Limbs above the product's are left out.
  code.get(bBytes).get(bytes).get(i).emit("i32.sub").tee(end);
  code.get(bBytes).get(end).emit("i32.lt_u", "select").set(end);
  code.emit("loop").get(i).get(j).emit("i32.add");
  code.get(x).get(j).memory("i64.load32_u", b).emit("i64.mul");
  code.get(i).get(j).emit("i32.add").memory("i64.load32_u", product).emit("i64.add");
  code.get(carry).emit("i64.add").tee(carry).memory("i64.store32", product);
  code.get(carry).i64(32n).emit("i64.shr_u").set(carry);
  next(j).get(end).emit("i32.lt_u").branch("br_if", 0).emit("end");
  code.get(i).get(end).emit("i32.add").get(bytes).emit("i32.lt_u", "if");
  code.get(i).get(end).emit("i32.add").get(carry).memory("i64.store32", product).emit("end");
  return next(i).get(aBytes).emit("i32.lt_u").branch("br_if", 0).emit("end");
}
