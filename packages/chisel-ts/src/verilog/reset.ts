import type { ModuleIr } from "../ir.ts";
import { resetPortOf } from "../reset.ts";

/** The expression that is 1 in reset, or the opposite; `undefined` where there is no reset. */
export const inReset = (ir: ModuleIr): string | undefined => level(ir, "high");
export const outOfReset = (ir: ModuleIr): string | undefined => level(ir, "low");

function level(ir: ModuleIr, plain: "high" | "low"): string | undefined {
  const port = resetPortOf(ir);
  return port && (ir.reset.active === plain ? port : `!${port}`);
}

/** `always @(…)` of what runs at every clock edge outside reset. */
export function atEdges(ir: ModuleIr): string {
  const condition = outOfReset(ir);
  return `always @(posedge clock)${condition === undefined ? "" : ` if (${condition})`}`;
}
