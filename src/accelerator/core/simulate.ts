import type { Engine } from "../../../sim/index.ts";
import { argmax } from "../../model/core/index.ts";
import type { DecoderConfig } from "../../network/index.ts";
import { type Model, rf8Model } from "../../network/index.ts";
import { CoreCircuit } from "./circuit.ts";
import { compileCore } from "./compile.ts";
import type { CoreCounters } from "./counters.ts";
import { CoreError } from "./error.ts";
import { imageOf } from "./image.ts";
import { IntegerDecoder } from "./integer-decoder.ts";
import { CoreMachine } from "./machine.ts";
import type { CoreMemoryModel } from "./memory.ts";
import { coreNetwork } from "./network.ts";

/** What computes a token: the integer model, the machine of descriptors, or the circuit in a simulator. */
export type CoreLevel = "integers" | "descriptors" | Engine;

export interface SimulateCoreOptions {
  readonly level: CoreLevel;
  readonly activation: "int8" | "int16";
  readonly lanes: number;
  readonly vectorLanes: number;
  /** Tokens of the prompt that share each pass over the weights. */
  readonly batch: number;
  readonly terms: 1 | 2;
  /** Positions of the cache. */
  readonly context: number;
  readonly memory: CoreMemoryModel;
  readonly check?: boolean;
  readonly prompt: readonly number[];
  /** Tokens to generate at most. */
  readonly tokens: number;
  /** After each token is read. */
  onRead?(read: TokenRead): void;
}

/** A token that was read, or some of the prompt that shared each pass over the weights. */
export interface TokenRead {
  readonly tokens: readonly number[];
  /** The likeliest one behind the last; generated where that is the last of the prompt or behind it. */
  readonly next: number;
  readonly generated: boolean;
  /** Of the circuit; null where there is none. */
  readonly cycles: number | null;
  readonly counters: CoreCounters | null;
}

type Reader = (tokens: readonly number[]) => Pick<TokenRead, "next" | "cycles" | "counters">;

/**
 * Generates a text on the whole core, greedily.
 *
 * @throws InferenceError for a network that the core does not run; CoreError for a sequence that the cache has no room for, and
 *   where the circuit differs from its model.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const core = { activation: "int16", lanes: 4, vectorLanes: 1, batch: 1, terms: 2, context: 8, memory: { latency: 10, outstanding: 4 } };
 * const reads = simulateCore(model, { ...core, level: "integers", prompt: [1, 2], tokens: 3 });
 * console.log(reads.map(({ generated }) => generated).join()); // false,true,true,true
 */
export function simulateCore(
  model: Model<DecoderConfig>,
  options: SimulateCoreOptions,
): TokenRead[] {
  const { prompt, tokens, context, batch, onRead } = options;
  if (prompt.length + tokens - 1 > context)
    throw new CoreError(
      `the cache has ${context} positions; the prompt has ${prompt.length} tokens, and ${tokens} more are asked for`,
    );
  const { read, close } = readerOf(model, options);
  const reads: TokenRead[] = [];
  try {
    const step = (some: readonly number[], generated: boolean): TokenRead => {
      const one: TokenRead = { tokens: some, generated, ...read(some) };
      reads.push(one);
      onRead?.(one);
      return one;
    };
    let last: TokenRead | undefined;
    for (let first = 0; first < prompt.length; first += batch)
      last = step(prompt.slice(first, first + batch), first + batch >= prompt.length);
    for (let left = tokens - 1; last && left > 0 && !model.stop?.includes(last.next); left--)
      last = step([last.next], true);
    return reads;
  } finally {
    close();
  }
}

function readerOf(
  model: Model<DecoderConfig>,
  options: SimulateCoreOptions,
): { read: Reader; close: () => void } {
  const { level, activation, context, lanes, vectorLanes, batch, terms, memory, check } = options;
  const network = coreNetwork(rf8Model(model), { activation, context });
  const none = { cycles: null, counters: null };
  if (level === "integers") {
    const decoder = new IntegerDecoder(network, terms === 2 ? "rf8x2" : "rf8");
    return {
      read: (tokens) => ({
        next: lastOf(tokens, (one) => argmax(decoder.next(one).values)),
        ...none,
      }),
      close: () => {},
    };
  }
  const program = compileCore(network, { lanes, vectorLanes, batch, terms });
  if (level === "descriptors") {
    const machine = new CoreMachine(imageOf(program));
    return {
      read: (tokens) => ({ next: lastOf(tokens, (one) => machine.next(one).token), ...none }),
      close: () => {},
    };
  }
  const circuit = new CoreCircuit(program, {
    engine: level,
    memory,
    ...(check !== undefined && { check }),
  });
  return {
    read(tokens) {
      const { next, cycles, counters } = circuit.batch(tokens.map((token) => ({ token })));
      return { next: next.at(-1) ?? 0, cycles, counters };
    },
    close: () => circuit.close(),
  };
}

/** What the last of some tokens gives, read one after the other. */
const lastOf = (tokens: readonly number[], next: (token: number) => number): number =>
  tokens.reduce((_, token) => next(token), 0);
