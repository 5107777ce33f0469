import type { Series } from "../chart/index.ts";
import type { ComparisonRow, FormatComparison } from "./compare.ts";
import { blocks } from "./contenders.ts";

/** Formats of weights, and of activations where they are no integers, in the order of their colours. */
const series: readonly (Series & { readonly format: string; readonly float: boolean })[] = [
  { name: "RF8", format: "rf8", float: false, colour: "#d55e00", symbol: "circle" },
  { name: "INT8", format: "int8", float: false, colour: "#2a82c4", symbol: "square" },
  { name: "E4M3", format: "e4m3", float: false, colour: "#009e73", symbol: "triangle" },
  { name: "E5M2", format: "e5m2", float: false, colour: "#c0659a", symbol: "diamond" },
  { name: "E4M3 × E4M3", format: "e4m3", float: true, colour: "#a67a00", symbol: "star" },
];

const seriesOfRow = ({ format, activation }: ComparisonRow): string =>
  series.find((one) => one.format === format && one.float === (activation === "e4m3"))?.name ??
  format;

/**
 * Area over delay: a panel for each block and activation, a line for each format through its goals, the fastest at
 * the left.
 *
 * @example
 * const row = { block: "mac", format: "rf8", activation: "int8", lanes: 1, goal: "area", area_ge: 250, delay_fo4: 30 };
 * const provenance = { tool: "yosys", library: { name: "generic" } };
 * console.log((await comparisonSvg({ rows: [row], provenance })).startsWith("<svg")); // true
 */
export async function comparisonSvg({ rows, provenance }: FormatComparison): Promise<string> {
  const { labelled, picture } = await import("../chart/index.ts");
  const activations = (["int8", "int16"] as const).filter((activation) =>
    rows.some((row) => row.activation === activation),
  );
  const panels = activations.flatMap((activation) =>
    blocks.flatMap((block) => {
      const shown = rows.filter(
        (row) =>
          row.block === block &&
          (row.activation === activation || (row.activation === "e4m3" && activation === "int8")),
      );
      const [first] = shown;
      if (!first) return [];
      const points = shown.map((row) => ({
        series: seriesOfRow(row),
        x: row.delay_fo4,
        y: row.area_ge,
        note: `${seriesOfRow(row)}, goal ${row.goal}: ${row.area_ge.toFixed(0)} GE, ${row.delay_fo4.toFixed(1)} FO4`,
      }));
      return [
        labelled({
          heading: `${block}${first.lanes > 1 ? `, ${first.lanes} lanes` : ""}, ${activation}`,
          points,
          series,
          x: { label: "delay, FO4", zero: true, ticks: 5 },
          y: { label: "area, GE", zero: true, ticks: 5 },
        }),
      ];
    }),
  );
  const goals = [...new Set(rows.map(({ goal }) => goal))].join(", ");
  const { library, tool } = provenance;
  return picture({
    title: "Area over delay of RF8 and other formats",
    panels,
    columns: blocks.length,
    note: `A point for each goal: ${goals}; ${library.name} technology, ${tool}`,
  });
}
