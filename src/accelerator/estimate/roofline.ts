/** A point under the roofs of its machine. */
export interface RooflinePoint {
  readonly name: string;
  readonly macs_per_byte: number;
  readonly macs_per_s: number;
  /** Products a second at most, and bytes a second of the memory. */
  readonly peak: number;
  readonly bandwidth: number;
}

const size = { width: 560, height: 360, left: 64, right: 150, top: 20, bottom: 44 };
const colours = ["#c0392b", "#2c5f8a", "#3b8f5a", "#8a6d2c", "#7d4f9e", "#444444"];

/** Products a second over products a byte, both logarithmic: a line for each machine's roofs, a mark for each point. */
export function rooflineSvg(points: readonly RooflinePoint[]): string {
  const powers = (values: readonly number[]): readonly [number, number] => [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values)) + 1e-9),
  ];
  const ridges = points.map(({ peak, bandwidth }) => peak / bandwidth);
  const [left, right] = powers([...points.map((p) => p.macs_per_byte), ...ridges]);
  const [bottom, top] = powers(points.flatMap((p) => [p.macs_per_s, p.peak]));
  const x = (value: number): number =>
    size.left +
    ((Math.log10(value) - left) / (right - left)) * (size.width - size.left - size.right);
  const y = (value: number): number =>
    size.height -
    size.bottom -
    ((Math.log10(value) - bottom) / (top - bottom)) * (size.height - size.top - size.bottom);
  const at = (a: number, b: number): string => `${x(a).toFixed(1)},${y(b).toFixed(1)}`;
  const decades = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const grid = [
    ...decades(left, right).map(
      (power) =>
        `<path d="M${at(10 ** power, 10 ** bottom)}L${at(10 ** power, 10 ** top)}"/><text x="${x(10 ** power).toFixed(1)}" y="${size.height - size.bottom + 14}" text-anchor="middle">10^${power}</text>`,
    ),
    ...decades(bottom, top).map(
      (power) =>
        `<path d="M${at(10 ** left, 10 ** power)}L${at(10 ** right, 10 ** power)}"/><text x="${size.left - 6}" y="${(y(10 ** power) + 3).toFixed(1)}" text-anchor="end">10^${power}</text>`,
    ),
  ];
  const roofs = new Map(points.map((point) => [`${point.peak} ${point.bandwidth}`, point]));
  const lines = [...roofs.values()].map(({ peak, bandwidth }) => {
    const start = Math.max(10 ** left, 10 ** bottom / bandwidth);
    return `<path d="M${at(start, start * bandwidth)}L${at(peak / bandwidth, peak)}L${at(10 ** right, peak)}" stroke="#222" stroke-width="1.5"/>`;
  });
  const marks = points.map(({ name, macs_per_byte, macs_per_s }, i) => {
    const colour = colours[i % colours.length] ?? "";
    const legend = size.top + 12 * i;
    return `<circle cx="${x(macs_per_byte).toFixed(1)}" cy="${y(macs_per_s).toFixed(1)}" r="4" fill="${colour}"/><circle cx="${size.width - size.right + 14}" cy="${legend - 3}" r="4" fill="${colour}"/><text x="${size.width - size.right + 22}" y="${legend}">${escaped(name)}</text>`;
  });
  const height = Math.max(size.height, size.top + 12 * points.length + 8);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" font-family="sans-serif" font-size="10" fill="#222">
<title>Roofline: products a second over products a byte</title>
<rect width="${size.width}" height="${height}" fill="#fff"/>
<g stroke="#ddd" fill="#222">${grid.join("").replaceAll("<text", '<text stroke="none"')}</g>
<g fill="none">${lines.join("")}</g>
${marks.join("\n")}
<text x="${(size.left + size.width - size.right) / 2}" y="${size.height - 8}" text-anchor="middle">products a byte of memory traffic</text>
<text transform="translate(14 ${size.height / 2}) rotate(-90)" text-anchor="middle">products a second</text>
</svg>
`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
