import type { Module } from "@chisel-ts/core";
import { accumulate } from "./accumulate.ts";
import { decode } from "./decode.ts";
import { mac } from "./mac.ts";
import type { CircuitParameters, ParameterName } from "./parameters.ts";
import { product } from "./product.ts";
import { systolic } from "./systolic.ts";

/** A circuit that can be asked for by name. */
export interface CircuitEntry {
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly ParameterName[];
  build(parameters: Partial<CircuitParameters>): Module;
}

/** Every RF8 circuit, the smallest first. */
export const catalogue: readonly CircuitEntry[] = [
  {
    name: "decode",
    description: "weight code to sign, exponent and residual",
    parameters: [],
    build: () => decode({}),
  },
  {
    name: "product",
    description: "weight times activation: two shifts and an addition",
    parameters: ["activation"],
    build: product,
  },
  {
    name: "accumulate",
    description: "accumulator with clear, enable, invalid and overflow",
    parameters: ["activation", "accumulator", "terms", "overflow"],
    build: accumulate,
  },
  {
    name: "mac",
    description: "multiply-accumulate unit",
    parameters: ["activation", "accumulator", "terms", "overflow", "pipeline"],
    build: mac,
  },
  {
    name: "systolic",
    description: "weight-stationary array of processing elements",
    parameters: ["activation", "rows", "columns"],
    build: systolic,
  },
];
