import {
  concat,
  instance,
  literal,
  log2Ceil,
  mux,
  type UInt,
  uint,
  type Vec,
  when,
} from "@chisel-ts/core";
import { slices, tabulate } from "../tabulate.ts";
import { isNaNCode } from "./check.ts";
import { embeddedCode, factorOf } from "./codes.ts";
import type { CoreContext } from "./context.ts";
import { coreOperations as op } from "./descriptor.ts";
import type { lanesOf } from "./pass.ts";
import type { weightsOf } from "./weights.ts";

/** What is written to the vector memory: the result of a row, a word of a pass, or loaded elements. */
export function writeOf(
  c: CoreContext,
  data: { readonly valid: ReturnType<CoreContext["is"]>; readonly bits: UInt },
  lanes: ReturnType<typeof lanesOf>,
  weights: ReturnType<typeof weightsOf>,
) {
  const { r, fields, laneBits, parameters, isOp } = c;
  const { vectorLanes: v } = parameters;
  const row = weights.valid.and(fields.largest.not());
  const pass = lanes.third.valid.and(lanes.third.writes).and(c.toMatrix.or(c.squaring).not());
  const stream = c.is(c.states.Stream).and(data.valid);
  const mask = c.maskFrom(c.elementOf(r.step));
  const { words, isNaN: nan } = loadedWord(c, data.bits);
  // The beat that ends in the factor of a row may have no element.
  const loads = stream.and(mask[0] ?? stream);
  const factor = factorOf(data.bits);
  when(stream, () => {
    r.factorMantissa.set(factor.mantissa);
    r.factorShift.set(factor.shift);
  });
  const loaded = words.map((value, i) => mux<UInt>(mask[i] ?? stream, value, literal(uint(32), 0)));
  const joined = (values: Vec<UInt>): UInt => concat([...values].reverse());
  const rowWord = (value: UInt) => concat(Array.from({ length: v }, () => value));
  const passWord = joined(lanes.results.map((value) => value.asUInt()));
  const all = literal(uint(v), 2 ** v - 1);
  const one =
    laneBits === 0 ? all : literal(uint(v), 1).shiftLeftByWrap(r.result.bits(laneBits - 1, 0));
  const start = c.at(fields.target);
  const within = mux<UInt>(pass, lanes.third.word, r.step.truncate(c.word.width));
  const word = mux<UInt>(pass, passWord, joined(loaded));
  return {
    address: mux<UInt>(row, c.at(fields.target.addWrap(r.result)), start.addWrap(within)),
    mask: mux<UInt>(row, one, all),
    stream,
    invalid: stream
      .and(isOp(op.Embed))
      .and(nan.map((one, i) => one.and(mask[i] ?? stream)).reduceTree((any, one) => any.or(one))),
    /** Of each token: a row of a product is one of all of them, everything else of the one at work. */
    each: c.each.map((t) => ({
      enable: row.and(isOp(op.Product)).or(row.or(pass).or(loads).and(c.works(t))),
      data: mux<UInt>(row, rowWord(weights.values.at(t).asUInt()), word),
    })),
  };
}

/** Numbers of 16 bits, or codes as W · 2^10: the part of a beat that `step` says. */
function loadedWord(c: CoreContext, data: UInt) {
  const { vectorLanes: v } = c.parameters;
  const part = (parts: number): UInt =>
    parts === 1 ? data : slices(data, parts).at(c.r.step.bits(log2Ceil(parts) - 1, 0));
  const shorts = slices(part(c.beatParts / 2), v);
  const codes = slices(part(c.beatParts), v);
  const words = tabulate(v, (i) => {
    const { value } = instance(`embedded_${i}`, embeddedCode(), { code: codes.at(i) });
    return mux<UInt>(c.isOp(op.Embed), value.asUInt(), shorts.at(i).asSInt().extend(32).asUInt());
  });
  return { words, isNaN: codes.map(isNaNCode) };
}

/** The span of what is written, the largest score, and the row of the largest result. */
export function observe(
  { r, fields, isOp, normalizing, parameters }: CoreContext,
  write: ReturnType<typeof writeOf>,
  { valid, values, invalid }: ReturnType<typeof weightsOf>,
): void {
  const isFirst = r.result.eq(0);
  when(valid, () => r.result.set(r.result.addWrap(1)));
  write.each.forEach(({ enable, data }, t) => {
    const [seen, best] = [r.seen.at(t), r.best.at(t)];
    const [bestValue, value] = [r.bestValue.at(t), values.at(t)];
    const magnitudes = slices(data, parameters.vectorLanes).map((word, i) => {
      const sign = concat(Array.from({ length: 31 }, () => word.bit(31)));
      return mux<UInt>(write.mask.bit(i), word.bits(30, 0).xor(sign), literal(uint(31), 0));
    });
    when(enable.and(normalizing.not()), () =>
      seen.set(magnitudes.reduceTree((any, word) => any.or(word)).or(seen)),
    );
    when(valid.and(fields.largest).and(isFirst.or(value.gt(bestValue))), () => {
      best.set(r.result);
      bestValue.set(value);
    });
  });
  const score = values.at(r.slot);
  when(valid.and(isOp(op.Scores)).and(isFirst.or(score.gt(r.scoreMaximum))), () =>
    r.scoreMaximum.set(score),
  );
  when(invalid.or(write.invalid), () => r.invalid.set(true));
}

/** Bits of a vector of a span: ones below it. */
export const spanBits = (span: UInt): UInt =>
  literal(uint(32), 1).shiftLeftByWrap(span).subWrap(1).asUInt().truncate(31);

/** The span of such bits: the place of the leading one. */
export function spanOf(seen: UInt): UInt {
  let length: UInt = literal(uint(6), 0);
  for (let place = 0; place < seen.width; place++)
    length = mux<UInt>(seen.bit(place), literal(uint(6), place + 1), length);
  return length;
}
