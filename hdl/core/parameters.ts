import { CircuitError } from "@chisel-ts/core";
import type { IntegerActivation } from "../parameters.ts";
import type { CoreFunction } from "./share.ts";

/** What configures a decoder core. */
export interface CoreParameters {
  /** What weights and cache are multiplied by. */
  readonly activation: IntegerActivation;
  /** Lanes of the matrix unit and bytes of a beat of the memory: 8, 16, 32 or 64. */
  readonly lanes: number;
  /** Elements of a vector that pass in a cycle: 1, 2, 4 or 8, and at most half as many as a beat has bytes. */
  readonly vectorLanes: number;
  /** Tokens that share each pass over the weights: 1, 2, 4, 8 or 16. */
  readonly batch: number;
  /** Elements of the vector memory of a token, a multiple of the vector lanes. */
  readonly words: number;
  /** The longest vector that a matrix or the cache is multiplied by. */
  readonly columns: number;
  /** Between gate and product. */
  readonly function: CoreFunction;
}

/** Bits of a byte address. */
export const addressBits = 40;

/** Registers of exponents and spans. */
export const vectorRegisters = 32;

/** @throws CircuitError for parameters that make no core. */
export function checkCore({ lanes, vectorLanes, batch, words, columns }: CoreParameters): void {
  const whole = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
  if (![8, 16, 32, 64].includes(lanes))
    throw new CircuitError(`parameter lanes: ${lanes} is not one of 8, 16, 32, 64`);
  if (![1, 2, 4, 8].includes(vectorLanes) || 2 * vectorLanes > lanes)
    throw new CircuitError(
      `parameter vectorLanes: ${vectorLanes} is not one of 1, 2, 4, 8 that is at most ${lanes / 2}`,
    );
  if (![1, 2, 4, 8, 16].includes(batch))
    throw new CircuitError(`parameter batch: ${batch} is not one of 1, 2, 4, 8, 16`);
  if (!whole(words) || words % vectorLanes !== 0)
    throw new CircuitError(`parameter words: ${words} is no positive multiple of ${vectorLanes}`);
  if (!whole(columns))
    throw new CircuitError(`parameter columns: ${columns} is no positive whole number`);
}
