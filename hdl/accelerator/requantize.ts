import {
  bool,
  concat,
  input,
  literal,
  mux,
  named,
  output,
  registered,
  type SInt,
  sint,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { circuit, type ValuesOf } from "../circuit.ts";
import { activationBits, integerActivation, size } from "../parameters.ts";

/** Bits of the bias that is added to a sum. */
export const biasBits = 48;

/** The code of `residual` that stands for a scale of one term. */
const oneTerm = 3;

/**
 * From a sum to an activation: (sum + bias) · (1 + ρ(residual)) · 2^−shift, with ρ as in a weight code
 * (docs/format.md): two shifted terms and no multiplication. Rounded once, to the nearest, a tie to the
 * even one; a value that an activation cannot hold becomes the nearest that it can. `relu` makes negative
 * values 0. Without `requantize` the result is the sum itself.
 *
 * Latency: 1 cycle; `requantize` and `relu` are to be steady.
 *
 * @throws CircuitError for a width that is no width.
 */
export const requantize = circuit({
  name: "requantize",
  description: "Sum of a row to activation: bias, scale of two terms, rounding, saturation",
  parameters: { width: size("bits of the sum"), activation: integerActivation },
  latency: () => 1,
  ports: ({ width }) => ({
    sum: input(sint(width), "accumulated sum of a row"),
    bias: input(sint(biasBits), "bias that is added to the sum"),
    shift: input(uint(6), "exponent of the scale: its first term is 2^-shift"),
    residual: input(uint(3), "residual of the scale: its second term, coded as in an RF8 weight"),
    requantize: input(bool(), "mode: the result is an activation, not the sum"),
    relu: input(bool(), "mode: negative activations become 0"),
    result: output(sint(width), "sum or activation, one cycle later"),
    saturated: output(bool(), "the activation is saturated"),
  }),
  build(io, { width, activation }) {
    const x = activationBits(activation);
    const biased = Math.max(width, biasBits) + 1;
    const bias = mux(io.requantize, io.bias, literal(sint(biasBits), 0)).extend(biased);
    const residual = mux(io.requantize, io.residual, literal(uint(3), oneTerm));
    const value = io.sum.extend(biased).addWrap(bias);
    const scaled = scale(value, residual);
    named({ value, scaled });
    const late = registered("late", { scaled, shift: io.shift });

    const rounded = roundedShift(late.scaled, late.shift);
    const outside = rounded.bits(rounded.width - 1, x - 1);
    const fits = outside.andReduce().or(outside.orReduce().not());
    const negative = rounded.isNegative();
    const limit = mux(
      negative,
      literal(sint(x), -(2 ** (x - 1))),
      literal(sint(x), 2 ** (x - 1) - 1),
    );
    const clipped = io.relu.and(negative);
    const kept = mux(fits, rounded.truncate(x), limit);
    const active = mux(clipped, literal(sint(x), 0), kept);
    named({ rounded, fits, active });

    const sum = late.scaled.bits(width + 3, 4).asSInt();
    io.result.set(mux(io.requantize, active.extend(width), sum));
    io.saturated.set(io.requantize.and(fits.not()).and(clipped.not()));
  },
});

export type RequantizeParameters = ValuesOf<typeof requantize.parameters>;

/** 16 · value · (1 + ρ), five bits wider: 16 times the value, plus or minus 1, 2, 4 or 8 times it. */
function scale(value: SInt, residual: UInt): SInt {
  const width = value.width + 5;
  const is = (code: number) => residual.eq(code);
  const by = (distance: number) => value.shiftLeft(distance).extend(width);
  const second = mux(is(7), by(3), mux(is(0).or(is(6)), by(2), mux(is(1).or(is(5)), by(1), by(0))));
  const present = mux(is(oneTerm), literal(sint(width), 0), second);
  const first = by(4);
  return mux(residual.lt(oneTerm), first.subWrap(present), first.addWrap(present));
}

/**
 * value · 2^−(shift + 4) to the nearest integer, a tie to the even one. Of the bits that are shifted out two are
 * kept: the half, and a sticky bit that says whether a lower one is 1.
 */
function roundedShift(value: SInt, shift: UInt): SInt {
  let [shifted, more] = [value.shiftRight(3), value.bits(2, 0).orReduce()];
  for (let place = 0; place < shift.width; place++) {
    const distance = Math.min(2 ** place, shifted.width);
    const lost = shifted.bits(distance - 1, 0).orReduce();
    more = more.or(shift.bit(place).and(lost));
    const narrower = shifted.shiftRight(distance).extend(shifted.width);
    shifted = mux(shift.bit(place), narrower, shifted);
  }
  const down = shifted.shiftRight(1);
  const up = shifted.bit(0).and(more.or(down.bit(0)));
  return down.addWrap(concat(literal(uint(down.width - 1), 0), up).asSInt());
}
