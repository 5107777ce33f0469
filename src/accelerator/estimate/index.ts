/** What a network costs on the accelerator, without simulating it (docs/estimate.md). */
export { type AreaEstimate, acceleratorArea, arrayArea } from "./area.ts";
export { type Energy, horowitz, productEnergy } from "./energy.ts";
export {
  type Demand,
  type Estimate,
  estimate,
  type LayerEstimate,
  type Machine,
  type PhaseEstimate,
} from "./estimate.ts";
export { measureAcceleratorArea, measureElementArea } from "./measure-area.ts";
export { paretoFront } from "./pareto.ts";
export { type Matrix, type Workload, workloadOf } from "./workload.ts";
