/** rf8 as a library: the format, checkpoints, circuits, engines and models. */
export * from "@chisel-ts/core";
export { accumulate } from "../hdl/accumulate.ts";
export { type CircuitEntry, catalogue } from "../hdl/catalogue.ts";
export { decode as decodeCircuit } from "../hdl/decode.ts";
export { mac } from "../hdl/mac.ts";
export type { CircuitParameters } from "../hdl/parameters.ts";
export { product } from "../hdl/product.ts";
export { systolic } from "../hdl/systolic.ts";
export * from "../sim/index.ts";
export * from "./checkpoint/index.ts";
export * from "./cost/index.ts";
export * from "./format/index.ts";
export * from "./gg/index.ts";
export { type Reference, references } from "./model/index.ts";
export { type Verdict, verify } from "./verification/verify.ts";
