import {
  type Bool,
  concat,
  literal,
  log2Ceil,
  match,
  mux,
  type UInt,
  uint,
  when,
} from "@chisel-ts/core";
import type { Lengths } from "./check.ts";
import type { CoreContext } from "./context.ts";
import { descriptorBytes, coreOperations as op } from "./descriptor.ts";
import { matrixLatency } from "./matrix.ts";
import { addressBits } from "./parameters.ts";
import { passLatency } from "./pass.ts";

/** What the sequencer sees of the rest of the core. */
export interface SequencerInputs {
  readonly start: Bool;
  readonly lastSlot: UInt;
  readonly first: UInt;
  readonly request: Bool;
  readonly store: Bool;
  readonly data: { readonly valid: Bool; readonly bits: UInt };
  /** Weights transfer, and end a term or a row. */
  readonly fires: Bool;
  readonly endsTerm: Bool;
  readonly endsRow: Bool;
  /** Bits of the span of the target. */
  readonly targetBits: UInt;
  /** What epsilon adds to a sum of squares. */
  readonly added: UInt;
  /** Of the descriptor: what it works on, and whether the core has no such thing. */
  readonly lengths: Lengths;
  readonly refused: Bool;
  /** Positions of the cache. */
  readonly positions: UInt;
  /** The code to store is saturated. */
  readonly saturated: Bool;
}

/** Beats of a descriptor. */
export const descriptorBeats = (lanes: number): number => descriptorBytes / lanes;

/**
 * The state machine: fetch a descriptor, find its shifts, run it, keep the exponent and the span of its result.
 */
export function sequence(c: CoreContext, s: SequencerInputs): void {
  const { r, fields, isOp, anyOp, states } = c;
  const { lanes } = c.parameters;
  const next = r.step.addWrap(1);
  const go = (state: UInt): void => r.state.set(state);
  const bytes = r.counter.subWrap(r.first).asUInt();
  const number = bytes.shiftRight(log2Ceil(descriptorBytes)).truncate(32);
  const refuse = (): void => {
    r.refused.set(true);
    go(states.Idle);
  };
  const startPass = (): void => {
    r.step.set(0);
    r.turn.set(0);
    go(states.Pass);
  };
  const count = (state: UInt): void => {
    r.wait.set(r.wait.subWrap(1));
    when(r.wait.eq(0), () => go(state));
  };
  // At a product, and at the end, the next token of the batch does what came since the last product; then the first one goes on.
  const nextSlot = (): void => {
    when(c.isLast, () => {
      r.slot.set(0);
      r.segment.set(r.counter);
    }).otherwise(() => {
      r.slot.set(r.slot.addWrap(1));
      r.counter.set(r.segment);
    });
  };
  const inGroups = anyOp(op.Norm, op.Rotate);
  const groupWords = mux<UInt>(inGroups, c.wordsOf(fields.rows), c.wordsOf(r.elements));
  const beatWords = c.beats.shiftLeftWrap(log2Ceil(c.beatParts));
  // Whole beats of activations; a head less the second half of its pairs.
  const passSteps = mux<UInt>(
    isOp(op.Rotate),
    groupWords.subWrap(c.wordsOf(fields.positions)),
    mux<UInt>(c.toMatrix, beatWords, groupWords),
  );
  const nextGroup = r.group.addWrap(groupWords);
  const moreGroups = inGroups.and(nextGroup.lt(c.wordsOf(r.elements)));

  match(states, r.state, {
    Idle: () =>
      when(s.start, () => {
        go(states.Fetch);
        r.counter.set(s.first);
        r.segment.set(s.first);
        r.first.set(s.first);
        r.place.set(0);
        r.slot.set(0);
        r.lastSlot.set(s.lastSlot);
        r.invalid.set(false);
        r.saturated.set(false);
        r.refused.set(false);
      }),
    Fetch: () => {
      when(r.invalid.or(r.saturated).not(), () => r.place.set(number));
      when(s.request, () => {
        go(states.Descriptor);
        r.step.set(0);
      });
    },
    Descriptor: () =>
      when(s.data.valid, () => {
        const kept = r.descriptor.bits(
          8 * descriptorBytes - 1,
          Math.min(8 * lanes, 8 * descriptorBytes - 1),
        );
        r.descriptor.set(lanes === descriptorBytes ? s.data.bits : concat(s.data.bits, kept));
        r.step.set(next);
        when(r.step.eq(descriptorBeats(lanes) - 1), () => {
          go(states.Read);
          r.wait.set(2);
          r.counter.set(r.counter.addWrap(descriptorBytes));
        });
      }),
    // Exponents are read, then shifts are found: registers between keep the paths short.
    Read: () => count(states.Setup),
    Setup: () => {
      r.elements.set(s.lengths.elements);
      r.rows.set(s.lengths.rows);
      const cached = anyOp(op.Scores, op.Means, op.Store);
      const none = literal(uint(addressBits), 0);
      r.address.set(fields.address.addWrap(mux<UInt>(cached, c.slot.cache, none)));
      r.index.set(mux<UInt>(isOp(op.Embed), c.slot.token, c.slot.position));
      const stride = mux<UInt>(isOp(op.Embed), fields.stride, fields.positionStride);
      r.stride.set(stride.extend(addressBits));
      r.phase.set(0);
      r.group.set(0);
      r.total.set(0);
      r.result.set(0);
      c.each.forEach((t) => {
        when(c.works(t), () =>
          r.seen.at(t).set(mux<UInt>(fields.spanGoesOn, s.targetBits, literal(uint(31), 0))),
        );
      });
      when(s.refused.or(c.slot.position.ge(s.positions)), refuse)
        .elsewhen(isOp(op.End), () => {
          nextSlot();
          go(mux<UInt>(c.isLast, states.Idle, states.Fetch));
        })
        .elsewhen(isOp(op.Store), () => go(states.Modulo))
        .elsewhen(anyOp(op.Embed, op.Load), () => go(states.Address))
        .otherwise(startPass);
    },
    Modulo: () =>
      when(r.index.ge(fields.positions).and(fields.positions.orReduce()), () =>
        r.index.set(r.index.subWrap(fields.positions)),
      ).otherwise(() => go(states.Address)),
    Address: () => {
      when(r.index.bit(0), () => r.address.set(r.address.addWrap(r.stride)));
      r.stride.set(r.stride.shiftLeftWrap(1));
      r.index.set(r.index.shiftRight(1).extend(32));
      when(r.index.eq(0), () => {
        r.step.set(0);
        go(mux<UInt>(isOp(op.Store), states.Element, states.Request));
      });
    },
    Request: () => {
      r.steps.set(mux<UInt>(fields.rowFactors, beatWords, c.wordsOf(r.elements)));
      when(s.request, () => go(states.Stream));
    },
    Stream: () =>
      when(s.data.valid, () => {
        r.step.set(next);
        when(next.eq(r.steps), () => go(states.Finish));
      }),
    Pass: () => {
      const turnEnds = c.turning.not().or(r.turn.eq(3));
      when(turnEnds, () => {
        r.turn.set(0);
        r.step.set(next);
        when(next.eq(passSteps), () => {
          go(states.Drain);
          r.wait.set(passLatency);
        });
      }).otherwise(() => r.turn.set(r.turn.addWrap(1)));
    },
    Drain: () => {
      r.wait.set(r.wait.subWrap(1));
      when(r.wait.eq(0), () => {
        when(c.squaring, () => r.total.set(r.total.addWrap(s.added)));
        when(isOp(op.Means).or(c.squaring), () => go(states.Scalar))
          .elsewhen(isOp(op.Product).and(c.isLast.not()), () => go(states.Finish))
          .elsewhen(c.toMatrix, () => go(states.Rows))
          .elsewhen(c.normalizing, () => {
            r.phase.set(2);
            startPass();
          })
          .elsewhen(moreGroups, () => {
            r.phase.set(0);
            r.group.set(nextGroup);
            r.total.set(0);
            startPass();
          })
          .otherwise(() => go(states.Finish));
        r.beat.set(0);
        r.secondTerm.set(false);
        r.rowsLeft.set(r.rows);
        r.requestRow.set(r.rows);
        r.requestTerm.set(false);
        r.requesting.set(c.toMatrix);
      });
    },
    Scalar: () => go(states.ScalarWait),
    ScalarWait: () =>
      when(c.scalar.busy.not(), () => {
        when(isOp(op.Means), () => go(states.Rows)).otherwise(() => {
          r.phase.set(1);
          startPass();
        });
      }),
    Rows: () =>
      when(s.fires, () => {
        r.beat.set(mux<UInt>(s.endsTerm, c.none, r.beat.addWrap(1)));
        when(s.endsTerm, () => r.secondTerm.set(fields.twoTerms.and(r.secondTerm.not())));
        when(s.endsRow, () => {
          r.rowsLeft.set(r.rowsLeft.subWrap(1));
          when(r.rowsLeft.eq(1), () => {
            go(states.RowsDrain);
            r.wait.set(matrixLatency);
          });
        });
      }),
    RowsDrain: () => count(states.Finish),
    Element: () => {
      r.storeSecond.set(false);
      go(states.Store);
    },
    Store: () =>
      when(s.store, () => {
        when(s.saturated, () => r.saturated.set(true));
        r.storeSecond.set(true);
        when(r.storeSecond.or(fields.twoTerms.not()), () => {
          r.step.set(next);
          r.address.set(r.address.addWrap(fields.stride.extend(addressBits)));
          go(mux<UInt>(next.eq(r.elements), states.Finish, states.Element));
        });
      }),
    Finish: () => {
      when(isOp(op.Product), nextSlot);
      go(states.Fetch);
    },
  });
}
