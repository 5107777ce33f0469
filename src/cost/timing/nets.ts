import { CostError } from "../error.ts";
import type { Cell, Edges, Pin } from "../liberty/cell.ts";
import type { Library } from "../liberty/library.ts";
import type { Bit, Netlist, NetlistCell } from "../synthesis/netlist.ts";

/** A cell of the netlist with what the library says of it, and the net at each of its pins. */
export interface Instance {
  readonly name: string;
  readonly cell: Cell;
  readonly pins: readonly { readonly pin: Pin; readonly net: Bit }[];
}

/** @throws CostError for a cell or a pin that the library does not have. */
export const instancesOf = (netlist: Netlist, library: Library): Instance[] =>
  netlist.cells.map((placed) => instanceOf(placed, library));

function instanceOf({ name, type, pins }: NetlistCell, { file, cells }: Library): Instance {
  const cell = cells.get(type);
  if (!cell) throw new CostError(`${file}: the library has no cell ${type}`);
  return {
    name,
    cell,
    pins: Object.entries(pins).map(([pinName, [net = "x"]]) => {
      const pin = cell.pins.get(pinName);
      if (!pin) throw new CostError(`${file}: the cell ${type} has no pin ${pinName}`);
      return { pin, net };
    }),
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
    for (const { pin, net } of pins) if (pin.direction === "input") add(net, pin.capacitance);
  }
  for (const bits of Object.values(netlist.outputs)) {
    for (const net of bits) add(net, { rise: outputLoad, fall: outputLoad });
  }
  return loads;
}

/** Cells in an order in which every one follows those that drive it combinationally. */
export function inOrder(instances: readonly Instance[]): Instance[] {
  const waiting = new Map<Instance, number>();
  const readers = new Map<Bit, Instance[]>();
  const driven = new Set<Bit>();
  for (const { cell, pins } of instances) {
    if (cell.sequential) continue;
    for (const { pin, net } of pins) if (pin.direction === "output") driven.add(net);
  }
  for (const instance of instances) {
    const inputs = instance.cell.sequential
      ? []
      : instance.pins.filter(({ pin, net }) => pin.direction === "input" && driven.has(net));
    waiting.set(instance, inputs.length);
    for (const { net } of inputs) readers.set(net, [...(readers.get(net) ?? []), instance]);
  }
  const order = instances.filter((instance) => waiting.get(instance) === 0);
  for (const { cell, pins } of order) {
    if (cell.sequential) continue;
    for (const { pin, net } of pins) {
      for (const reader of pin.direction === "output" ? (readers.get(net) ?? []) : []) {
        const left = (waiting.get(reader) ?? 0) - 1;
        waiting.set(reader, left);
        if (left === 0) order.push(reader);
      }
    }
  }
  if (order.length < instances.length) {
    const stuck = instances.find((instance) => (waiting.get(instance) ?? 0) > 0);
    throw new CostError(`the netlist has a combinational loop through ${stuck?.name}`);
  }
  return order;
}
