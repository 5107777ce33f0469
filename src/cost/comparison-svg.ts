import type { ComparisonRow, FormatComparison } from "./compare.ts";
import { blocks } from "./contenders.ts";

const panelSize = { width: 290, height: 230, left: 64, right: 16, top: 26, bottom: 46 };
const legendHeight = 34;
const footHeight = 24;

/**
 * The order of the legend, weight and activation where it is not the panel's. Colours that stay apart for those who do not see all
 * of them, on white and on black, and a shape for each.
 */
const series = [
  {
    name: "RF8",
    format: "rf8",
    float: false,
    colour: "#d55e00",
    shape: "M-3.5,0a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0z",
  },
  { name: "INT8", format: "int8", float: false, colour: "#2a82c4", shape: "M-3,-3h6v6h-6z" },
  { name: "E4M3", format: "e4m3", float: false, colour: "#009e73", shape: "M0,-4.2L4,3H-4z" },
  {
    name: "E5M2",
    format: "e5m2",
    float: false,
    colour: "#c0659a",
    shape: "M0,-4.5L4.5,0L0,4.5L-4.5,0z",
  },
  { name: "E4M3 × E4M3", format: "e4m3", float: true, colour: "#a67a00", shape: "M0,4.2L4,-3H-4z" },
] as const;

/** What the page it stands on is like decides the ground and the text. */
const styles = `<style>
.page { fill: #fff } text { fill: #1b1f24 } .quiet { fill: #555 } .grid { stroke: #ddd }
@media (prefers-color-scheme: dark) {
  .page { fill: #16191d } text { fill: #e7eaee } .quiet { fill: #a9b3be } .grid { stroke: #47505b }
}
</style>`;

/**
 * Area over delay: a panel for each block and activation, a line for each format through its goals, the fastest at
 * the left.
 */
export function comparisonSvg({ rows, provenance }: FormatComparison): string {
  const activations = (["int8", "int16"] as const).filter((activation) =>
    rows.some((row) => row.activation === activation),
  );
  const panels = activations.flatMap((activation, down) =>
    blocks.map((block, across) => {
      const shown = rows.filter(
        (row) =>
          row.block === block &&
          (row.activation === activation || (row.activation === "e4m3" && activation === "int8")),
      );
      const lanes = shown[0]?.lanes ?? 1;
      const title = `${block}${lanes > 1 ? `, ${lanes} lanes` : ""}, ${activation}`;
      const y = legendHeight + down * panelSize.height;
      return panel(title, shown, across * panelSize.width, y);
    }),
  );
  const width = panelSize.width * blocks.length;
  const height = legendHeight + panelSize.height * activations.length + footHeight;
  const { library, tool } = provenance;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="10">
<title>Area over delay of RF8 and other formats</title>
${styles}
<rect class="page" width="${width}" height="${height}"/>
${legend(rows)}
${panels.join("\n")}
<text x="8" y="${height - 8}" class="quiet">goals area (right ends) and delay (left ends); ${escaped(library.name)}, ${escaped(tool)}</text>
</svg>
`;
}

type Series = (typeof series)[number];

const isOf =
  ({ format, float }: Series) =>
  (row: ComparisonRow): boolean =>
    row.format === format && (row.activation === "e4m3") === float;

function legend(rows: readonly ComparisonRow[]): string {
  return series
    .filter((one) => rows.some(isOf(one)))
    .map((one, index) => {
      const x = panelSize.left + index * 110;
      return `${mark(one, x, 15)}<text x="${x + 9}" y="19" font-size="12">${one.name}</text>`;
    })
    .join("\n");
}

function panel(title: string, rows: readonly ComparisonRow[], x: number, y: number): string {
  const { width, height, left, right, top, bottom } = panelSize;
  const maximum = (key: "area_ge" | "delay_fo4"): number =>
    niceAbove(Math.max(0, ...rows.map((row) => row[key])));
  const [maxDelay, maxArea] = [maximum("delay_fo4"), maximum("area_ge")];
  const across = (delay: number): number =>
    round(left + (delay / maxDelay) * (width - left - right));
  const up = (area: number): number =>
    round(height - bottom - (area / maxArea) * (height - top - bottom));
  const ticks = [0, 1, 2, 3, 4].flatMap((quarter) => {
    const [delay, area] = [(maxDelay * quarter) / 4, (maxArea * quarter) / 4];
    return [
      `<text x="${across(delay)}" y="${height - bottom + 14}" text-anchor="middle">${figure(delay)}</text>`,
      `<text x="${left - 6}" y="${up(area) + 3}" text-anchor="end">${figure(area)}</text>`,
      `<line x1="${left}" x2="${width - right}" y1="${up(area)}" y2="${up(area)}" class="grid"/>`,
    ];
  });
  const middle = { x: (left + width - right) / 2, y: (top + height - bottom) / 2 };
  const axes = [
    `<text x="${middle.x}" y="${height - bottom + 30}" text-anchor="middle">delay, FO4</text>`,
    `<text transform="translate(14 ${middle.y}) rotate(-90)" text-anchor="middle">area, GE</text>`,
  ];
  const lines = series.flatMap((one) => {
    const points = rows.filter(isOf(one)).sort((a, b) => a.delay_fo4 - b.delay_fo4);
    if (points.length === 0) return [];
    const at = points.map((row) => [across(row.delay_fo4), up(row.area_ge)] as const);
    return [
      `<polyline points="${at.map((point) => point.join(",")).join(" ")}" fill="none" stroke="${one.colour}"/>`,
      ...at.map(([x, y]) => mark(one, x, y)),
    ];
  });
  return `<g transform="translate(${x} ${y})">
<text x="${left}" y="16" font-weight="bold">${escaped(title)}</text>
${[...ticks, ...axes, ...lines].join("\n")}
</g>`;
}

const mark = ({ colour, shape }: Series, x: number, y: number): string =>
  `<path class="point" transform="translate(${x} ${y})" d="${shape}" fill="${colour}"/>`;

/** The least of 1, 2, 4, 6 or 8 times a power of ten that is no less. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 6, 8].find((step) => step * power >= value) ?? 10);
}

const round = (value: number): number => Math.round(value * 10) / 10;

const figure = (value: number): string => value.toLocaleString("en-US");

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
