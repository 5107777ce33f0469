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

/** A token that was read. */
export interface TokenRead {
  readonly token: number;
  /** The likeliest next one; generated where it is the last of the prompt or behind it. */
  readonly next: number;
  readonly generated: boolean;
  /** Of the circuit; null where there is none. */
  readonly cycles: number | null;
  readonly counters: CoreCounters | null;
}

type Reader = (token: number) => Pick<TokenRead, "next" | "cycles" | "counters">;

/**
 * Generates a text on the whole core, greedily.
 *
 * @throws InferenceError for a network that the core does not run; CoreError for a sequence that the cache has no room for, and
 *   where the circuit differs from its model.
 */
export function simulateCore(
  model: Model<DecoderConfig>,
  options: SimulateCoreOptions,
): TokenRead[] {
  const { prompt, tokens, context, onRead } = options;
  if (prompt.length + tokens - 1 > context)
    throw new CoreError(
      `the cache has ${context} positions; the prompt has ${prompt.length} tokens, and ${tokens} more are asked for`,
    );
  const { read, close } = readerOf(model, options);
  const reads: TokenRead[] = [];
  try {
    let left = tokens;
    for (let i = 0, token = prompt[0]; token !== undefined; i++) {
      const result = read(token);
      const generated = i >= prompt.length - 1;
      const one: TokenRead = { token, generated, ...result };
      reads.push(one);
      onRead?.(one);
      if (generated) left -= 1;
      const ends = generated && (model.stop?.includes(one.next) ?? false);
      token = generated ? (left > 0 && !ends ? one.next : undefined) : prompt[i + 1];
    }
    return reads;
  } finally {
    close();
  }
}

function readerOf(
  model: Model<DecoderConfig>,
  options: SimulateCoreOptions,
): { read: Reader; close: () => void } {
  const { level, activation, context, lanes, vectorLanes, terms, memory, check } = options;
  const network = coreNetwork(rf8Model(model), { activation, context });
  const none = { cycles: null, counters: null };
  if (level === "integers") {
    const decoder = new IntegerDecoder(network, terms === 2 ? "rf8x2" : "rf8");
    return {
      read: (token) => ({ next: argmax(decoder.next(token).values), ...none }),
      close: () => {},
    };
  }
  const program = compileCore(network, { lanes, vectorLanes, terms });
  if (level === "descriptors") {
    const machine = new CoreMachine(imageOf(program));
    return { read: (token) => ({ next: machine.next(token).token, ...none }), close: () => {} };
  }
  const circuit = new CoreCircuit(program, {
    ...{ engine: level, memory },
    ...(check !== undefined && { check }),
  });
  return {
    read(token) {
      const { token: next, cycles, counters } = circuit.next(token);
      return { next, cycles, counters };
    },
    close: () => circuit.close(),
  };
}
