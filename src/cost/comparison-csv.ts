import type { ComparisonRow, FormatComparison } from "./compare.ts";

const columns: readonly (keyof ComparisonRow)[] = [
  ...(["block", "format", "activation", "lanes", "goal", "multiplier", "adder"] as const),
  ...(["area_ge", "area_um2", "delay_fo4", "delay_ps"] as const),
  ...(["area_to_int8", "area_to_e4m3", "rel_rms", "rel_max"] as const),
];

/**
 * One line a row, figures to five digits; the last lines, behind `#`, say where they come from.
 *
 * @example
 * const row = { block: "mac", format: "rf8", activation: "int8", lanes: 1, goal: "area", area_ge: 250.123, delay_fo4: 30 };
 * const provenance = { tool: "yosys", library: { name: "generic", sha256: "" }, conditions: { driving_cell: "INV_X1", output_load: 4 } };
 * console.log(comparisonCsv({ rows: [row], provenance }).split("\n")[1]); // mac,rf8,int8,1,area,,,250.12,,30,,,,,
 */
export function comparisonCsv({ rows, provenance }: FormatComparison): string {
  const { tool, library, conditions } = provenance;
  const text = (value: ComparisonRow[keyof ComparisonRow]): string =>
    typeof value === "number" ? String(Number(value.toPrecision(5))) : (value ?? "");
  return [
    columns.join(","),
    ...rows.map((row) => columns.map((column) => text(row[column])).join(",")),
    `# library ${library.name}, sha256 ${library.sha256}; ${tool}`,
    `# inputs driven by ${conditions.driving_cell}, outputs loaded with ${conditions.output_load} of its inputs; no wires`,
    "",
  ].join("\n");
}
