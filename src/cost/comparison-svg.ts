import { blocks, type ComparisonRow, type FormatComparison } from "./compare.ts";

const size = { width: 260, height: 200, left: 52, right: 14, top: 26, bottom: 40 };
const colours: Readonly<Record<ComparisonRow["format"], string>> = {
  rf8: "#c0392b",
  int8: "#2c5f8a",
  e4m3: "#3b8f5a",
  e5m2: "#8a6d2c",
};

/** Area over delay: a panel for each block and activation, a line for each format from goal delay to goal area. */
export function comparisonSvg({ rows, provenance }: FormatComparison): string {
  const activations = [...new Set(rows.map((row) => row.activation))];
  const panels = activations.flatMap((activation, down) =>
    blocks.map((block, across) => {
      const shown = rows.filter((row) => row.block === block && row.activation === activation);
      const lanes = shown[0]?.lanes ?? 1;
      const title = `${block}${lanes > 1 ? `, ${lanes} lanes` : ""}, ${activation}`;
      return panel(title, shown, across * size.width, down * size.height);
    }),
  );
  const [width, height] = [size.width * blocks.length, size.height * activations.length + 24];
  const { library, tool } = provenance;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="10">
<title>Area over delay of RF8 and other formats</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${panels.join("\n")}
<text x="8" y="${height - 8}" fill="#555">area in GE over delay in FO4; ${escaped(library.name)}, ${escaped(tool)}</text>
</svg>
`;
}

function panel(title: string, rows: readonly ComparisonRow[], x: number, y: number): string {
  const { width, height, left, right, top, bottom } = size;
  const most = (key: "area_ge" | "delay_fo4"): number =>
    niceAbove(Math.max(...rows.map((row) => row[key])));
  const [mostDelay, mostArea] = [most("delay_fo4"), most("area_ge")];
  const across = (delay: number): number =>
    round(left + (delay / mostDelay) * (width - left - right));
  const up = (area: number): number =>
    round(height - bottom - (area / mostArea) * (height - top - bottom));
  const ticks = [0, 1, 2, 3, 4].flatMap((quarter) => {
    const [delay, area] = [(mostDelay * quarter) / 4, (mostArea * quarter) / 4];
    return [
      `<text x="${across(delay)}" y="${height - bottom + 14}" text-anchor="middle">${round(delay)}</text>`,
      `<text x="${left - 6}" y="${up(area) + 3}" text-anchor="end">${round(area)}</text>`,
      `<line x1="${left}" x2="${width - right}" y1="${up(area)}" y2="${up(area)}" stroke="#ddd"/>`,
    ];
  });
  const lines = [...new Set(rows.map((row) => row.format))].map((format) => {
    const points = rows.filter((row) => row.format === format);
    const at = points.map((row) => `${across(row.delay_fo4)},${up(row.area_ge)}`);
    const [first] = points;
    const label = first
      ? `<text x="${across(first.delay_fo4) + 5}" y="${up(first.area_ge) - 4}" fill="${colours[format]}">${format}</text>`
      : "";
    const dots = at.map((point) => {
      const [cx, cy] = point.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${colours[format]}"/>`;
    });
    return `<polyline points="${at.join(" ")}" fill="none" stroke="${colours[format]}"/>${dots.join("")}${label}`;
  });
  return `<g transform="translate(${x} ${y})">
<text x="${left}" y="16" font-weight="bold">${escaped(title)}</text>
${[...ticks, ...lines].join("\n")}
</g>`;
}

/** 1, 2, 4 or 8 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 8].find((step) => step * power >= value) ?? 10);
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
