import { literal, maximum, minimum, mux, type SInt, sint, type UInt } from "@chisel-ts/core";
import { type CoreFields, coreOperations as op } from "./descriptor.ts";

/** Registers of a vector. */
export interface VectorState {
  readonly exponent: SInt;
  readonly span: UInt;
}

const number = (value: number): SInt => literal(sint(16), value);

/** At most 63: a shift by more gives the same. */
export const shiftOf = (value: SInt): SInt => minimum(value, literal(value.type, 63)).truncate(7);

/**
 * The shifts of an operation's operands and the exponent of its result, from what is known of its vectors.
 *
 * @param bits of what the matrix unit multiplies by
 */
export function scalarsOf(fields: CoreFields, bits: number, a: VectorState, b: VectorState) {
  const is = (code: UInt) => fields.operation.eq(code);
  const [spanA, spanB] = [a.span.toSInt().extend(16), b.span.toSInt().extend(16)];
  const toMatrix = is(op.Product).or(is(op.Scores)).or(is(op.Means));
  const filled = spanA.subWrap(mux(toMatrix, number(bits - 1), number(15)));
  // Beside epsilon: ceil((exponent - 47) / 2) at least.
  const lowest = fields.constantExponent.subWrap(46).shiftRight(1).extend(16);
  const norm = maximum(filled, lowest.subWrap(a.exponent));
  const sum = maximum(a.exponent.addWrap(spanA), b.exponent.addWrap(spanB)).subWrap(30);
  const shiftA = mux(is(op.Add), sum.subWrap(a.exponent), mux(is(op.Norm), norm, filled));
  const shiftB = mux(
    is(op.Add),
    sum.subWrap(b.exponent),
    mux(is(op.Multiply), spanB.subWrap(15), number(0)),
  );
  const inputExponent = a.exponent.addWrap(shiftA);
  const results: readonly (readonly [UInt, SInt])[] = [
    [op.Load, fields.exponent],
    [op.Embed, fields.exponent.subWrap(10)],
    [op.Product, fields.exponent.addWrap(inputExponent).addWrap(fields.shift.toSInt().extend(16))],
    [op.Scores, number(-16)],
    [op.Softmax, number(-20)],
    [op.Means, fields.exponent.subWrap(10)],
    [op.Norm, b.exponent.subWrap(15)],
    [op.Rotate, inputExponent.subWrap(14)],
    [op.Function, inputExponent.subWrap(16)],
    [op.Multiply, inputExponent.addWrap(b.exponent).addWrap(shiftB)],
    [op.Add, sum],
  ];
  const last = inputExponent.addWrap(fields.constantExponent).subWrap(15);
  return {
    shiftA: mux(is(op.Softmax), literal(sint(7), 0), shiftOf(shiftA)),
    shiftB: shiftOf(shiftB),
    inputExponent,
    exponent: results.reduce((others, [code, value]) => mux(is(code), value, others), last),
  };
}
