import type { Module } from "@chisel-ts/core";
import { accumulate, accumulateNames } from "./accumulate.ts";
import { dot, dotNames } from "./dot.ts";
import { mac, macNames } from "./mac.ts";
import type { CircuitParameters, ParameterName } from "./parameters.ts";
import { decode } from "./product/decode.ts";
import { productNames, productOf } from "./product/product.ts";
import { systolic } from "./systolic/systolic.ts";

/** A circuit that can be asked for by name. */
export interface CircuitEntry {
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly ParameterName[];
  /** Where its defaults are not those of the table of parameters. */
  readonly defaults?: Partial<CircuitParameters>;
  build(parameters: Partial<CircuitParameters>): Module;
}

/** Every circuit, the smallest first. */
export const catalogue: readonly CircuitEntry[] = [
  {
    name: "decode",
    description: "RF8 weight code to sign, exponent and residual",
    parameters: [],
    build: () => decode({}),
  },
  {
    name: "product",
    description: "weight times activation, exactly",
    parameters: productNames,
    build: productOf,
  },
  {
    name: "accumulate",
    description: "accumulator with clear, enable, invalid and overflow",
    parameters: accumulateNames,
    build: accumulate,
  },
  {
    name: "mac",
    description: "multiply-accumulate unit",
    parameters: macNames,
    build: mac,
  },
  {
    name: "dot",
    description: "dot-product unit: a tree of products before one accumulator",
    parameters: dotNames,
    build: dot,
  },
  {
    name: "systolic",
    description: "weight-stationary array of RF8 processing elements",
    parameters: ["activation", "rows", "columns"],
    build: systolic,
  },
];
