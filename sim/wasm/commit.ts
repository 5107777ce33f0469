// The clock edge: computes all next states, then replaces registers and memory words.

import { at } from "@chisel-ts/core";
import type { MemoryCell } from "../cells.ts";
import { guardedAddress } from "./lookup.ts";
import type { Values } from "./values.ts";

/** State to come: what moves it into place when all is known. */
type Pending = () => unknown;

/** Slots that are wanted after the code goes on in another function while the edge is computed. */
const all = (): boolean => true;

/** The clock edge, with the reset at 1 or 0: every next state is computed before any state or memory word is replaced. */
export function commit(values: Values, inReset: boolean): void {
  const { netlist, layout } = values;
  const divide = (): void => {
    if (layout.divides) values.divide(all);
  };
  const pending: Pending[] = [];
  for (const { slot, next, reset } of netlist.registers) {
    divide();
    values.code.from("state that is written");
    const store = hold(values, slot, (word) => {
      if (inReset && reset !== undefined) values.code.i64(reset >> BigInt(64 * word));
      else values.push(next, 64 * word);
    });
    pending.push(store);
  }
  const read = (cell: MemoryCell): void => {
    for (const { slot, address, enable } of cell.reads) {
      divide();
      const { code } = values;
      const { address: offset, inside } = guardedAddress(values, cell.memory, address);
      // Where it is not enabled, the word that was read is read again.
      code.get(offset).i32(at(layout.memories, cell)).emit("i32.add").i32(values.address(slot));
      values.push(enable).emit("i32.wrap_i64", "select").set(offset);
      if (inside !== undefined) {
        code.get(inside);
        values.push(enable).emit("i64.eqz", "i32.or").set(inside);
      }
      pending.push(
        hold(values, slot, (word) => {
          values.code.get(offset).memory("i64.load", 8 * word);
          if (inside !== undefined) values.code.i64(0n).get(inside).emit("select");
        }),
      );
    }
  };
  const readsNew = ({ memory }: MemoryCell): boolean => memory.collision === "new";
  netlist.memories.filter((cell) => !readsNew(cell)).forEach(read);
  for (const cell of netlist.memories) {
    for (const { address, data, enable, mask } of cell.writes) {
      divide();
      // A branch would cost the compiler as many steps as the function has locals: write nowhere instead.
      const { code } = values;
      const { address: offset, inside } = guardedAddress(values, cell.memory, address);
      code.i32(at(layout.memories, cell)).get(offset).emit("i32.add").i32(layout.nowhere);
      values.push(enable).emit("i32.wrap_i64");
      if (inside !== undefined) code.get(inside).emit("i32.and");
      code.emit("select").set(offset);
      for (let word = 0; word < values.words(data); word++) {
        code.get(offset);
        values.push(data, 64 * word);
        if (mask !== undefined) {
          // before ^ ((before ^ data) & mask)
          code
            .get(offset)
            .memory("i64.load", 8 * word)
            .emit("i64.xor");
          values.push(mask, 64 * word).emit("i64.and");
          code
            .get(offset)
            .memory("i64.load", 8 * word)
            .emit("i64.xor");
        }
        code.memory("i64.store", 8 * word);
      }
    }
  }
  netlist.memories.filter(readsNew).forEach(read);
  for (const store of pending) {
    divide();
    store();
  }
}

/** Computes a next state into a local or the shadow, and returns what moves it into place. */
function hold(values: Values, slot: number, push: (word: number) => void): Pending {
  const { code, layout } = values;
  const shadow = layout.shadows.get(slot);
  if (shadow === undefined) {
    const local = code.local("i64");
    push(0);
    code.set(local);
    return () => code.i32(0).get(local).memory("i64.store", values.address(slot));
  }
  for (let word = 0; word < values.words(slot); word++) {
    code.i32(0);
    push(word);
    code.memory("i64.store", shadow + 8 * word);
  }
  return () => values.move(shadow, slot);
}
