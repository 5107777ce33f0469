// The code of blocks of cells that are left out while what they depend on stays.

import type { QuietBlock } from "../plan.ts";
import type { Values } from "../values.ts";

/** Computes blocks where a leaf is another than it was, and has their outputs read from where they stay. */
export function compileQuiet(
  values: Values,
  blocks: readonly QuietBlock[],
  compute: (block: QuietBlock) => void,
): void {
  const { code } = values;
  const places = values.layout.quiet;
  code.from("what quiet blocks depend on");
  const first = code.local("i32");
  code.i32(0).memory("i32.load8_u", places.computed).emit("i32.eqz").set(first);
  code.i32(0).i32(1).memory("i32.store8", places.computed);
  const changed = new Map<number, number>();
  for (const [slot, place] of places.leaves) changed.set(slot, compare(values, slot, place));
  for (const block of blocks) {
    const { leaves, outputs } = block;
    code.from("whether a quiet block is computed").get(first);
    for (const leaf of leaves) {
      const local = changed.get(leaf);
      if (local !== undefined) code.get(local).emit("i32.or");
    }
    code.emit("if");
    values.conditional = true;
    compute(block);
    code.from("outputs of quiet blocks");
    for (const slot of outputs) {
      const place = places.outputs.get(slot);
      if (place === undefined) continue;
      for (let word = 0; word < values.words(slot); word++) {
        code.i32(0);
        values.push(slot, 64 * word).memory("i64.store", place + 8 * word);
      }
    }
    values.conditional = false;
    const wide = outputs.filter((slot) => values.words(slot) > 1);
    if (wide.length > 0) code.emit("else");
    for (const slot of wide) values.move(places.outputs.get(slot) ?? 0, slot);
    code.emit("end");
    for (const slot of outputs) {
      const place = places.outputs.get(slot);
      if (place !== undefined && values.words(slot) === 1) values.readFrom(slot, place);
    }
  }
}

/** A local with whether a slot is another than in the cycle before, which is then forgotten. */
function compare(values: Values, slot: number, place: number): number {
  const { code } = values;
  const local = code.local("i32");
  for (let word = 0; word < values.words(slot); word++) {
    values.push(slot, 64 * word);
    code
      .i32(0)
      .memory("i64.load", place + 8 * word)
      .emit("i64.xor");
    if (word > 0) code.emit("i64.or");
  }
  code.i64(0n).emit("i64.ne").tee(local);
  code.emit("if");
  for (let word = 0; word < values.words(slot); word++) {
    code.i32(0);
    values.push(slot, 64 * word).memory("i64.store", place + 8 * word);
  }
  code.emit("end");
  return local;
}
