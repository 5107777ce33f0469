import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { product } from "../../hdl/product/product.ts";
import {
  type ComparisonRow,
  compare,
  comparisonCsv,
  comparisonSvg,
  contenders,
  type FormatComparison,
  goals,
  synthesize,
  verilogOf,
} from "../../src/cost/index.ts";
import { pointsOf } from "../support/chart-points.ts";

const report = readFileSync(
  fileURLToPath(new URL("../../reports/compare.csv", import.meta.url)),
  "utf8",
);
const [head = "", ...lines] = report.split("\n").filter((line) => line !== "" && line[0] !== "#");
const rows = lines.map((line) =>
  Object.fromEntries(line.split(",").map((value, at) => [head.split(",")[at] ?? "", value])),
);

test("the committed report has every block, format, activation and goal", () => {
  const keys = rows.map((row) => `${row.block} ${row.format} ${row.activation} ${row.goal}`);
  // E4M3 activations meet E4M3 weights alone.
  expect(new Set(keys).size).toBe(3 * (4 * 2 + 1) * goals.length);
  expect(rows.length).toBe(keys.length);
});

// npx rf8 compare --csv reports/compare.csv --svg reports/compare.svg makes it again.
test.each(
  (["int8", "int16"] as const).flatMap((activation) => goals.map((goal) => ({ activation, goal }))),
)("the report's product is today's: $activation, goal $goal", async ({ activation, goal }) => {
  const row = rows.find(
    (item) =>
      item.block === "product" &&
      item.format === "rf8" &&
      item.activation === activation &&
      item.goal === goal,
  );
  const [smallest] = (
    await Promise.all(
      contenders("product", "rf8", goal).map((writing) =>
        synthesize(verilogOf(product({ activation, ...writing })), { goal }),
      ),
    )
  ).sort((a, b) => a.area_ge - b.area_ge);
  const { area_ge, delay_fo4 } = smallest!;
  const text = (value: number): string => String(Number(value.toPrecision(5)));
  expect([row?.area_ge, row?.delay_fo4]).toEqual([text(area_ge), text(delay_fo4)]);
});

const row: ComparisonRow = {
  block: "product",
  format: "rf8",
  activation: "int8",
  lanes: 1,
  goal: "area",
  multiplier: "operator",
  adder: "ripple",
  area_ge: 279.666666,
  area_um2: null,
  delay_fo4: 51.5,
  delay_ps: null,
  area_to_int8: 0.79,
  area_to_e4m3: 0.82,
  rel_rms: 0.0378,
  rel_max: 0.0909,
};
const comparison = {
  rows: [row, { ...row, goal: "delay", area_ge: 480, delay_fo4: 27.4 }],
  provenance: {
    tech: "liberty",
    tool: "yosys <1>",
    library: { name: "a & b", file: "x.lib", sha256: "00" },
    conditions: { driving_cell: "INV", output_load: 4, wires: "no load", clock: "ideal" },
  },
} as unknown as FormatComparison;

test("CSV: a line a row, what is not known empty, provenance behind #", () => {
  expect(comparisonCsv(comparison).split("\n").slice(0, 2)).toEqual([
    "block,format,activation,lanes,goal,multiplier,adder,area_ge,area_um2,delay_fo4,delay_ps,area_to_int8,area_to_e4m3,rel_rms,rel_max",
    "product,rf8,int8,1,area,operator,ripple,279.67,,51.5,,0.79,0.82,0.0378,0.0909",
  ]);
  expect(comparisonCsv(comparison)).toContain("# library a & b, sha256 00; yosys <1>");
});

test("SVG: every row is a point inside the picture, texts are escaped", async () => {
  const svg = await comparisonSvg(comparison);
  const points = pointsOf(svg);
  expect(points.map(({ text }) => text)).toEqual([
    "RF8, goal delay: 480 GE, 27.4 FO4",
    "RF8, goal area: 280 GE, 51.5 FO4",
  ]);
  for (const { x, y } of points) {
    expect(x).toBeGreaterThan(50);
    expect(x).toBeLessThan(290);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(230);
  }
  // The fastest first. More area is higher up, more delay further right.
  expect(points[0]!.x).toBeLessThan(points[1]!.x);
  expect(points[0]!.y).toBeLessThan(points[1]!.y);
  expect(svg).toContain("a &amp; b technology, yosys &lt;1&gt;");
});

test("nothing to compare is refused", async () => {
  await expect(compare({ activations: [], lanes: 16, onBlock: () => {} })).rejects.toThrow(
    "a comparison needs an activation",
  );
});
