export { CostError } from "./error.ts";
export type { CellResult, FpgaResult } from "./result.ts";
export { type VerilogDesign, verilogOf } from "./synthesis/design.ts";
export { type FpgaFamily, fpgaFamilies } from "./synthesis/fpga.ts";
export { type Goal, goals } from "./synthesis/goal.ts";
export { type CellOptions, synthesize, synthesizeFpga } from "./synthesize.ts";
