import { type Bool, bool, literal, mux, type UInt, uint } from "@chisel-ts/core";
import type { CoreContext } from "./context.ts";
import { factorBytes, coreOperations as op } from "./descriptor.ts";

/** What a descriptor works on: elements of its operands, rows of its matrix. */
export interface Lengths {
  readonly elements: UInt;
  readonly rows: UInt;
}

export function lengthsOf({ fields, anyOp, isOp, held }: CoreContext): Lengths {
  return {
    elements: mux<UInt>(anyOp(op.Softmax, op.Means), held, fields.columns),
    rows: mux<UInt>(isOp(op.Scores), held, fields.rows),
  };
}

/**
 * Whether a descriptor asks for what the core does not have: an unknown operation, factors of what has none, a length of 0, vectors beyond their
 * memory or the activation buffer, groups beyond their vector or of parts of words. What passes ends, whatever else is in it.
 */
export function isRefused(c: CoreContext, { elements, rows }: Lengths): Bool {
  const { fields, isOp, anyOp, toMatrix, parameters } = c;
  const beyond = (start: UInt, length: UInt): Bool => start.add(length).gt(parameters.words);
  const inRows = toMatrix.or(anyOp(op.Norm, op.Rotate));
  const pairs = fields.positions.shiftLeft(1);
  const isPartial = (length: UInt): Bool =>
    c.laneBits === 0 ? literal(bool(), 0) : length.bits(c.laneBits - 1, 0).orReduce();
  const written = mux<UInt>(toMatrix, rows, elements);
  const second = mux<UInt>(isOp(op.Norm), rows, elements);
  const writes = anyOp(op.End, op.Store).or(isOp(op.Product).and(fields.largest)).not();
  const reads = anyOp(op.End, op.Embed, op.Load).not();
  const factor = mux<UInt>(fields.rowFactors, literal(uint(3), factorBytes), literal(uint(3), 0));
  const reasons: readonly Bool[] = [
    fields.operation.gt(13),
    fields.rowFactors.and(fields.twoTerms.or(anyOp(op.Embed, op.Product, op.Scale).not())),
    isOp(op.End).not().and(elements.eq(0)),
    inRows.and(rows.eq(0)),
    isOp(op.Store).and(fields.positions.eq(0)),
    anyOp(op.Norm, op.Rotate).and(rows.gt(elements).or(isPartial(rows))),
    isOp(op.Rotate).and(pairs.gt(rows.extend(33)).or(isPartial(fields.positions))),
    toMatrix.and(elements.add(factor).gt(parameters.columns)),
    writes.and(beyond(fields.target, written)),
    reads.and(beyond(fields.source, elements)),
    anyOp(op.Norm, op.Multiply, op.Add).and(beyond(fields.other, second)),
    isOp(op.Rotate).and(beyond(fields.other, pairs.truncate(32))),
  ];
  return reasons.reduce((any, one) => any.or(one));
}

/** A code that is NaN. */
export const isNaNCode = (code: UInt): Bool => code.eq(literal(uint(8), 0x80));
