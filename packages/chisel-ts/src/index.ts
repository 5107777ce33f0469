export { circuit } from "./circuit.ts";
export {
  type Decoupled,
  decoupled,
  type QueueParameters,
  queue,
  type StreamPorts,
} from "./decoupled.ts";
export { type Enumeration, enumeration, match } from "./enumeration.ts";
export { CircuitError } from "./errors.ts";
export type * as ir from "./ir.ts";
export { instance, type Module, type ModuleOptions, module } from "./module.ts";
export { type Mutant, mutants } from "./mutation/mutants.ts";
export {
  mask,
  type OperationName,
  type OperationRow,
  operationRow,
  operations,
} from "./operations.ts";
export {
  type Bundle,
  flip,
  type Io,
  input,
  mapPorts,
  type Operand,
  output,
  type Port,
  type Side,
  type ValueOf,
  valueAt,
} from "./ports.ts";
export { sideBySide } from "./side-by-side.ts";
export { Bool, concat, literal, mux, SInt, Signal, type Target, UInt } from "./signal.ts";
export {
  assert,
  assume,
  cover,
  type MemoryPort,
  memory,
  named,
  register,
  unused,
  wire,
} from "./state.ts";
export {
  bool,
  fromBits,
  type HardwareType,
  rangeOf,
  type SignalOf,
  sint,
  toBits,
  typeName,
  uint,
} from "./types.ts";
export * from "./verilog/index.ts";
export { reservedWords } from "./verilog/reserved-words.ts";
export { type WhenChain, when } from "./when.ts";
