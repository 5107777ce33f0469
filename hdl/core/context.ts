import {
  type Bool,
  literal,
  log2Ceil,
  minimum,
  mux,
  type SInt,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { activationBits } from "../parameters.ts";
import { type CoreFields, factorBytes, coreOperations as op } from "./descriptor.ts";
import type { CoreParameters } from "./parameters.ts";
import { type CoreRegisters, coreStates, wordType } from "./registers.ts";

/** What `scalarsOf` finds, registered. */
export interface FoundScalars {
  readonly shiftA: SInt;
  readonly shiftB: SInt;
  readonly inputExponent: SInt;
  readonly exponent: SInt;
}

/** The result of the scalar unit. */
export interface ScalarResult {
  readonly mantissa: UInt;
  readonly exponent: SInt;
  readonly busy: Bool;
}

/** A token of the batch. */
export interface SlotState {
  readonly token: UInt;
  readonly position: UInt;
  readonly cache: UInt;
}

/** What the logic of a core looks at. */
interface CoreState {
  readonly registers: CoreRegisters;
  readonly fields: CoreFields;
  readonly found: FoundScalars;
  readonly scalar: ScalarResult;
  readonly slot: SlotState;
}

/** Signals that all parts of the core are made of. */
export function contextOf(
  parameters: CoreParameters,
  { registers: r, fields, found, scalar, slot }: CoreState,
) {
  const { lanes, vectorLanes, batch } = parameters;
  const each = Array.from({ length: batch }, (_, t) => t);
  const laneBits = log2Ceil(vectorLanes);
  const isOp = (code: UInt): Bool => fields.operation.eq(code);
  const anyOp = (...codes: readonly UInt[]): Bool =>
    codes.map(isOp).reduce((any, one) => any.or(one));
  const wordsOf = (count: UInt): UInt =>
    laneBits === 0
      ? count
      : count
          .addWrap(vectorLanes - 1)
          .shiftRight(laneBits)
          .extend(32);
  const beatsOf = (count: UInt): UInt =>
    count
      .addWrap(lanes - 1)
      .shiftRight(log2Ceil(lanes))
      .extend(32);
  const bytes = (count: number): UInt => literal(uint(32), count);
  const word = wordType(parameters);
  const norm = isOp(op.Norm);
  return {
    parameters,
    r,
    fields,
    found,
    scalar,
    slot,
    each,
    isOp,
    anyOp,
    wordsOf,
    beatsOf,
    laneBits,
    word,
    is: (one: UInt): Bool => r.state.eq(one),
    states: coreStates,
    bits: activationBits(parameters.activation),
    /** Words of the vector memory in a beat of codes. */
    beatParts: lanes / vectorLanes,
    /** The word of an element. */
    at: (element: UInt): UInt => element.shiftRight(laneBits).extend(32).truncate(word.width),
    /** Positions that a cache holds, the newest among them. */
    held: minimum(slot.position.addWrap(1), fields.positions),
    /** Whether a token of the batch is at work. */
    works: (t: number): Bool => r.slot.eq(t),
    isLast: r.slot.eq(r.lastSlot),
    toMatrix: anyOp(op.Product, op.Scores, op.Means),
    squaring: norm.and(r.phase.eq(0)),
    normalizing: norm.and(r.phase.eq(1)),
    gaining: norm.and(r.phase.eq(2)),
    turning: isOp(op.Rotate).and(r.step.lt(wordsOf(fields.positions))),
    /** Bit i: element i of the words from an element on is one of the vector's. */
    maskFrom: (element: UInt): readonly Bool[] =>
      Array.from({ length: vectorLanes }, (_, i) => element.addWrap(i).lt(r.elements)),
    elementOf: (words: UInt): UInt => (laneBits === 0 ? words : words.shiftLeftWrap(laneBits)),
    /** Of a row with its factor, where rows have any. */
    beats: beatsOf(r.elements.addWrap(mux<UInt>(fields.rowFactors, bytes(factorBytes), bytes(0)))),
    none: literal(uint(32), 0),
    orNone: (condition: Bool, value: UInt): UInt =>
      mux<UInt>(condition, value, literal(uint(32), 0)),
  };
}

export type CoreContext = ReturnType<typeof contextOf>;
