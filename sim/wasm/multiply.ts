import { type Compile, operand } from "./cell.ts";
import type { Code } from "./encoder.ts";

/** Schoolbook on 32-bit limbs modulo 2^width: extending the operands makes it right for both signs. */
export const multiply =
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
    const limbsOf = (name: string, slot: number): number[] =>
      Array.from({ length: limbs }, (_, limb) => {
        const local = v.scratch(`${name}${limb}`);
        pushWord(slot, limb >> 1);
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
