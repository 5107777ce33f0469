// Adds the memories that hold what displays print.

import type { ir } from "@chisel-ts/core";
import type { MemoryCell, RegisterCell } from "../cells.ts";
import type { Scope } from "../hierarchy.ts";
import type { NetlistWriter } from "../netlist-writer.ts";

/** Cycles whose lines are held at most; they are printed before more cycles pass. A power of two. */
export const heldCycles = 256;

/** A display of the design, and the memories that hold what it shows. */
export interface DisplayCell {
  readonly display: ir.Display;
  /** Empty at the top, otherwise the instance names with a dot after each. */
  readonly prefix: string;
  /** Of 1-bit words: whether there is a line. */
  readonly enable: string;
  readonly values: readonly string[];
}

/** The displays of a netlist: registers and memories beside those of the design hold their values, on any engine. */
export interface DisplayCells {
  readonly cells: readonly DisplayCell[];
  readonly registers: readonly RegisterCell[];
  readonly memories: readonly MemoryCell[];
}

/** Whether any display had a line since this register was cleared. */
export const printedName = "display printed";
/** The place in the memories that the next cycle goes to. */
export const placeName = "display place";

/** Writes the cells that hold every display of some places. Their names hold blanks: no signal has such a name. */
export function displayCells(scopes: readonly Scope[], netlist: NetlistWriter): DisplayCells {
  const [cells, registers, memories]: [DisplayCell[], RegisterCell[], MemoryCell[]] = [[], [], []];
  const register = (name: string, width: number, next: (slot: number) => number): number => {
    const slot = netlist.state(width);
    registers.push({ name, slot, next: next(slot), reset: undefined });
    return slot;
  };
  let place: number | undefined;
  let any: number | undefined;
  for (const scope of scopes) {
    for (const display of scope.module.displays) {
      const width = Math.log2(heldCycles);
      place ??= register(placeName, width, (slot) =>
        netlist.cell("add", [slot, netlist.constant(width, 1n)]),
      );
      const address = place;
      const always = netlist.constant(1, 1n);
      const hold = (name: string, node: ir.Node): string => {
        const memory: ir.Memory = {
          name,
          depth: heldCycles,
          width: node.width,
          contents: undefined,
          collision: "old",
          location: display.location,
        };
        const write = { address, data: netlist.slot(scope, node), enable: always, mask: undefined };
        memories.push({ name, memory, reads: [], writes: [write] });
        return name;
      };
      const id = `display ${cells.length}`;
      const enable = netlist.slot(scope, display.enable);
      any = any === undefined ? enable : netlist.cell("or", [any, enable]);
      const values = display.parts.flatMap((part) => (typeof part === "string" ? [] : [part.node]));
      cells.push({
        display,
        prefix: scope.prefix,
        enable: hold(`${id} enable`, display.enable),
        values: values.map((node, index) => hold(`${id} value ${index}`, node)),
      });
    }
  }
  if (any !== undefined) {
    const printed = any;
    register(printedName, 1, (slot) => netlist.cell("or", [slot, printed]));
  }
  return { cells, registers, memories };
}
