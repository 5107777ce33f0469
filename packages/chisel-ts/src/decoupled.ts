import { circuit } from "./circuit.ts";
import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import { type Module, module } from "./module.ts";
import { type Flipped, flip, input, output, type Port } from "./ports.ts";
import { mux } from "./signal.ts";
import { register } from "./state.ts";
import { bool, type HardwareType, uint } from "./types.ts";
import { when } from "./when.ts";

/** A valid/ready stream seen from its producer; a word moves in a cycle where both are 1. */
export type Decoupled<T extends HardwareType> = {
  readonly valid: Port<"output", HardwareType<"bool">>;
  readonly ready: Port<"input", HardwareType<"bool">>;
  readonly bits: Port<"output", T>;
};

/**
 * The ports of a producer; `flip` gives the consumer's. A producer keeps `valid` and `bits` until they
 * are taken, and its `valid` never waits for `ready`.
 */
export const decoupled = <T extends HardwareType>(type: T): Decoupled<T> => ({
  valid: output(bool(), "a word is offered"),
  ready: input(bool(), "it is taken at this edge"),
  bits: output(type, "the word"),
});

export interface StreamPorts<T extends HardwareType> {
  readonly [name: string]: Flipped<Decoupled<T>> | Decoupled<T>;
  readonly source: Flipped<Decoupled<T>>;
  readonly sink: Decoupled<T>;
}

export interface QueueParameters {
  readonly type: HardwareType<"uint">;
  /** Words it holds, 1 or more. With 2 or more it moves a word every cycle. */
  readonly depth: number;
}

/**
 * A first-in first-out queue between two streams. No combinational path joins its sides, so it also
 * cuts long valid and ready chains. Word 0 is the oldest; the others move down as it leaves.
 *
 * @throws CircuitError when the depth is not a whole number of 1 or more.
 */
export const queue: (parameters: QueueParameters) => Module<StreamPorts<HardwareType<"uint">>> =
  circuit(({ type, depth }: QueueParameters) => {
    if (!Number.isInteger(depth) || depth < 1) {
      throw new CircuitError(`a queue holds 1 word or more, not ${depth}`, Location.capture());
    }
    const ports: StreamPorts<HardwareType<"uint">> = {
      source: flip(decoupled(type)),
      sink: decoupled(type),
    };
    return module(
      {
        name: `queue_${type.width}x${depth}`,
        description: "First-in first-out queue between two valid/ready streams",
        parameters: { width: type.width, depth },
        ports,
      },
      ({ source, sink }) => {
        const counter = uint(Math.ceil(Math.log2(depth + 1)));
        const count = register("count", counter, { reset: 0 });
        const words = Array.from({ length: depth }, (_, i) =>
          register(`word_${i}`, type, { reset: 0 }),
        );
        const [head] = words;
        if (!head) return;

        source.ready.set(count.ne(depth));
        sink.valid.set(count.ne(0));
        sink.bits.set(head);

        const enter = source.valid.and(count.ne(depth));
        const leave = sink.ready.and(count.ne(0));
        const place = mux(leave, count.subWrap(1), count);
        words.forEach((word, index) => {
          const above = words[index + 1];
          if (above) when(leave, () => word.set(above));
          when(enter.and(place.eq(index)), () => word.set(source.bits));
        });
        when(enter.and(leave.not()), () => count.set(count.addWrap(1)));
        when(leave.and(enter.not()), () => count.set(count.subWrap(1)));
      },
    );
  });
