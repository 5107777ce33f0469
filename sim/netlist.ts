import { type HardwareType, type ir, operationRow } from "@chisel-ts/core";
import type { CheckCells } from "./checks/cells.ts";
import type { DisplayCells } from "./displays/cells.ts";

/** What combinational logic computes of slots, which are indices of values. */
export type Cell = OperationCell | LookupCell;

export interface OperationCell {
  readonly slot: number;
  readonly operation: ir.Operation["operation"];
  readonly operands: readonly number[];
  readonly parameters: readonly number[];
}

/** A word of a memory, by the memory's place in the list, or of a table; 0 beyond the last one. */
export interface LookupCell {
  readonly slot: number;
  readonly from: number | ir.Table;
  /** The address alone. */
  readonly operands: readonly number[];
}

export interface Port {
  readonly name: string;
  readonly type: HardwareType;
  readonly slot: number;
}

export interface RegisterCell {
  /** Hierarchical name. */
  readonly name: string;
  readonly slot: number;
  readonly next: number;
  readonly reset: bigint | undefined;
}

export interface MemoryCell {
  /** Hierarchical name. */
  readonly name: string;
  readonly memory: ir.Memory;
  readonly reads: readonly {
    readonly name: string;
    readonly slot: number;
    readonly address: number;
    readonly enable: number;
  }[];
  readonly writes: readonly {
    readonly address: number;
    readonly data: number;
    readonly enable: number;
    /** A slot with 1 in every bit of the word that is written; all are where there is none. */
    readonly mask: number | undefined;
  }[];
}

/** A word of a memory that is watched: its slot is what it holds. */
export interface WatchedWord {
  readonly slot: number;
  /** The memory's place in the list. */
  readonly memory: number;
  readonly word: number;
}

/** An instance that was not dissolved; its state is not in the netlist that holds it. */
export interface KeptInstance {
  /** Hierarchical name. */
  readonly name: string;
  readonly module: ir.ModuleIr;
  /** A slot for every input of the module, in its order. */
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

/** A module with its hierarchy dissolved, but for the instances that were to be kept. */
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

/** The value of an operation, from the operation table. */
export function evaluateCell(
  cell: OperationCell,
  values: readonly bigint[],
  widths: readonly number[],
): bigint {
  const operands = cell.operands.map((slot) => values[slot] ?? 0n);
  const operandWidths = cell.operands.map((slot) => widths[slot] ?? 0);
  const result = operationRow(cell.operation).evaluate(operands, operandWidths, cell.parameters);
  return BigInt.asUintN(widths[cell.slot] ?? 0, result);
}
