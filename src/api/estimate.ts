/**
 * What a network costs on an accelerator, without simulating it: cycles, area, energy (docs/estimate.md).
 *
 * @module rf8/estimate
 */
export {
  type Demand,
  type Energies,
  type Estimate,
  type EstimateFormat,
  estimate,
  estimateFormats,
  type Machine,
  memories,
  memoryOfJson,
  nodeOfJson,
  nodes,
  type PhaseEstimate,
  paretoFront,
  rooflineSvg,
  type Workload,
  workloadOf,
} from "../accelerator/estimate/index.ts";
