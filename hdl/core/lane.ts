import {
  bool,
  enumeration,
  input,
  instance,
  literal,
  maximum,
  minimum,
  mux,
  named,
  output,
  register,
  registered,
  type SInt,
  sint,
  uint,
  when,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { exponential } from "./exponential.ts";
import { coreParameters } from "./parameters.ts";
import { roundShift, saturated, shiftEitherWay } from "./round-shift.ts";
import { share } from "./share.ts";

/** What a lane makes of its operands. */
export const laneOperations = enumeration("lane_operation", [
  "Multiply",
  "Square",
  "Constant",
  "Function",
  "Add",
  "Exponential",
  "Turn",
]);

const control = {
  operation: input(laneOperations.type, "steady during a pass"),
  shift_a: input(sint(7), "right shift of the first operand"),
  shift_b: input(sint(7), "right shift of the second operand"),
  limit_a: input(bool(), "the first operand is saturated to 16 bits"),
  narrow_a: input(bool(), "with limit_a: to 8 bits"),
  limit_b: input(bool(), "the second operand is saturated to 16 bits"),
  constant: input(uint(16), "factor of Constant"),
  argument_shift: input(sint(8), "left shift from a mantissa to the argument of the function"),
  maximum: input(sint(32), "largest score"),
  right: input(uint(6), "rounding right shift of the product"),
  normalize: input(bool(), "the shifted product is saturated to 21 bits"),
};

const ports = {
  a: input(sint(32), "first operand"),
  b: input(sint(32), "second operand"),
  control,
  /** Two cycles after the operands. */
  hold: input(bool(), "Turn: keep this product for the next"),
  subtract: input(bool(), "Turn: subtract this product from the kept one, instead of adding it"),
  alone: input(bool(), "Turn: this product by itself"),
  mantissa: output(sint(32), "first operand, shifted, one cycle later"),
  product: output(sint(38), "product, two cycles later"),
  result: output(sint(32), "result, two cycles later"),
};

export type LaneControl = typeof control;

/**
 * A vector lane: both operands are shifted, then multiplied, added or made an exponential, then the product is shifted. Two
 * cycles of latency; one element a cycle.
 */
export const lane = circuit({
  name: "core_lane",
  description: "Vector lane of the decoder core",
  parameters: { function: coreParameters.function },
  ports: () => ports,
  build(io, parameters) {
    const { operation, ...given } = io.control;
    const is = (one: typeof operation) => operation.eq(one);
    const ops = laneOperations;
    const shiftedA = shiftEitherWay(io.a, given.shift_a);
    const limit = mux(given.narrow_a, literal(sint(32), 127), literal(sint(32), 32767));
    const limitedA = mux(given.limit_a, minimum(shiftedA, limit), shiftedA);
    const shiftedB = shiftEitherWay(io.b, given.shift_b);
    const limitedB = mux(given.limit_b, minimum(shiftedB, literal(sint(32), 32767)), shiftedB);
    const below = given.maximum.sub(io.a).truncate(32);
    const first = registered("first", {
      x: mux(is(ops.Exponential), below, limitedA),
      y: limitedB,
    });

    const x = first.x;
    const argument = argumentOf(x, given.argument_shift);
    const { share: part } = instance("share_of", share(parameters), { x: argument });
    const { power } = instance("power_of", exponential(), { z: x.asUInt() });
    const factor = mux(
      is(ops.Square),
      x.truncate(17),
      mux(
        is(ops.Constant),
        given.constant.toSInt(),
        mux(is(ops.Function), part.toSInt(), first.y.truncate(17)),
      ),
    );
    const second = registered("second", {
      product: x.truncate(21).mul(factor),
      other: mux(is(ops.Exponential), power.toSInt().extend(32), x.addWrap(first.y)),
    });

    const kept = register("kept", sint(32), { reset: 0 });
    const whole = second.product.truncate(32);
    when(io.hold, () => kept.set(whole));
    const turned = mux(io.alone, whole, mux(io.subtract, kept.subWrap(whole), kept.addWrap(whole)));
    const rounded = roundShift(second.product, given.right);
    const scaled = mux(given.normalize, saturated(rounded, 21).extend(32), rounded.truncate(32));
    named({ argument, factor, turned, scaled });
    io.mantissa.set(x);
    io.product.set(second.product);
    io.result.set(
      mux(is(ops.Turn), turned, mux(is(ops.Add).or(is(ops.Exponential)), second.other, scaled)),
    );
  },
});

/** floor(mantissa · 2^left) of 16 bits, saturated to ±(2^16 − 1). */
function argumentOf(x: SInt, left: SInt): SInt {
  const wide = x.truncate(16).extend(48);
  const up = minimum(left, literal(left.type, 31)).asUInt().truncate(5);
  const down = minimum(left.negate(), literal(sint(left.width + 1), 31))
    .asUInt()
    .truncate(5);
  const shifted = mux(left.isNegative(), wide.shiftRightBy(down), wide.shiftLeftByWrap(up));
  return maximum(saturated(shifted, 17), literal(sint(17), -65535));
}
