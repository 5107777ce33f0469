// Prints compiled functions as text.

import type { Code } from "./encoder.ts";
import { readInstructions } from "./reader.ts";

/** The functions of a compiled module as text, in the notation of WebAssembly's text format, to be read. */
export const listing = (functions: readonly Code[]): string =>
  functions.map(functionListing).join("\n\n");

function functionListing(code: Code): string {
  const { name, parameters, locals, remarks, calls } = code;
  const head = [
    `(func $${name}`,
    ...parameters.map((type, index) => ` (param ${index} ${type})`),
    ` ;; ${locals.length} locals`,
  ].join("");
  const lines = [head];
  let depth = 1;
  for (const { at, item, immediateAt, immediate } of readInstructions(code.bytes)) {
    const remark = remarks.get(at);
    if (item.name === "end") depth -= 1;
    const indent = "  ".repeat(item.name === "else" ? depth - 1 : depth);
    if (remark !== undefined) lines.push(`${indent};; ${remark}`);
    const callee = calls.get(immediateAt);
    lines.push(`${indent}${item.name}${callee === undefined ? immediate : ` $${callee}`}`);
    if (item.immediate === "block") depth += 1;
  }
  return [...lines, ")"].join("\n");
}
