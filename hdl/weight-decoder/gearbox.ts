import {
  type Bool,
  bitsFor,
  bool,
  CircuitError,
  concat,
  connect,
  decoupled,
  flip,
  input,
  literal,
  mux,
  register,
  type UInt,
  uint,
  Vec,
  vec,
  when,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { size } from "../parameters.ts";

export interface GearboxParameters {
  /** Bits of a beat that comes in. */
  readonly beat: number;
  /** Bits of a wide beat that goes out. */
  readonly wide: number;
  /** Bits of a narrow one, at most as many. */
  readonly narrow: number;
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/** A beat that comes in, or goes out: bits, the first lowest, and whether it ends the packet. */
const beatOf = (bits: number) => ({ data: uint(bits), last: bool() });

/** Units that all beats are whole numbers of, and how many each has. */
function unitsOf({ beat, wide, narrow }: GearboxParameters) {
  const unit = [wide, narrow].reduce(greatestCommonDivisor, beat);
  return { unit, unitsIn: beat / unit, unitsWide: wide / unit, unitsNarrow: narrow / unit };
}

/**
 * A stream of bits cut anew: beats of `beat` bits come in, beats of `wide` or of `narrow` bits go out, whichever
 * `control.wide` asks for, without a gap and at one beat a cycle. A packet's bits fill its beats from the lowest bit of the first.
 *
 * Bits that belong to a later beat wait in at most max(beat, wide) − 1 flip-flops. Nothing else delays a beat: `sink.valid` and
 * the data depend on the source of the same cycle, and `source.ready` on the sink. `control.wide` and `control.end` stand
 * still while a beat waits.
 *
 * With `control.end` the beat is the packet's last: the rest of its last beat is padding, which is dropped. `sink.last` is the
 * source's `last` as it belongs to a beat that goes out; a packet that ends too early goes on with the beats that follow.
 * With `control.discard` beats pass as they come and their data mean nothing, until one with `last` has passed.
 *
 * @throws CircuitError for widths that are not whole numbers of 1 or more, and for a narrow beat wider than a wide one.
 */
export const gearbox = circuit({
  name: "gearbox",
  description: "Cuts a stream of bits into beats of another width",
  parameters: {
    beat: size("bits of a beat that comes in", 32),
    wide: size("bits of a wide beat that goes out", 32),
    narrow: size("bits of a narrow one, at most as many", 24),
  },
  check({ wide, narrow }) {
    if (narrow > wide)
      throw new CircuitError(`narrow is ${narrow}; it must be at most ${wide}, as wide is`);
  },
  ports: ({ beat, wide }) => ({
    source: flip(decoupled(beatOf(beat))),
    sink: decoupled(beatOf(wide)),
    control: {
      wide: input(bool(), "the next beat is a wide one"),
      end: input(bool(), "it is the last of its packet"),
      discard: input(bool(), "the packet is discarded up to its last beat"),
    },
  }),
  build({ source, sink, control }, parameters) {
    const { unit, unitsIn, unitsWide, unitsNarrow } = unitsOf(parameters);
    const capacity = Math.max(unitsIn, unitsWide) - 1;
    const levelType = uint(bitsFor(capacity + unitsIn));
    const level = register("level", uint(bitsFor(capacity)), { reset: 0 });
    const held = register("held", vec(Math.max(capacity, 1), uint(unit)), { reset: 0 });
    /** The newest beat ended its packet, and bits of it may be held. */
    const ended = register("ended", bool(), { reset: 0 });

    const zero = literal(uint(unit), 0);
    const coming = Array.from({ length: unitsIn }, (_, k) =>
      source.bits.data.bits(unit * k + unit - 1, unit * k),
    );
    /** What is held, and right behind it what comes. */
    const available = (k: number): UInt =>
      new Vec(
        Array.from({ length: capacity + 1 }, (_, full) =>
          k < full ? held.at(k) : (coming[k - full] ?? zero),
        ),
      ).at(level);
    const all = Array.from({ length: capacity + unitsIn }, (_, k) => available(k));
    const from = (k: number): UInt => all[k] ?? zero;

    const need = mux(control.wide, literal(levelType, unitsWide), literal(levelType, unitsNarrow));
    const wideLevel = level.extend(levelType.width);
    const withNext = wideLevel.addWrap(literal(levelType, unitsIn));
    const isHeld = wideLevel.ge(need);
    const isWhole = isHeld.or(source.valid.and(withNext.ge(need)));
    const accepts = isHeld.not().and(withNext.lt(need).or(sink.ready));

    const newestEnds = mux(isHeld.not(), source.bits.last, ended);
    const before = mux(isHeld, wideLevel, withNext);
    const left = before.subWrap(need);
    sink.valid.set(mux(control.discard, ended.or(source.valid), isWhole));
    source.ready.set(mux(control.discard, ended.not().and(sink.ready), accepts));
    connect(sink.bits, {
      data: concat(Array.from({ length: unitsWide }, (_, k) => from(k)).reverse()),
      last: mux(
        control.discard,
        ended.or(source.bits.last),
        newestEnds.and(control.end.or(left.lt(unitsNarrow))),
      ),
    });

    const leaves = isWhole.and(sink.ready);
    const enters = source.valid.and(accepts);
    const keep = (condition: Bool, count: UInt, shift: number): void => {
      when(condition, () => {
        level.set(count.truncate(level.width));
        for (const [k, place] of [...held].entries()) place.set(from(k + shift));
      });
    };
    when(control.discard, () => {
      level.set(0);
      when(sink.ready, () => ended.set(false));
    }).otherwise(() => {
      when(enters, () => ended.set(source.bits.last));
      keep(enters.and(leaves.not()), withNext, 0);
      keep(leaves.and(control.wide), left, unitsWide);
      keep(leaves.and(control.wide.not()), left, unitsNarrow);
      when(leaves.and(control.end), () => {
        level.set(0);
        ended.set(false);
      });
    });
  },
});
