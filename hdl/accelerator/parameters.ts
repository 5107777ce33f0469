import {
  accumulatorBits,
  activationBits,
  type Completed,
  complete,
  type Given,
} from "../parameters.ts";

export const acceleratorNames = ["activation", "lanes", "rows", "terms", "pipeline"] as const;

export type AcceleratorParameters = Completed<(typeof acceleratorNames)[number]>;

/** A register between the tree of products and the accumulator, so that neither waits for the other. */
export const acceleratorDefaults = { pipeline: 1 } as const;

/** @throws CircuitError for a parameter out of range. */
export const completeAccelerator = (
  given: Given<keyof AcceleratorParameters>,
): AcceleratorParameters => complete(acceleratorNames, { ...acceleratorDefaults, ...given });

/** What follows from the parameters. */
export interface AcceleratorShape {
  /** X: bits of an activation. */
  readonly x: number;
  /** Words of the activation buffer, `lanes` activations each. */
  readonly words: number;
  /** Bits of an accumulator that a full buffer of any activations and weights never leaves. */
  readonly width: number;
  /** Beats of a group's parameters: 8 bytes a row. */
  readonly headerBeats: number;
  /** Cycles from the transfer of a group's last weights to the first cycle in which its result is valid. */
  readonly latency: number;
  /** Groups whose last weights have transferred and whose result has not: enough for one a cycle. */
  readonly inFlight: number;
}

/** Bits of a row's result on the stream. */
export const resultBits = 64;

/** Bytes of a row's parameters in a header. */
export const parameterBytes = 8;

export function acceleratorShape({
  activation,
  lanes,
  terms,
  pipeline,
}: AcceleratorParameters): AcceleratorShape {
  const words = Math.ceil(terms / lanes);
  const latency = 4 + pipeline;
  return {
    x: activationBits(activation),
    words,
    width: accumulatorBits({ activation, accumulator: "exact", terms: words * lanes }),
    headerBeats: Math.ceil(parameterBytes / lanes),
    latency,
    inFlight: latency + 1,
  };
}
