/**
 * The chain of one circuit: the hardware description language, the circuits of rf8, simulators and waves,
 * and the four questions (verify, mutate, prove, synthesize). Everything else has a path of its own.
 *
 * @module rf8
 */
export {
  assert,
  assume,
  type Bool,
  type Bundle,
  bitsFor,
  bool,
  ChiselError,
  CircuitError,
  circuit,
  clockEnable,
  concat,
  connect,
  connectStream,
  consumer,
  cover,
  type Decoupled,
  decoupled,
  delay,
  display,
  type Enumeration,
  emitDesign,
  emitTogether,
  enumeration,
  fire,
  flip,
  type HardwareType,
  type Io,
  input,
  instance,
  type ir,
  literal,
  log2Ceil,
  type MemoryPort,
  type Module,
  type Mutant,
  match,
  maximum,
  memory,
  minimum,
  module,
  mutants,
  mux,
  named,
  oneHotMux,
  output,
  type Port,
  popCount,
  priorityEncoder,
  type QueueParameters,
  queue,
  register,
  registered,
  resetStyle,
  reverse,
  rom,
  type Shape,
  type SInt,
  type Signal,
  sideBySide,
  sint,
  softReset,
  switchOn,
  type UInt,
  uint,
  unused,
  Vec,
  vec,
  when,
  wire,
} from "@chisel-ts/core";
export {
  checkProperties,
  equivalence,
  type Property,
  prove,
  searchWithin,
  type Trace,
  type Verdict as ProofVerdict,
} from "../../formal/index.ts";
export { accelerator } from "../../hdl/accelerator/accelerator.ts";
export { accumulate } from "../../hdl/accumulate.ts";
export { type CircuitEntry, catalogue } from "../../hdl/catalogue.ts";
export { dot } from "../../hdl/dot.ts";
export { mac } from "../../hdl/mac.ts";
export type { CircuitParameters } from "../../hdl/parameters.ts";
export { decode } from "../../hdl/product/decode.ts";
export {
  product,
  registeredProduct,
} from "../../hdl/product/product.ts";
export { processingElement } from "../../hdl/systolic/processing-element.ts";
export { streamingArray } from "../../hdl/systolic/stream/array.ts";
export { systolic } from "../../hdl/systolic/systolic.ts";
export {
  asciiWave,
  CheckError,
  type Columns,
  type Engine,
  EngineUnavailableError,
  engines,
  lockstep,
  type MemoryModel,
  type Models,
  ProtocolError,
  type Recording,
  type RegisterStep,
  type Run,
  record,
  registerScript,
  rowsOfWave,
  type Simulation,
  streamSink,
  streamSource,
  vcd,
  type WaveText,
  type Work,
  waveJson,
  waveSvg,
} from "../../sim/index.ts";
export { synthesize, verilogOf } from "../cost/index.ts";
export { mutate, type Reference, replay, verify } from "../verification/index.ts";
