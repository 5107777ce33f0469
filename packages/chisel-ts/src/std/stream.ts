import { needed } from "../needed.ts";
import type { Port, PortsOf } from "../ports.ts";
import { flip, input, output } from "../ports.ts";
import { connect, isTarget, type Shape, type SignalsOf, type TargetsOf } from "../shape.ts";
import { Bool } from "../signal.ts";
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
 * const { valid, ready, bits } = decoupled(uint(8));
 * console.log(`${valid.direction} ${ready.direction} ${bits.direction}`); // output input output
 */
export const decoupled = <S extends Shape>(shape: S): Decoupled<S> => ({
  valid: output(bool(), "bits holds a word"),
  ready: input(bool(), "the consumer accepts the word"),
  bits: output(shape, "the word") as PortsOf<S, "output">,
});

/**
 * The stream seen from its consumer.
 *
 * @example
 * const { valid, ready, bits } = consumer(uint(8));
 * console.log(`${valid.direction} ${ready.direction} ${bits.direction}`); // input output input
 */
export const consumer = <S extends Shape>(shape: S) => flip(decoupled(shape));

/**
 * Whether a word transfers in this cycle.
 *
 * @example
 * const counted = module({ name: "counted", ports: { from: consumer(uint(8)), words: output(uint(8)) } }, (io) => {
 *   const words = register("seen", uint(8), { reset: 0 });
 *   unused(io.from.bits);
 *   io.from.ready.set(words.lt(2));
 *   when(io.from.valid.and(words.lt(2)), () => words.set(words.addWrap(1)));
 *   io.words.set(words);
 * });
 * const passed = module({ name: "passed", ports: { from: consumer(uint(8)), fires: output(bool()) } }, (io) => {
 *   const stream = instance("counted", counted, { from: { valid: io.from.valid, bits: io.from.bits } });
 *   io.from.ready.set(stream.from.ready);
 *   unused(stream.words);
 *   io.fires.set(fire({ valid: io.from.valid, ready: stream.from.ready }));
 * });
 * const dut = engines.wasm.open(passed);
 * dut.in.from.valid = true;
 * console.log(dut.out.fires); // true
 * dut.step(2);
 * console.log(dut.out.fires); // false
 */
export function fire(stream: { readonly valid: Bool; readonly ready: Bool }): Bool {
  checkStream(stream, "fire(io.from)");
  return stream.valid.and(stream.ready);
}

/** @throws CircuitError for what has no `valid` and `ready` of one bit. */
function checkStream(given: unknown, remedy: string): void {
  const { valid, ready } = Object(given) as Readonly<Record<string, unknown>>;
  if (valid instanceof Bool && ready instanceof Bool) return;
  throw needed("a stream, which has valid and ready,", given, remedy);
}

/**
 * Joins a stream that comes in with one that goes out: words pass, and `ready` runs back.
 *
 * @param to an output stream of the module, or the input stream of an instance as wires.
 *
 * @example
 * const through = module({ name: "through", ports: { from: consumer(uint(8)), to: decoupled(uint(8)) } }, (io) => connectStream(io.to, io.from));
 * const dut = engines.wasm.open(through);
 * [dut.in.from.valid, dut.in.from.bits, dut.in.to.ready] = [true, 42n, true];
 * console.log(`${dut.out.to.valid} ${dut.out.to.bits} ${dut.out.from.ready}`); // true 42 true
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
  const remedy = "connectStream(io.to, io.from)";
  for (const stream of [to, from]) checkStream(stream, remedy);
  if (!isTarget(to.valid) || !isTarget(from.ready))
    throw needed("a stream that goes out, then one that comes in,", to, remedy);
  to.valid.set(from.valid);
  connect(to.bits as object, from.bits as never);
  from.ready.set(to.ready);
}
