// The engines that start another program or process.

export { icarus } from "./icarus/icarus.ts";
export { verilator, verilatorAt } from "./verilator/verilator.ts";
