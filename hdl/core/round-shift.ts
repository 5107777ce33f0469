import { literal, mux, type SInt, sint, type UInt } from "@chisel-ts/core";

/**
 * value / 2^shift to the nearest integer, ties towards +∞, as wide as the value: shifted by one place less, plus one, shifted by
 * one. What would be left of the value's bits has none, so nothing overflows.
 */
export function roundShift(value: SInt, shift: UInt): SInt {
  const doubled = value.shiftLeft(1);
  return doubled
    .shiftRightBy(shift)
    .addWrap(literal(sint(doubled.width), 1))
    .shiftRight(1)
    .extend(value.width);
}

/** The same for a signed shift: to the left where it is negative, where the result must fit the value's width. */
export function shiftEitherWay(value: SInt, shift: SInt): SInt {
  const left = shift
    .negate()
    .asUInt()
    .truncate(shift.width - 1);
  const right = shift.asUInt().truncate(shift.width - 1);
  return mux(shift.isNegative(), value.shiftLeftByWrap(left), roundShift(value, right));
}

/** The nearest value of `bits` bits. */
export function saturated(value: SInt, bits: number): SInt {
  const outside = value.bits(value.width - 1, bits - 1);
  const fits = outside.andReduce().or(outside.orReduce().not());
  const limit = mux(
    value.isNegative(),
    literal(sint(bits), -(2 ** (bits - 1))),
    literal(sint(bits), 2 ** (bits - 1) - 1),
  );
  return mux(fits, value.truncate(bits), limit);
}
