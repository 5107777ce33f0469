/** A circuit as a core that others can use: Verilog, testbench, FuseSoC, constraints, Makefile. */
export { type Package, type PackageFile, type PackageOptions, packageOf } from "./files.ts";
export { hasStreams, type PortStyle, portStyles } from "./ports.ts";
