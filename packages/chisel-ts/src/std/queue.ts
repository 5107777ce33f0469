import { circuit } from "../circuit.ts";
import { CircuitError } from "../errors.ts";
import { checkKeys } from "../keys.ts";
import { Location } from "../location.ts";
import { type Module, module } from "../module.ts";
import { type Bundle, type Flipped, flip, input, output, type Port, vec } from "../ports.ts";
import { connect, isType, type Shape, widthOf } from "../shape.ts";
import type { Bool, UInt } from "../signal.ts";
import type { Target } from "../signal-of.ts";
import { register } from "../state.ts";
import { bool, type HardwareType, uint } from "../types.ts";
import { mux, type Value } from "../vec.ts";
import { when } from "../when.ts";
import { bitsFor } from "./math.ts";
import { type Decoupled, decoupled } from "./stream.ts";

export interface QueueParameters<S extends Shape = Shape> {
  /** What a word is. */
  readonly type: S;
  /** Words it holds, 1 or more. With 2 or more it transfers a word in every cycle. */
  readonly depth: number;
  /** A word passes an empty queue in the same cycle: `sink.valid` depends on `source.valid`. */
  readonly flow?: boolean;
  /** A full queue takes a word while one leaves: `source.ready` depends on `sink.ready`. */
  readonly pipe?: boolean;
  /** Adds the ports `flush`, which empties it, and `level`, how many words it holds. */
  readonly control?: boolean;
}

export type QueuePorts<S extends Shape> = {
  readonly source: Flipped<Decoupled<S>>;
  readonly sink: Decoupled<S>;
};

export type QueueControl = {
  readonly flush: Port<"input", HardwareType<"bool">>;
  readonly level: Port<"output", HardwareType<"uint">>;
};

/**
 * A first-in first-out queue between two streams. Without `flow` and `pipe` no combinational path joins its sides, so
 * it also cuts long valid and ready chains. Word 0 is the oldest; the others move down as it leaves.
 *
 * @throws CircuitError when the depth is not a whole number of 1 or more.
 *
 * @example
 * const dut = engines.wasm.open(queue({ type: uint(8), depth: 2 }));
 * [dut.in.source.valid, dut.in.source.bits] = [true, 5n];
 * dut.step();
 * console.log(`${dut.out.sink.valid} ${dut.out.sink.bits}`); // true 5
 */
export function queue<const S extends Shape>(
  parameters: QueueParameters<S> & { readonly control: true },
): Module<QueuePorts<S> & QueueControl>;
export function queue<const S extends Shape>(parameters: QueueParameters<S>): Module<QueuePorts<S>>;
export function queue(parameters: QueueParameters): Module {
  return build(parameters);
}

const build = circuit((parameters: QueueParameters): Module => {
  const known = ["type", "depth", "flow", "pipe", "control"];
  checkKeys("a queue", parameters, known, "parameter");
  const { type, depth, flow = false, pipe = false, control = false } = parameters;
  if (!Number.isInteger(depth) || depth < 1)
    throw new CircuitError(`a queue holds 1 word or more, not ${depth}`, Location.capture());
  const counter = uint(bitsFor(depth));
  const ports: Bundle = {
    source: flip(decoupled(type)),
    sink: decoupled(type),
    ...(control && {
      flush: input(bool(), "empties the queue"),
      level: output(counter, "words in the queue"),
    }),
  };
  const width = widthOf(type);
  const options = { ...(flow && { flow: 1 }), ...(pipe && { pipe: 1 }) };
  return module(
    {
      name: `queue_${width}x${depth}`,
      origin: {
        circuit: "queue",
        parameters: { width, depth, ...options, ...(control && { control: 1 }), ...wordOf(type) },
      },
      description: "First-in first-out queue between two valid/ready streams",
      parameters: { width, depth, ...options },
      ports,
    },
    (io) => {
      const { source, sink, flush, level } = io as unknown as QueueIo;
      const count = register("count", counter, { reset: 0 });
      const words = register("word", vec(depth, type), { reset: 0 });
      const accepts = (): Bool => {
        const hasRoom = count.ne(depth);
        return pipe ? hasRoom.or(sink.ready) : hasRoom;
      };

      source.ready.set(accepts());
      const head = words.at(0) as unknown as Value;
      let enter = source.valid.and(accepts());
      if (flow) {
        const isEmpty = count.eq(0);
        sink.valid.set(isEmpty.not().or(source.valid));
        connect(sink.bits, mux(isEmpty, source.bits, head) as never);
        enter = enter.and(isEmpty.and(sink.ready).not());
      } else {
        sink.valid.set(count.ne(0));
        connect(sink.bits, head as never);
      }
      const leave = sink.ready.and(count.ne(0));
      const place = mux(leave, count.subWrap(1), count);
      for (const [index, word] of [...words].entries()) {
        if (index + 1 < depth)
          when(leave, () => connect(word as object, words.at(index + 1) as never));
        when(enter.and(place.eq(index)), () => connect(word as object, source.bits as never));
      }
      when(enter.and(leave.not()), () => count.set(count.addWrap(1)));
      when(leave.and(enter.not()), () => count.set(count.subWrap(1)));
      if (control) {
        when(flush, () => count.set(0));
        level.set(count);
      }
    },
  );
});

/** What a word is, where it is no unsigned integer. */
const wordOf = (type: Shape): { readonly word?: string } => {
  if (!isType(type)) return { word: "shape" };
  return type.kind === "uint" ? {} : { word: type.kind };
};

interface QueueIo {
  readonly source: { readonly valid: Bool; readonly ready: Target<Bool>; readonly bits: Value };
  readonly sink: { readonly valid: Target<Bool>; readonly ready: Bool; readonly bits: object };
  readonly flush: Bool;
  readonly level: Target<UInt>;
}
