/** A point under the roofs of its machine. */
export interface RooflinePoint {
  readonly name: string;
  readonly macs_per_byte: number;
  readonly macs_per_s: number;
  /** Products a second at most, and bytes a second of the memory. */
  readonly peak: number;
  readonly bandwidth: number;
}

/**
 * Products a second over products a byte, both logarithmic: a line for each machine's roofs, a named mark for each point.
 *
 * @example
 * const point = { name: "decode", macs_per_byte: 1, macs_per_s: 1e9, peak: 1e10, bandwidth: 1e9 };
 * console.log((await rooflineSvg([point])).startsWith("<svg")); // true
 */
export async function rooflineSvg(points: readonly RooflinePoint[]): Promise<string> {
  const { labelled, link, picture, seriesOf } = await import("../../chart/index.ts");
  const ridges = points.map(({ peak, bandwidth }) => peak / bandwidth);
  const across = [...points.map((point) => point.macs_per_byte), ...ridges];
  const up = points.flatMap((point) => [point.macs_per_s, point.peak]);
  const [left, right] = [Math.min(...across) / 2, Math.max(...across) * 2];
  const roofs = [
    ...new Map(points.map((point) => [`${point.peak} ${point.bandwidth}`, point])).values(),
  ];
  const segments = roofs.flatMap(({ peak, bandwidth }) => {
    const ridge = { x: peak / bandwidth, y: peak };
    const start = Math.max(left, Math.min(...up) / 5 / bandwidth);
    return [
      { from: { x: start, y: start * bandwidth }, to: ridge },
      { from: ridge, to: { x: right, y: peak } },
    ];
  });
  const panel = labelled({
    heading: "Roofline",
    points: points.map(({ name, macs_per_byte, macs_per_s }) => ({
      series: name,
      x: macs_per_byte,
      y: macs_per_s,
      note: `${name}: ${macs_per_s.toPrecision(3)} products a second, ${macs_per_byte.toPrecision(3)} a byte`,
    })),
    series: seriesOf(points.map(({ name }) => name)),
    joined: false,
    width: 620,
    height: Math.max(340, 80 + 13 * points.length),
    x: { label: "products a byte of memory traffic", type: "log", values: [left, right] },
    y: { label: "products a second", type: "log", values: [...up, Math.min(...up) / 5] },
    marks: [
      link(segments, {
        x1: (one) => one.from.x,
        y1: (one) => one.from.y,
        x2: (one) => one.to.x,
        y2: (one) => one.to.y,
        stroke: "currentColor",
        clip: true,
      }),
    ],
  });
  const title = "Roofline: products a second over products a byte";
  return picture({ title, panels: [panel], columns: 1 });
}
