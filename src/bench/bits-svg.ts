import { type BitsRow, bitsMethods } from "./bits.ts";

const size = { width: 320, height: 320, left: 56, right: 14, top: 28, bottom: 44 };
const LEGEND = 40;
const [MIN_BITS, MAX_BITS] = [3.5, 8.5];

/** A line for each format whose bits vary, a point for the others. */
const series = [
  { label: "RF8, row scale", format: "RF8", scale: "row", colour: "#c0392b" },
  { label: "RF8", format: "RF8", scale: "tensor", colour: "#e59866" },
  { label: "INT8, row scale", format: "INT8", scale: "row", colour: "#2c5f8a" },
  { label: "INT8", format: "INT8", scale: "tensor", colour: "#85b0d5" },
  { label: "E4M3, row scale", format: "E4M3", scale: "row", colour: "#3b8f5a" },
  { label: "E4M3", format: "E4M3", scale: "tensor", colour: "#94c9a6" },
  { label: "INT4, groups of 32", format: "INT4, groups of 32", scale: "group", colour: "#7d4f9e" },
  {
    label: "INT4, groups of 128",
    format: "INT4, groups of 128",
    scale: "group",
    colour: "#b79acb",
  },
  { label: "MXFP4", format: "MXFP4", scale: "group", colour: "#8a6d2c" },
] as const;

/** Bits a weight against KL on a logarithmic axis: a panel for each method. */
export function bitsSvg(rows: readonly BitsRow[]): string {
  const methods = bitsMethods.filter((method) => rows.some((row) => row.method === method));
  const decades = decadesOf(rows.map(({ kl }) => kl));
  const [width, height] = [size.width * methods.length, LEGEND + size.height];
  const panels = methods.map((method, across) => {
    const own = rows.filter((row) => row.method === method);
    return panel(method, own, decades, across * size.width);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="10">
<title>KL divergence from the float network over bits a weight</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${legend()}
${panels.join("\n")}
</svg>
`;
}

/** Powers of ten that the values lie between. */
function decadesOf(values: readonly number[]): number[] {
  const logs = values.map(Math.log10);
  const [first, last] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const legend = (): string =>
  series
    .map(({ label, colour }, i) => {
      const [x, y] = [size.left + Math.floor(i / 2) * 130, 14 + (i % 2) * 16];
      return `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/><text x="${x + 9}" y="${y + 4}">${label}</text>`;
    })
    .join("\n");

function panel(
  method: string,
  rows: readonly BitsRow[],
  decades: readonly number[],
  x: number,
): string {
  const { width, height, left, right, top, bottom } = size;
  const [low = 0, high = low + 1] = [decades[0], decades.at(-1)];
  const across = (bits: number): number =>
    round(left + ((bits - MIN_BITS) / (MAX_BITS - MIN_BITS)) * (width - left - right));
  const up = (kl: number): number =>
    round(height - bottom - ((Math.log10(kl) - low) / (high - low)) * (height - top - bottom));
  const ticks = [
    ...decades.map((decade) => {
      const y = up(10 ** decade);
      return `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="#ddd"/><text x="${left - 6}" y="${y + 3}" text-anchor="end">${10 ** decade}</text>`;
    }),
    ...[4, 5, 6, 7, 8].map(
      (bits) =>
        `<text x="${across(bits)}" y="${height - bottom + 14}" text-anchor="middle">${bits}</text>`,
    ),
  ];
  const lines = series.flatMap(({ format, scale, colour }) => {
    const points = rows
      .filter((row) => row.format === format && row.scale === scale)
      .sort((a, b) => a.bits - b.bits)
      .map((row) => [across(row.bits), up(row.kl)] as const);
    if (points.length === 0) return [];
    const path = points.map((point) => point.join(",")).join(" ");
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}"/>`,
      ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`),
    ];
  });
  const middle = { x: (left + width - right) / 2, y: (top + height - bottom) / 2 };
  return `<g transform="translate(${x} ${LEGEND})">
<text x="${left}" y="18" font-weight="bold" font-size="12">${method}</text>
${[...ticks, ...lines].join("\n")}
<text x="${middle.x}" y="${height - bottom + 30}" text-anchor="middle">bits a weight</text>
<text transform="translate(12 ${middle.y}) rotate(-90)" text-anchor="middle">KL(float ‖ format), nats a token</text>
</g>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
