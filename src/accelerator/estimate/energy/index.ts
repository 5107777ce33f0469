export { wireEnergy } from "./interconnect.ts";
export { defaultMemory, type MemoryEnergies, memories, untracedMemories } from "./memories.ts";
export { defaultNode, type NodeEnergies, nodes } from "./nodes.ts";
export {
  bytesOfWeight,
  circuitEnergy,
  type EstimateFormat,
  estimateFormats,
  floatAddition,
  macPj,
  memoryAccess,
  productEnergy,
  productPj,
  sramAccess,
} from "./operations.ts";
export { type Energy, type EnergySource, middle } from "./source.ts";
export { type EnergySum, publications, sumOf } from "./sum.ts";
