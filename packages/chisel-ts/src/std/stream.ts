import type { Port, PortsOf } from "../ports.ts";
import { flip, input, output } from "../ports.ts";
import { connect, type Shape, type SignalsOf, type TargetsOf } from "../shape.ts";
import type { Bool } from "../signal.ts";
import type { Target } from "../signal-of.ts";
import { bool, type HardwareType } from "../types.ts";

/** A valid/ready stream seen from its producer: a word transfers in a cycle in which both are 1. */
export type Decoupled<S extends Shape> = {
  readonly valid: Port<"output", HardwareType<"bool">>;
  readonly ready: Port<"input", HardwareType<"bool">>;
  readonly bits: PortsOf<S, "output">;
};

/**
 * The ports of a producer; `flip` gives the consumer's. A producer keeps `valid` and `bits` until the word
 * transfers, and its `valid` never waits for `ready`.
 *
 * @example
 * ports: { from: flip(decoupled(uint(8))), to: decoupled(uint(8)) }
 */
export const decoupled = <S extends Shape>(shape: S): Decoupled<S> => ({
  valid: output(bool(), "bits holds a word"),
  ready: input(bool(), "the consumer accepts the word"),
  bits: output(shape, "the word") as PortsOf<S, "output">,
});

/** The stream seen from its consumer. */
export const consumer = <S extends Shape>(shape: S) => flip(decoupled(shape));

/** Whether a word transfers in this cycle. */
export const fire = (stream: { readonly valid: Bool; readonly ready: Bool }): Bool =>
  stream.valid.and(stream.ready);

/**
 * Joins a stream that comes in with one that goes out: words pass, and `ready` runs back.
 *
 * @param to an output stream of the module, or the input stream of an instance as wires.
 * @example
 * connectStream(io.to, io.from);
 */
export function connectStream<S extends Shape>(
  to: {
    readonly valid: Target<Bool>;
    readonly ready: Bool;
    readonly bits: TargetsOf<S>;
  },
  from: {
    readonly valid: Bool;
    readonly ready: Target<Bool>;
    readonly bits: SignalsOf<S>;
  },
): void {
  to.valid.set(from.valid);
  connect(to.bits as object, from.bits as never);
  from.ready.set(to.ready);
}
