import type { ModuleIr, Node } from "../ir.ts";
import { atEdges } from "./reset.ts";

/** Properties for tools that define FORMAL; with a clock they hold at its edges outside reset. */
export function checkLines(ir: ModuleIr, text: (node: Node) => string): string[] {
  const when = ir.clocked ? atEdges(ir) : "always @*";
  return ir.checks.map(
    ({ kind, label, condition }) => `${when} ${label}: ${kind} (${text(condition)});`,
  );
}
