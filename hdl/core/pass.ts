import {
  concat,
  delay,
  instance,
  literal,
  maximum,
  minimum,
  mux,
  type SInt,
  sint,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { slices, tabulate } from "../tabulate.ts";
import type { CoreContext } from "./context.ts";
import { coreOperations as op } from "./descriptor.ts";
import { lane, laneOperations } from "./lane.ts";

/** Cycles from the address of a word to its result in the vector memory. */
export const passLatency = 3;

/**
 * Where a pass reads and writes. A pair that turns is four products: a · cos, b · sin, b · cos and a · sin, with the first half
 * of the pairs' words at `step` and the second one behind all of them.
 */
export function passAddresses(c: CoreContext) {
  const { r, fields, isOp, orNone, turning } = c;
  const pairs = c.wordsOf(fields.positions);
  const secondHalf = r.turn.eq(1).or(r.turn.eq(2));
  // In a head, step counts the words of the first half, and then those that do not turn.
  const offset = r.group.addWrap(r.step).addWrap(orNone(isOp(op.Rotate).and(turning.not()), pairs));
  const narrow = (words: UInt): UInt => words.truncate(c.word.width);
  const start = mux<UInt>(c.gaining, c.at(fields.target), c.at(fields.source));
  const readB = mux<UInt>(
    isOp(op.Rotate),
    r.step.addWrap(orNone(r.turn.bit(0), pairs)),
    mux<UInt>(isOp(op.Norm), r.step, offset),
  );
  return {
    a: start.addWrap(narrow(offset.addWrap(orNone(turning.and(secondHalf), pairs)))),
    b: c.at(fields.other).addWrap(narrow(readB)),
    issued: {
      valid: c.is(c.states.Pass),
      offset,
      word: narrow(offset.addWrap(orNone(turning.and(r.turn.eq(3)), pairs))),
      writes: turning.not().or(r.turn.bit(0)),
      mask: concat([...c.maskFrom(c.elementOf(offset))].reverse()),
      turn: r.turn,
      alone: turning.not(),
    },
  };
}

/** The vector lanes, and what belongs to the words in each of their stages. */
export function lanesOf(
  c: CoreContext,
  issued: ReturnType<typeof passAddresses>["issued"],
  wordA: UInt,
  wordB: UInt,
) {
  const stages = [1, 2, 3].map((cycles) => delay(`issued_${cycles}`, issued, cycles));
  const [first = issued, second = issued, third = issued] = stages;
  const { vectorLanes, function: name } = c.parameters;
  const [as, bs] = [slices(wordA, vectorLanes), slices(wordB, vectorLanes)];
  const one = literal(sint(32), 2 ** 14);
  const control = controlOf(c);
  const outs = tabulate(vectorLanes, (i) =>
    instance(`lane_${i}`, lane({ function: name }), {
      a: as.at(i).asSInt(),
      b: mux<SInt>(first.alone.and(c.isOp(op.Rotate)), one, bs.at(i).asSInt()),
      control,
      hold: third.turn.bit(0).not(),
      subtract: third.turn.eq(1),
      alone: third.alone,
    }),
  );
  const masked = (mask: UInt, value: SInt, i: number): SInt =>
    mux<SInt>(mask.bit(i), value, literal(value.type, 0));
  return {
    second,
    third,
    mantissas: outs.map((out, i) => masked(second.mask, out.mantissa, i)),
    products: outs.map((out, i) => masked(third.mask, out.product, i)),
    results: outs.map((out, i) => masked(third.mask, out.result, i)),
  };
}

/** Control of the lanes, steady during a pass. */
function controlOf(c: CoreContext) {
  const { r, fields, found, scalar, isOp } = c;
  const operations: readonly (readonly [UInt, UInt])[] = [
    [op.Softmax, laneOperations.Exponential],
    [op.Rotate, laneOperations.Turn],
    [op.Function, laneOperations.Function],
    [op.Add, laneOperations.Add],
    [op.Scale, laneOperations.Constant],
  ];
  const plain = operations.reduce(
    (others: UInt, [code, operation]) => mux<UInt>(isOp(code), operation, others),
    laneOperations.Multiply,
  );
  const right = (value: number): UInt => literal(uint(6), value);
  const argument = minimum(found.inputExponent.addWrap(12), literal(sint(16), 127));
  return {
    operation: mux<UInt>(
      c.squaring,
      laneOperations.Square,
      mux<UInt>(c.normalizing, laneOperations.Constant, plain),
    ),
    shift_a: mux<SInt>(c.gaining, literal(sint(7), 0), found.shiftA),
    shift_b: found.shiftB,
    limit_a: c.anyOp(op.Add, op.Softmax).or(c.gaining).not(),
    narrow_a: c.toMatrix.and(
      c.bits === 8 ? literal(c.toMatrix.type, 1) : literal(c.toMatrix.type, 0),
    ),
    limit_b: isOp(op.Multiply),
    constant: mux<UInt>(c.normalizing, scalar.mantissa, fields.mantissa),
    argument_shift: maximum(argument, literal(sint(16), -127)).truncate(8),
    maximum: r.scoreMaximum,
    right: mux<UInt>(
      c.normalizing,
      scalar.exponent.addWrap(11).asUInt().truncate(6),
      mux<UInt>(c.gaining, right(5), mux<UInt>(isOp(op.Scale), right(1), right(0))),
    ),
    normalize: c.normalizing,
  };
}
