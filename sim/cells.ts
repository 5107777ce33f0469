// What a netlist is made of: operations, lookups, registers, memories and ports.

import { at, type HardwareType, type ir, operationRow } from "@chisel-ts/core";

/** The line of the design that makes something; none where it was made for the design. */
type Line = ir.Node["location"] | undefined;

/** What combinational logic computes of slots, which are indices of values. */
export type Cell = OperationCell | LookupCell;

export interface OperationCell {
  readonly slot: number;
  readonly operation: ir.Operation["operation"];
  readonly operands: readonly number[];
  readonly parameters: readonly number[];
  readonly location?: Line;
}

/** A word of a memory, by the memory's place in the list, or of a table; 0 beyond the last one. */
export interface LookupCell {
  readonly slot: number;
  readonly from: number | ir.Table;
  /** The address alone. */
  readonly operands: readonly number[];
  readonly location?: Line;
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
  readonly location?: Line;
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

/** The value of an operation, from the operation table. */
export function evaluateCell(
  cell: OperationCell,
  values: readonly bigint[],
  widths: readonly number[],
): bigint {
  const operands = cell.operands.map((slot) => at(values, slot));
  const operandWidths = cell.operands.map((slot) => at(widths, slot));
  const result = operationRow(cell.operation).evaluate(operands, operandWidths, cell.parameters);
  return BigInt.asUintN(at(widths, cell.slot), result);
}
