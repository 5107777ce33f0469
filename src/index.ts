/** rf8 as a library: the format, checkpoints, circuits, engines, models and proofs. */
export * from "@chisel-ts/core";
export {
  checkProperties,
  equivalence,
  type Property,
  propertiesOf,
  prove,
  type Sanity,
  sanity,
  searchWithin,
  type Trace,
  type Verdict as ProofVerdict,
} from "../formal/index.ts";
export { accelerator } from "../hdl/accelerator/accelerator.ts";
export { accumulate } from "../hdl/accumulate.ts";
export { type CircuitEntry, catalogue } from "../hdl/catalogue.ts";
export { dot } from "../hdl/dot.ts";
export { type Format, formats } from "../hdl/format.ts";
export { mac } from "../hdl/mac.ts";
export type { CircuitParameters } from "../hdl/parameters.ts";
export { decode as decodeCircuit } from "../hdl/product/decode.ts";
export {
  productOf as product,
  registeredProductOf as registeredProduct,
} from "../hdl/product/product.ts";
export { processingElement } from "../hdl/systolic/processing-element.ts";
export { streamingArray } from "../hdl/systolic/stream/array.ts";
export { systolic } from "../hdl/systolic/systolic.ts";
export * from "../sim/index.ts";
export * from "./accelerator/index.ts";
export * from "./checkpoint/index.ts";
export * from "./cost/index.ts";
export * from "./format/index.ts";
export * from "./gg/index.ts";
export { type ArraySize, references } from "./model/index.ts";
export * from "./network/index.ts";
export {
  type MatrixOptions,
  type MatrixReport,
  type ModelOptions,
  quantizeMatrix,
  quantizeModel,
  Solver,
} from "./quantize/index.ts";
export * from "./train/index.ts";
export * from "./verification/index.ts";
