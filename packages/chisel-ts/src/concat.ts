import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import { operate } from "./operate.ts";
import { described, Signal, UInt } from "./signal.ts";
import { uint } from "./types.ts";

/**
 * Bits side by side, the first the most significant: `concat(a, b)`, or a list of signals.
 *
 * @throws CircuitError when there are none.
 *
 * @example
 * const joined = module({ name: "joined", ports: { a: input(uint(4)), b: input(uint(4)), y: output(uint(8)) } }, (io) => {
 *   io.y.set(concat(io.a, io.b));
 * });
 * const dut = engines.wasm.open(joined);
 * [dut.in.a, dut.in.b] = [0xan, 0x5n];
 * console.log(dut.out.y.toString(16)); // a5
 */
export function concat(...parts: readonly Signal[] | readonly [readonly Signal[]]): UInt {
  const signals = parts.flat() as readonly Signal[];
  const wrong = signals.findIndex((part) => !(part instanceof Signal));
  if (signals.length === 0 || wrong >= 0) {
    throw new CircuitError(
      signals.length === 0
        ? "concat needs one signal or more"
        : `concat takes signals; part ${wrong} is ${described(signals[wrong])}`,
      Location.capture(),
    );
  }
  const nodes = signals.map(({ node }) => node);
  const node = operate("concat", nodes);
  return new UInt(uint(node.width), node);
}
