// The type of a function that compiles one cell.

import type { OperationCell } from "../cells.ts";
import type { Values } from "./values.ts";

/** Emits the code of one cell. */
export type Compile = (values: Values, cell: OperationCell) => void;

/** The slot of a cell's operand. */
export const operand = (cell: OperationCell, index: number): number => {
  const slot = cell.operands[index];
  if (slot === undefined) throw new RangeError(`${cell.operation} lacks operand ${index}`);
  return slot;
};
