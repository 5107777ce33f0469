import { fromBits, type Module } from "@chisel-ts/core";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type Column, type Columns, columnOf, setElement } from "../../../sim/column.ts";

/** Random columns for a circuit's inputs. Half the words are zeros or ones, so that carries travel far. */
export function stimulusOf(circuit: Module, seed: number, cycles: number): Columns {
  const random = xoroshiro128plus(seed);
  const word = (): bigint => {
    const choice = random.next() & 3;
    if (choice === 0) return 0n;
    if (choice === 1) return 2n ** 64n - 1n;
    return (BigInt(random.next() >>> 0) << 32n) | BigInt(random.next() >>> 0);
  };
  const stimulus: Record<string, Column> = {};
  for (const { name, type, direction } of circuit.portList) {
    if (direction === "output") continue;
    const column = columnOf(type, cycles);
    for (let cycle = 0; cycle < cycles; cycle++) {
      let bits = 0n;
      for (let i = 0; i < type.width; i += 64) bits = (bits << 64n) | word();
      setElement(column, cycle, fromBits(type, BigInt.asUintN(type.width, bits)));
    }
    stimulus[name] = column;
  }
  return stimulus;
}
