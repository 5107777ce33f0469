import { CircuitError } from "@chisel-ts/core";
import type { ValuesOf } from "../circuit.ts";
import { choice, oneOf, size } from "../parameters.ts";

/** Functions f(x) = x · G(x) of the core. */
export const functions = ["silu", "gelu", "gelu_tanh", "relu"] as const;
export type CoreFunction = (typeof functions)[number];

/** What configures a decoder core; without parameters it is that of a small network. */
export const coreParameters = {
  activation: choice(["int16", "int8"], "what weights and cache are multiplied by"),
  lanes: oneOf([8, 16, 32, 64], 16, "lanes of the matrix unit, and bytes of a beat of the memory"),
  vectorLanes: oneOf([1, 2, 4, 8], 2, "elements of a vector in a cycle; at most half the lanes"),
  function: choice(functions, "function between gate and product"),
  batch: oneOf([1, 2, 4, 8, 16], 1, "tokens that share each pass over the weights"),
  words: size("elements of the vector memory of a token, a multiple of the vector lanes", 280),
  columns: size("elements of the longest vector that a matrix or the cache is multiplied by", 24),
};

export type CoreParameters = ValuesOf<typeof coreParameters>;

/** Bits of a byte address. */
export const addressBits = 40;

/** Registers of exponents and spans. */
export const vectorRegisters = 32;

/** @throws CircuitError for more vector lanes than half the lanes. */
export function checkVectorLanes({
  lanes,
  vectorLanes,
}: Pick<CoreParameters, "lanes" | "vectorLanes">): void {
  if (2 * vectorLanes > lanes)
    throw new CircuitError(
      `vectorLanes is ${vectorLanes}; it must be at most ${lanes / 2}, half the lanes`,
    );
}

/** @throws CircuitError for parameters that make no core. */
export function checkCore(parameters: CoreParameters): void {
  checkVectorLanes(parameters);
  const { vectorLanes, words } = parameters;
  if (words % vectorLanes !== 0)
    throw new CircuitError(
      `words is ${words}; it must be a multiple of the vector lanes, ${vectorLanes}`,
    );
}
