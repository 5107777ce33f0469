import type { ModuleIr, ResetStyle } from "./ir.ts";

/** What modules are built with. */
export const usualReset: ResetStyle = Object.freeze({ kind: "synchronous", active: "high" });

/** The reset port of a module in Verilog, `reset` or, where it is active low, `reset_n`; `undefined` without one. */
export const resetPortOf = ({ clocked, reset }: ModuleIr): string | undefined =>
  !clocked || reset.kind === "none" ? undefined : reset.active === "low" ? "reset_n" : "reset";
