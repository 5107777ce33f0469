// The flattened circuit that the in-process engines run.

import type { HardwareType, ir } from "@chisel-ts/core";
import type { Cell, MemoryCell, Port, RegisterCell } from "./cells.ts";
import type { CheckCells } from "./checks/cells.ts";
import type { DisplayCells } from "./displays/cells.ts";

/** A word of a memory that is watched: its slot is what it holds. */
export interface WatchedWord {
  readonly slot: number;
  /** The memory's place in the list. */
  readonly memory: number;
  readonly word: number;
}

/** An instance that was not flattened, or equal cells as one; its state is not in the netlist that holds it. */
export interface KeptInstance {
  /** Hierarchical name. */
  readonly name: string;
  readonly module: ir.ModuleIr | undefined;
  /** A slot for every input, in their order. */
  readonly inputs: readonly number[];
}

/** A value inside a kept instance that is read outside of it. */
export interface Result {
  readonly slot: number;
  readonly instance: number;
  /** Its name within the instance: an output port, or a watched signal. */
  readonly signal: string;
  /** The inputs it depends on within the cycle, as places in the module's list. */
  readonly needs: readonly number[];
}

/** A module with its hierarchy flattened, but for the instances that were to be kept. */
export interface Netlist {
  /** Width in bits of every slot. */
  readonly widths: readonly number[];
  /** How many results of kept instances come one after the other before a slot is known. */
  readonly levels: readonly number[];
  readonly constants: ReadonlyMap<number, bigint>;
  /** Each after the cells it depends on. */
  readonly cells: readonly Cell[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Those of the design, and those that evaluate its checks and hold its displays. */
  readonly registers: readonly RegisterCell[];
  readonly memories: readonly MemoryCell[];
  /** Those that cells look up, each once. */
  readonly tables: readonly ir.Table[];
  readonly checks: CheckCells;
  readonly displays: DisplayCells;
  readonly watchedWords: readonly WatchedWord[];
  readonly kept: readonly KeptInstance[];
  readonly results: readonly Result[];
  /** Ports and watched signals by their hierarchical names. */
  readonly signals: ReadonlyMap<string, { readonly slot: number; readonly type: HardwareType }>;
}
