import { elementBytes } from "../column.ts";
import type { MemoryCell, Netlist, Port } from "../netlist.ts";

export const wordsOf = (width: number): number => Math.ceil(width / 64);

/** Where everything stands in linear memory, in bytes; values are little-endian 64-bit words. */
export interface Layout {
  /** The words of a slot: state, ports, watched signals, and whatever is wider than 64 bits. */
  readonly slots: readonly number[];
  /** Next states wider than 64 bits wait here until every read is done. */
  readonly shadows: ReadonlyMap<number, number>;
  readonly memories: ReadonlyMap<MemoryCell, number>;
  /** Room for shifting the widest value: three times its words, and one. */
  readonly scratch: number;
  /** 32-bit addresses of the port columns of a batch, inputs first. */
  readonly pointers: readonly { readonly port: Port; readonly address: number }[];
  /** The first byte after everything fixed: columns go here. */
  readonly end: number;
}

export function layOut(netlist: Netlist): Layout {
  // Address 0 stays unused, so that a forgotten address shows.
  let end = 64;
  const take = (bytes: number): number => {
    const address = end;
    end += 8 * Math.ceil(bytes / 8);
    return address;
  };
  const slots = netlist.widths.map((width) => take(8 * wordsOf(width)));
  const widthOf = (slot: number): number => netlist.widths[slot] ?? 0;
  const stateSlots = [
    ...netlist.registers.map(({ slot }) => slot),
    ...netlist.memories.flatMap(({ reads }) => reads.map(({ slot }) => slot)),
  ];
  const shadows = new Map(
    stateSlots
      .filter((slot) => widthOf(slot) > 64)
      .map((slot) => [slot, take(8 * wordsOf(widthOf(slot)))]),
  );
  const memories = new Map(
    netlist.memories.map((cell) => [
      cell,
      take(8 * wordsOf(cell.memory.width) * cell.memory.depth),
    ]),
  );
  const widest = netlist.widths.reduce((most, width) => Math.max(most, width), 64);
  const scratch = take(8 * (3 * wordsOf(widest) + 2));
  const pointers = [...netlist.inputs, ...netlist.outputs].map((port) => ({
    port,
    address: take(4),
  }));
  return { slots, shadows, memories, scratch, pointers, end };
}

/** Bytes that the columns of a batch take. */
export const columnsBytes = (netlist: Netlist, cycles: number): number =>
  [...netlist.inputs, ...netlist.outputs].reduce(
    (sum, { type }) => sum + 8 * Math.ceil((elementBytes(type.width) * cycles) / 8),
    0,
  );
