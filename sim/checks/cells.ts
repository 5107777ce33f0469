// Adds the cells that evaluate checks and keep their last cycles.

import { bool, type HardwareType, type ir } from "@chisel-ts/core";
import type { MemoryCell, RegisterCell } from "../cells.ts";
import type { Scope } from "../hierarchy.ts";
import type { NetlistWriter } from "../netlist-writer.ts";
import { historyCycles, signalsRead } from "./history.ts";

/** A signal of which the last cycles are kept in a memory. */
export interface KeptSignal {
  readonly name: string;
  readonly type: HardwareType;
  /** The memory's name. */
  readonly words: string;
}

/** A check of the design, and the names of the state that evaluates it. */
export interface CheckCell {
  readonly check: ir.Check;
  /** Empty at the top, otherwise the instance names with a dot after each. */
  readonly prefix: string;
  /** Counts the cycles that a cover is reached in, or an assertion or assumption fails in. */
  readonly count: string;
  /** Of an assertion or assumption: 0 until it fails, then the cycles that passed since, the failing one included. */
  readonly since: string | undefined;
  /** Stands still from the first failure on. */
  readonly history: readonly KeptSignal[];
  readonly omitted: number;
}

/** The checks of a netlist: registers and memories beside those of the design evaluate them, on any engine. */
export interface CheckCells {
  readonly cells: readonly CheckCell[];
  readonly registers: readonly RegisterCell[];
  readonly memories: readonly MemoryCell[];
}

/** Whether any check of the design has failed since this register was cleared. */
export const failedName = "check failed";
/** The place in the histories that the next cycle goes to. */
export const placeName = "check place";

const placeBits = Math.log2(historyCycles);
const [countBits, sinceBits] = [64, 32];

/** Writes the cells that evaluate every check of some places. Their names hold blanks: no signal has such a name. */
export function checkCells(scopes: readonly Scope[], netlist: NetlistWriter): CheckCells {
  const [cells, registers, memories]: [CheckCell[], RegisterCell[], MemoryCell[]] = [[], [], []];
  const register = (name: string, width: number, next: (slot: number) => number): number => {
    const slot = netlist.state(width);
    registers.push({ name, slot, next: next(slot), reset: undefined });
    return slot;
  };
  const counter = (name: string, width: number, by: (slot: number) => number): number =>
    register(name, width, (slot) =>
      netlist.cell("add", [slot, netlist.cell("zeroExtend", [by(slot)], [width])]),
    );
  let place: number | undefined;
  let anyFails: number | undefined;
  for (const scope of scopes) {
    for (const check of scope.module.checks) {
      const [holds, id] = [netlist.slot(scope, check.condition), `check ${cells.length}`];
      const own = { check, prefix: scope.prefix, count: `${id} count` };
      if (check.kind === "cover") {
        counter(own.count, countBits, () => holds);
        cells.push({ ...own, since: undefined, history: [], omitted: 0 });
        continue;
      }
      const fails = netlist.cell("not", [holds]);
      anyFails = anyFails === undefined ? fails : netlist.cell("or", [anyFails, fails]);
      counter(own.count, countBits, () => fails);
      const since = `${id} since`;
      let stands = fails;
      counter(since, sinceBits, (slot) => {
        stands = netlist.cell("reduceOr", [slot]);
        return netlist.cell("or", [fails, stands]);
      });
      place ??= counter(placeName, placeBits, () => netlist.constant(1, 1n));
      const write = { address: place, enable: netlist.cell("not", [stands]) };
      const signals = signalsRead(scope.module, check.condition);
      const itself = { name: check.label, type: bool(), node: check.condition };
      const history = [...signals.shown, itself].map(({ name, type, node }, index): KeptSignal => {
        const words = `${id} history ${index}`;
        const { location } = check;
        const memory: ir.Memory = {
          name: words,
          depth: historyCycles,
          width: type.width,
          contents: undefined,
          collision: "old",
          location,
        };
        const data = netlist.slot(scope, node);
        memories.push({
          name: words,
          memory,
          reads: [],
          writes: [{ ...write, data, mask: undefined }],
        });
        return { name: `${scope.prefix}${name}`, type, words };
      });
      cells.push({ ...own, since, history, omitted: signals.omitted });
    }
  }
  if (anyFails !== undefined) {
    const fails = anyFails;
    register(failedName, 1, (slot) => netlist.cell("or", [slot, fails]));
  }
  return { cells, registers, memories };
}
