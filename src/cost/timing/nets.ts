import { CostError } from "../error.ts";
import type { Cell } from "../liberty/cell.ts";
import type { Library } from "../liberty/library.ts";
import type { Edges, Pin } from "../liberty/pin.ts";
import type { Bit, Netlist, NetlistCell } from "../synthesis/netlist.ts";

/** A cell of the netlist with what the library says of it, and the net at each of its pins. */
export interface Instance {
  readonly name: string;
  readonly cell: Cell;
  readonly pins: readonly { readonly pin: Pin; readonly net: Bit }[];
  readonly netAt: ReadonlyMap<string, Bit>;
}

/** @throws CostError for a cell or a pin that the library does not have, or a latch. */
export const instancesOf = (netlist: Netlist, library: Library): Instance[] =>
  netlist.cells.map((placed) => instanceOf(placed, library));

function instanceOf({ name, type, pins }: NetlistCell, { file, cells }: Library): Instance {
  const cell = cells.get(type);
  if (!cell) throw new CostError(`${file}: the library has no cell ${type}`);
  if (cell.transparent) {
    throw new CostError(
      `${file}: ${name} is a latch, ${type}; timing is of circuits whose state is in flip-flops`,
    );
  }
  const connected = Object.entries(pins).flatMap(([pinName, bits]) =>
    bits.map((net, at) => {
      const bit = `${pinName}[${at}]`;
      const pin = cell.pins.get(bits.length > 1 ? bit : pinName) ?? cell.pins.get(bit);
      if (!pin) throw new CostError(`${file}: the cell ${type} has no pin ${pinName}`);
      return { pin, net };
    }),
  );
  return {
    name,
    cell,
    pins: connected,
    netAt: new Map(connected.map(({ pin, net }) => [pin.name, net])),
  };
}

/** The load of every net: the pins that it drives, and what is on each output. */
export function loadsOf(
  instances: readonly Instance[],
  netlist: Netlist,
  outputLoad: number,
): ReadonlyMap<Bit, Edges<number>> {
  const loads = new Map<Bit, Edges<number>>();
  const add = (net: Bit, { rise, fall }: Edges<number>): void => {
    const known = loads.get(net) ?? { rise: 0, fall: 0 };
    loads.set(net, { rise: known.rise + rise, fall: known.fall + fall });
  };
  for (const { pins } of instances) {
    for (const { pin, net } of pins) add(net, pin.capacitance);
  }
  for (const bits of Object.values(netlist.outputs)) {
    for (const net of bits) add(net, { rise: outputLoad, fall: outputLoad });
  }
  return loads;
}
