export { defaultMemory, type MemoryEnergies, memories } from "./memories.ts";
export { defaultNode, type NodeEnergies, nodes } from "./nodes.ts";
export {
  additionEnergy,
  bytesOfWeight,
  type EstimateFormat,
  estimateFormats,
  memoryAccess,
  productEnergy,
  productPj,
  sramAccess,
} from "./operations.ts";
export { type Energy, type EnergySource, middle } from "./source.ts";
