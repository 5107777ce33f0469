import { CircuitError } from "@chisel-ts/core";
import type { ValuesOf } from "../circuit.ts";
import type { Format } from "../format.ts";
import { accumulatorBits, activationBits, integerActivation, parameters } from "../parameters.ts";
import { paletteCodes } from "../weight-decoder/palette.ts";

const { lanes, rows, terms, pipeline, bits, palette, format, multiplier, adder } = parameters;

/**
 * The accelerator has RF8 weights, which need no multiplier. Rows of another format, and what lies between them and the streams,
 * are the baselines that it is compared with.
 */
export const baselineParameters = { format, multiplier, adder };

/** One pipeline register, between the tree of products and the accumulator, so that neither waits for the other. */
export const datapathParameters = {
  activation: integerActivation,
  lanes,
  rows,
  terms,
  pipeline: { ...pipeline, default: 1 },
};

export const acceleratorParameters = { ...datapathParameters, bits, palette };

export type AcceleratorParameters = ValuesOf<typeof acceleratorParameters>;

/** @throws CircuitError for a palette that weights of this many bits have no use for. */
export function checkPalette({ bits, palette }: AcceleratorParameters): void {
  if (palette === "stream") return;
  if (bits === 8) throw new CircuitError("palette is for bits from 4 to 7, but bits is 8");
  paletteCodes({ bits, palette });
}

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

/** @param format of the weights: RF8 but in a row of a baseline */
export function acceleratorShape({
  format = "rf8",
  activation,
  lanes,
  terms,
  pipeline,
}: Omit<ValuesOf<typeof datapathParameters>, "rows"> & {
  readonly format?: Format;
}): AcceleratorShape {
  const words = Math.ceil(terms / lanes);
  const latency = 4 + pipeline;
  return {
    x: activationBits(activation),
    words,
    width: accumulatorBits({ format, activation, accumulator: "exact", terms: words * lanes }),
    headerBeats: Math.ceil(parameterBytes / lanes),
    latency,
    inFlight: latency + 1,
  };
}

/** What of it the Verilog lists. */
export function listedShape(parameters: AcceleratorParameters) {
  const { words, width } = acceleratorShape(parameters);
  return { words, width };
}
