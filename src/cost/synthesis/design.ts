import { emitDesign, type Module } from "@chisel-ts/core";

/** Verilog to be synthesized. */
export interface VerilogDesign {
  /** Name of the top module. */
  readonly top: string;
  /** Verilog texts by file name. */
  readonly sources: Readonly<Record<string, string>>;
}

/** The emitted Verilog of a circuit. @throws CircuitError when it cannot be emitted. */
export const verilogOf = (top: Module): VerilogDesign => ({
  top: top.name,
  sources: Object.fromEntries(emitDesign(top).files.map(({ name, text }) => [name, text])),
});
