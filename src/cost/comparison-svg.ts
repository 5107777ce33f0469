import type { ComparisonRow, FormatComparison } from "./compare.ts";
import { blocks } from "./contenders.ts";

const panelSize = { width: 290, height: 230, left: 64, right: 16, top: 26, bottom: 46 };
const legendHeight = 34;
const footHeight = 24;

/** The order of the legend, weight and activation where it is not the panel's. */
const series = [
  { name: "RF8", format: "rf8", float: false, colour: "#c0392b" },
  { name: "INT8", format: "int8", float: false, colour: "#2c5f8a" },
  { name: "E4M3", format: "e4m3", float: false, colour: "#3b8f5a" },
  { name: "E5M2", format: "e5m2", float: false, colour: "#8a6d2c" },
  { name: "E4M3 × E4M3", format: "e4m3", float: true, colour: "#7d4f9e" },
] as const;

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
<rect width="${width}" height="${height}" fill="#fff"/>
${legend(rows)}
${panels.join("\n")}
<text x="8" y="${height - 8}" fill="#555">goals area (right ends) and delay (left ends); ${escaped(library.name)}, ${escaped(tool)}</text>
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
    .map(({ name, colour }, index) => {
      const x = panelSize.left + index * 110;
      return `<circle cx="${x}" cy="15" r="4" fill="${colour}"/><text x="${x + 9}" y="19" font-size="12">${name}</text>`;
    })
    .join("\n");
}

function panel(title: string, rows: readonly ComparisonRow[], x: number, y: number): string {
  const { width, height, left, right, top, bottom } = panelSize;
  const most = (key: "area_ge" | "delay_fo4"): number =>
    niceAbove(Math.max(0, ...rows.map((row) => row[key])));
  const [mostDelay, mostArea] = [most("delay_fo4"), most("area_ge")];
  const across = (delay: number): number =>
    round(left + (delay / mostDelay) * (width - left - right));
  const up = (area: number): number =>
    round(height - bottom - (area / mostArea) * (height - top - bottom));
  const ticks = [0, 1, 2, 3, 4].flatMap((quarter) => {
    const [delay, area] = [(mostDelay * quarter) / 4, (mostArea * quarter) / 4];
    return [
      `<text x="${across(delay)}" y="${height - bottom + 14}" text-anchor="middle">${figure(delay)}</text>`,
      `<text x="${left - 6}" y="${up(area) + 3}" text-anchor="end">${figure(area)}</text>`,
      `<line x1="${left}" x2="${width - right}" y1="${up(area)}" y2="${up(area)}" stroke="#ddd"/>`,
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
      ...at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${one.colour}"/>`),
    ];
  });
  return `<g transform="translate(${x} ${y})">
<text x="${left}" y="16" font-weight="bold">${escaped(title)}</text>
${[...ticks, ...axes, ...lines].join("\n")}
</g>`;
}

/** The least of 1, 2, 4, 6 or 8 times a power of ten that is no less. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 6, 8].find((step) => step * power >= value) ?? 10);
}

const round = (value: number): number => Math.round(value * 10) / 10;

const figure = (value: number): string => value.toLocaleString("en-US");

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
