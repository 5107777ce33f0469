import { type Block, blockOf, type Mantissas, storedMantissas } from "../../model/core/index.ts";
import {
  type DecoderConfig,
  type Model,
  type RotaryConfig,
  tensorOf,
} from "../../network/index.ts";
import { largestKey, largestValue } from "./bounds.ts";
import { gainsOf } from "./gains.ts";
import { type CoreMatrix, coreMatrix } from "./matrix.ts";
import { turnsOf } from "./turns.ts";

/** Where the numbers of a lowered decoder come from. */
export interface CoreNumbers {
  matrix(name: string): CoreMatrix;
  bias(name: string): Block;
  /** √group · gain of a norm. */
  gain(name: string, group: number): Mantissas;
  /** Cosines and sines of each position. */
  turns(rotary: RotaryConfig): Int32Array;
  /** No key, and no value, of a layer is greater. */
  largestKey(layer: number): number;
  largestValue(layer: number): number;
}

/** Those of a model whose matrices are RF8. */
export function modelNumbers(
  model: Model<DecoderConfig>,
  { bits, context }: { readonly bits: 8 | 16; readonly context: number },
): CoreNumbers {
  const matrices = new Map<string, CoreMatrix>();
  return {
    matrix(name) {
      const known = matrices.get(name) ?? coreMatrix(model, name, bits);
      matrices.set(name, known);
      return known;
    },
    bias(name) {
      const { values, exponent } = storedMantissas(tensorOf(model, name).values);
      return blockOf(values, exponent);
    },
    gain: (name, group) =>
      storedMantissas(gainsOf(model, name).map((value) => value * Math.sqrt(group))),
    turns: (rotary) => turnsOf(rotary, context),
    largestKey: (layer) => largestKey(model, layer),
    largestValue: (layer) => largestValue(model, layer),
  };
}
