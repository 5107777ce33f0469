import type { ModuleIr, ResetStyle } from "./ir.ts";

/** What modules are built with. */
export const usualReset: ResetStyle = Object.freeze({ kind: "synchronous", active: "high" });

/**
 * The reset port of a module in Verilog, `reset` or, where it is active low, `reset_n`; `undefined` without one.
 *
 * @example
 * const held = module({ name: "held", ports: { x: input(uint(8)), y: output(uint(8)) } }, (io) => {
 *   const value = register("value", uint(8), { reset: 0 });
 *   value.set(io.x);
 *   io.y.set(value);
 * });
 * console.log(resetPortOf(held)); // reset
 */
export const resetPortOf = ({ clocked, reset }: ModuleIr): string | undefined =>
  !clocked || reset.kind === "none" ? undefined : reset.active === "low" ? "reset_n" : "reset";
