// Estimates the vector instructions of a cell in a loop.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import { type ElementBytes, elementFor } from "../simd/element.ts";

/** Instructions that a product of elements takes for each of its vectors, as processors execute it. */
const multiplication = (bytes: ElementBytes): number => (bytes === 8 ? 4 : bytes === 4 ? 3 : 2);

/** Shifts by a distance of their own look up powers and multiply, or take a step for each bit. */
const shift = 6;

/** Vectors that 16 lanes of a cell's result take, times the instructions for each; what is free takes 0. */
export function costOf(cell: Cell, widths: readonly number[]): number {
  const { slot, operands } = cell;
  const bytes = elementFor(at(widths, slot));
  // Above the index there are zeros.
  if (!("operation" in cell)) return 2;
  switch (cell.operation) {
    case "signExtend":
    case "zeroExtend":
      return 0;
    case "slice": {
      const from = elementFor(at(widths, at(operands, 0)));
      // A bit becomes a mask.
      if (at(widths, slot) === 1) return 2 * from;
      return cell.parameters[1] === 0 ? 0 : from;
    }
    case "concat": {
      const masks = operands.filter((operand) => widths[operand] === 1);
      return (masks.length + operands.length - 1) * bytes;
    }
    case "multiplySigned":
    case "multiplyUnsigned": {
      const product = Math.max(2, bytes) as ElementBytes;
      const widened = operands.map((operand) => {
        const own = elementFor(at(widths, operand));
        // From one size to the next as many instructions as vectors are made.
        return 2 * own >= product ? 0 : product - 2 * own;
      });
      return widened.reduce((sum, one) => sum + one, multiplication(product) * product);
    }
    case "shiftLeft":
    case "shiftRight":
    case "shiftRightSigned":
      return shift * bytes;
    case "equal":
    case "lessSigned":
    case "lessUnsigned":
    case "reduceAnd":
    case "reduceOr":
    case "reduceXor":
      return elementFor(at(widths, at(operands, 0)));
    default:
      return bytes;
  }
}
