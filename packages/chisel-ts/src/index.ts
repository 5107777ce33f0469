export { at } from "./at.ts";
export { type BlackBoxOptions, blackBox, checkBlackBoxes } from "./black-box.ts";
export { assert, assume, cover } from "./checks.ts";
export { circuit } from "./circuit.ts";
export { concat } from "./concat.ts";
export { display, displayText } from "./display.ts";
export { type Enumeration, type EnumerationOptions, enumeration, match } from "./enumeration.ts";
export { ChiselError } from "./error.ts";
export { CircuitError } from "./errors.ts";
export { clockEnable, softReset } from "./gate.ts";
export { checkModule, modulesBelow } from "./hierarchy.ts";
export type * as ir from "./ir.ts";
export { literal } from "./literal.ts";
export { type MemoryPort, memory } from "./memory.ts";
export { instance, type Module, type ModuleOptions, module } from "./module.ts";
export { type Mutant, mutants } from "./mutation/mutants.ts";
export { isTable, operandsOf } from "./nodes.ts";
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
  output,
  type Port,
  type PortItem,
  type PortsOf,
  type Side,
  type ValueOf,
  valueAt,
  vec,
} from "./ports.ts";
export { resetPortOf } from "./reset.ts";
export { resetStyle } from "./reset-style.ts";
export { type Rom, rom } from "./rom.ts";
export {
  connect,
  type DriversOf,
  type OperandsOf,
  type ResetsOf,
  type Shape,
  type SignalsOf,
  type TargetsOf,
  VecTarget,
} from "./shape.ts";
export { sideBySide } from "./side-by-side.ts";
export { Bool, SInt, Signal, UInt } from "./signal.ts";
export type { Operand, SignalOf, Target } from "./signal-of.ts";
export { named, register, unused, wire } from "./state.ts";
export { delay, registered } from "./std/delay.ts";
export { bitsFor, log2Ceil } from "./std/math.ts";
export { type QueueControl, type QueueParameters, type QueuePorts, queue } from "./std/queue.ts";
export { readmemh } from "./std/readmemh.ts";
export {
  bitsOf,
  maximum,
  minimum,
  oneHotMux,
  popCount,
  priorityEncoder,
  reverse,
} from "./std/select.ts";
export { connectStream, consumer, type Decoupled, decoupled, fire } from "./std/stream.ts";
export { type SwitchChain, type SwitchValue, switchOn } from "./switch.ts";
export {
  bool,
  fromBits,
  type HardwareType,
  rangeOf,
  sint,
  toBits,
  typeName,
  uint,
} from "./types.ts";
export { mux, type Value, Vec } from "./vec.ts";
export * from "./verilog/index.ts";
export { reservedWords } from "./verilog/reserved-words.ts";
export { type WhenChain, when } from "./when.ts";
