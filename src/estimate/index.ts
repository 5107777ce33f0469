/** What a network costs on the engine, without simulating it (docs/estimate.md). */
export { type AreaEstimate, arrayArea, engineArea } from "./area.ts";
export { type Energy, horowitz, productEnergy } from "./energy.ts";
export {
  type Demand,
  type Estimate,
  estimate,
  type LayerEstimate,
  type Machine,
  type PhaseEstimate,
} from "./estimate.ts";
export { measureElementArea, measureEngineArea } from "./measure-area.ts";
export { paretoFront } from "./pareto.ts";
export { type Matrix, type Workload, workloadOf } from "./workload.ts";
