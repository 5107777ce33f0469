export {
  type CellBlock,
  type FpgaBlock,
  synthesizeBlocks,
  synthesizeFpgaBlocks,
} from "./blocks.ts";
export { type ComparisonRow, compare, type FormatComparison } from "./compare.ts";
export { comparisonCsv } from "./comparison-csv.ts";
export { comparisonSvg } from "./comparison-svg.ts";
export { type Block, contenders, type Writing } from "./contenders.ts";
export { CostError } from "./error.ts";
export { type BlockPower, blockPower, type PowerByBlock } from "./power/block-power.ts";
export {
  type CircuitPower,
  circuitPower,
  type EnergySource,
  type MacEnergy,
  powerNotModelled,
} from "./power/circuit-power.ts";
export {
  type FormatPowerOptions,
  type FormatPowerRow,
  formatPower,
  formatPowerCsv,
} from "./power/format-power.ts";
export {
  activationsOf,
  type DotProduct,
  matricesOf,
  maxMacs,
  randomProducts,
  weightProducts,
} from "./power/operands.ts";
export { recordedIn } from "./power/recorded.ts";
export { activationTypeOf, type OperandStream, streamOf } from "./power/stream.ts";
export { type Precision, precisionOf } from "./precision.ts";
export type { CellResult, FpgaResult } from "./result.ts";
export { type VerilogDesign, verilogOf } from "./synthesis/design.ts";
export { type FpgaFamily, fpgaFamilies } from "./synthesis/fpga.ts";
export { type Goal, goals } from "./synthesis/goal.ts";
export type { Placement } from "./synthesis/place.ts";
export {
  type CellOptions,
  type FpgaOptions,
  type SynthesizedNetlist,
  synthesize,
  synthesizeFpga,
  synthesizeNetlist,
} from "./synthesize.ts";
export { genericLiberty } from "./technology/generic.ts";
