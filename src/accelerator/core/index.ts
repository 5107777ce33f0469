/** A decoder on the core: its numbers, the integer model, the compiler, and the machine of descriptors (docs/core.md). */
export type { Step as CoreStep } from "./builder.ts";
export type { CacheFormat } from "./cache.ts";
export {
  type BatchToken,
  type CircuitBatch,
  type CircuitOptions,
  type CircuitToken,
  CoreCircuit,
} from "./circuit.ts";
export { type CompileOptions, type CoreProgram, compileCore } from "./compile.ts";
export { type CoreCounters, Tally, totalOf } from "./counters.ts";
export { coreCycles } from "./cycles.ts";
export {
  type Descriptor,
  decodeDescriptor,
  descriptor,
  encodeDescriptor,
  fields as descriptorFields,
  type Operation,
  operations,
} from "./descriptor.ts";
export { CoreError } from "./error.ts";
export type { ImageHeader } from "./header.ts";
export { imageOf, imagePieces } from "./image.ts";
export { IntegerDecoder } from "./integer-decoder.ts";
export type { Region } from "./layout.ts";
export { layoutListing, programListing } from "./listing.ts";
export { logitsOf } from "./logits.ts";
export { CoreMachine, type TokenResult } from "./machine.ts";
export type { CoreMatrix } from "./matrix.ts";
export { type CoreMemoryModel, coreMemory, type SteadyMemory } from "./memory.ts";
export { type CoreLayer, type CoreNetwork, type CoreOptions, coreNetwork } from "./network.ts";
export { type CorePackage, corePackage, registersPage } from "./package.ts";
export { coreShape } from "./shape.ts";
export {
  type CoreLevel,
  type SimulateCoreOptions,
  simulateCore,
  type TokenRead,
} from "./simulate.ts";
export { coreTestbench } from "./testbench.ts";
export { tinyProgram } from "./tiny.ts";
export { type CoreMachineModel, CoreWork } from "./work.ts";
