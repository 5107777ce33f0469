/** The engines that need another program, or a process of their own. */
export { icarus } from "./icarus/icarus.ts";
export { verilator, verilatorAt } from "./verilator/verilator.ts";
