/** The engine as a core that others can use: Verilog, testbench, FuseSoC, constraints, Makefile. */
export { type PackageFile, packageFiles } from "./files.ts";
