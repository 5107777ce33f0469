// What the code of every model is made of.

import {
  constant,
  equal,
  load,
  type Statement,
  store,
  type Value,
  type Words,
  when,
} from "../statement.ts";

/** Words that every model has; those after them are of some. */
export const fields = [
  ...[
    "left",
    "violation",
    "next",
    "offering",
    "data",
    "arrivals",
    "stride",
    "pattern",
    "place",
    "period",
  ],
  ...[
    "transfers",
    "held",
    "waited",
    "ready",
    "last",
    "steps",
    "reads",
    "busy",
    "aw",
    "w",
    "ar",
    "idle",
  ],
  ...["count", "queued", "head", "free"],
  ...["ready_store", "held_store", "since", "beats", "interval", "interval_high"],
  ...["address", "address_high", "value"],
] as const;

export type Field = (typeof fields)[number];

/** What the code of a model is made of. */
export interface Surroundings {
  /** Cycles of the run so far. */
  readonly cycle: Value;
  readonly words: Words<Field>;
  /** An output port of up to 32 bits. */
  output(name: string): Value;
  /** Sets an input port of up to 32 bits. */
  input(name: string, value: Value): Statement;
  /** Copies packed bytes to data inputs. */
  inputs(names: readonly string[], from: Value): Statement[];
  /** What the circuit offers: of most models one stream. */
  readonly outgoing: readonly Outgoing[];
  /** Bytes of a beat or word. */
  readonly size: number;
  /** Words of a memory that wait to be read out, or its requests. */
  readonly queue: number;
  /** What a memory of bursts keeps from run to run. */
  readonly kept: number;
  /** What each model has left. */
  readonly left: readonly Value[];
  /** All ones of an input's width. */
  ones(name: string): number;
}

/** What a stream carries that the circuit offers, as packed bytes. */
export interface Outgoing {
  readonly ports: readonly string[];
  /** The function that copies what is valid to `staging`. */
  readonly capture: string;
  readonly staging: number;
  /** Where what was valid in the cycle before is kept. */
  readonly held: number;
  /** Bytes of each port; together those of both. */
  readonly sizes: readonly number[];
}

/** What a model does before and after the outputs of a cycle are known; what waits for one looks first. */
export interface AgentCode {
  readonly present: readonly Statement[];
  readonly look?: readonly Statement[];
  readonly observe: readonly Statement[];
}

export const [zero, one] = [constant(0), constant(1)];

/** The element of a pattern that counts now. */
export const patternNow = ({ words }: Surroundings): Value => load(words.get("place"));

/** Goes on to the next element, from the last to the first: `period` is where the pattern ends. */
export const patternNext = ({ words }: Surroundings): Statement[] => [
  words.add("place", 4),
  when(equal(words.get("place"), words.get("period")), [words.set("place", words.get("pattern"))]),
];

/** Runs statements where there is a pattern. */
export const withPattern = ({ words }: Surroundings, then: readonly Statement[]): Statement =>
  when(words.get("pattern"), then);

export const recordTransfer = ({ words, cycle }: Surroundings): Statement[] => [
  store(words.get("transfers"), cycle),
  words.add("transfers", 4),
];
