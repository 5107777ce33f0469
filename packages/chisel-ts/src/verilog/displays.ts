import type { Display, ModuleIr, Node } from "../ir.ts";
import { atEdges } from "./reset.ts";
import { indent } from "./text.ts";

/** The displays of a module, for simulators that define DISPLAY; one process keeps their order. */
export function displayLines(ir: ModuleIr, text: (node: Node) => string): string[] {
  const { displays } = ir;
  if (displays.length === 0) return [];
  const lines = displays.map((display) => {
    const { enable } = display;
    const isAlways = enable.kind === "constant" && enable.value === 1n;
    return `${isAlways ? "" : `if (${text(enable)}) `}${call(display, text)}`;
  });
  return [`${atEdges(ir)} begin`, ...indent(lines), "end"];
}

const formats = { d: "%0d", x: "%h", b: "%b" } as const;

function call({ parts }: Display, text: (node: Node) => string): string {
  const string = parts.map((part) =>
    typeof part === "string"
      ? part.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")
      : formats[part.format],
  );
  const values = parts.flatMap((part) => {
    if (typeof part === "string") return [];
    const value = text(part.node);
    return [part.format === "d" && part.type.kind === "sint" ? `$signed(${value})` : value];
  });
  return `$display(${[`"${string.join("")}"`, ...values].join(", ")});`;
}
