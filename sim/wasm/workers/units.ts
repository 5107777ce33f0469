// What of a netlist cannot be divided: a register, a memory, a kept instance, a cell; what each reads and makes.

import { at } from "@chisel-ts/core";
import type { Netlist } from "../../netlist.ts";

/** A part of a netlist that is computed in one place. */
export interface Unit {
  /** Slots that it reads, within the cycle or at the clock edge. */
  readonly reads: readonly number[];
  /** Slots whose values it makes. */
  readonly makes: readonly number[];
  /** The unit of a memory whose words it looks up. */
  readonly memory: number | undefined;
}

/** The units of a netlist, each kind in the order of the netlist's list. */
export interface Units {
  readonly all: readonly Unit[];
  /** The first unit of each kind. */
  readonly first: {
    readonly register: number;
    readonly memory: number;
    readonly kept: number;
    readonly cell: number;
  };
  /** The unit that makes a slot; none makes inputs and constants. */
  readonly makerOf: ReadonlyMap<number, number>;
}

export function unitsOf(netlist: Netlist): Units {
  const { registers, memories, kept, results, cells, watchedWords } = netlist;
  const resultsOf = kept.map((): number[] => []);
  for (const { slot, instance } of results) at(resultsOf, instance).push(slot);
  const wordsOf = memories.map((): number[] => []);
  for (const { slot, memory } of watchedWords) at(wordsOf, memory).push(slot);
  const firstMemory = registers.length;
  const all = [
    ...registers.map(
      ({ slot, next }): Unit => ({ reads: [next], makes: [slot], memory: undefined }),
    ),
    ...memories.map(
      ({ reads, writes }, index): Unit => ({
        reads: [
          ...reads.flatMap(({ address, enable }) => [address, enable]),
          ...writes.flatMap(({ address, data, enable, mask }) =>
            mask === undefined ? [address, data, enable] : [address, data, enable, mask],
          ),
        ],
        makes: [...reads.map(({ slot }) => slot), ...at(wordsOf, index)],
        memory: undefined,
      }),
    ),
    ...kept.map(
      ({ inputs }, index): Unit => ({
        reads: inputs,
        makes: at(resultsOf, index),
        memory: undefined,
      }),
    ),
    ...cells.map((cell): Unit => {
      const place =
        "from" in cell && typeof cell.from === "number" ? firstMemory + cell.from : undefined;
      return { reads: cell.operands, makes: [cell.slot], memory: place };
    }),
  ];
  const firstKept = firstMemory + memories.length;
  return {
    all,
    first: { register: 0, memory: firstMemory, kept: firstKept, cell: firstKept + kept.length },
    makerOf: new Map(all.flatMap(({ makes }, unit) => makes.map((slot) => [slot, unit] as const))),
  };
}

/**
 * The units that each depends on, at whatever distance in cycles. A memory and what looks its words up depend on each other:
 * they have to be in one place.
 */
export function dependenciesOf({ all, makerOf }: Units): number[][] {
  const found = all.map(({ reads }) => {
    const makers = reads.map((slot) => makerOf.get(slot)).filter((unit) => unit !== undefined);
    return new Set(makers);
  });
  all.forEach(({ memory }, unit) => {
    if (memory === undefined) return;
    at(found, unit).add(memory);
    at(found, memory).add(unit);
  });
  return found.map((units) => [...units]);
}
