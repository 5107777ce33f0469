/** What a network costs on the accelerator, without simulating it (docs/estimate.md). */
export { type AreaEstimate, acceleratorArea, arrayArea, withDecoder } from "./area.ts";
export { type CoreChoice, type CoreEstimate, type CorePhase, coreEstimate } from "./core.ts";
export {
  bytesOfWeight,
  defaultMemory,
  defaultNode,
  type Energy,
  type EnergySource,
  type EnergySum,
  type EstimateFormat,
  estimateFormats,
  type MemoryEnergies,
  memories,
  type NodeEnergies,
  nodes,
  productPj,
  untracedMemories,
  wireEnergy,
} from "./energy/index.ts";
export { memoryOfJson, nodeOfJson } from "./energy/json.ts";
export type { Energies, EnergyRow } from "./energy-rows.ts";
export { poweredLanes } from "./energy-table.ts";
export { type Estimate, estimate, type LayerEstimate, notModelled } from "./estimate.ts";
export type { Demand, Machine } from "./machine.ts";
export {
  measureControlArea,
  measureDecoderArea,
  measureElementArea,
  measureRowArea,
} from "./measure-area.ts";
export { measureControlClock, measureElementEnergy, measureRowEnergy } from "./measure-energy.ts";
export { paretoFront } from "./pareto.ts";
export type { PhaseEstimate } from "./phase.ts";
export { rooflineSvg } from "./roofline.ts";
export { estimatePoints, type Point, type PointEstimate, type Sweep } from "./sweep.ts";
export { type Matrix, type Workload, workloadOf } from "./workload.ts";
