import type { Panel } from "./picture.ts";
import { dot, line, link, type Markish, type PlotOptions, scale, text } from "./plot.ts";
import type { Series } from "./series.ts";
import { spread } from "./spread.ts";

export interface Point {
  /** The name of its series. */
  readonly series: string;
  readonly x: number;
  readonly y: number;
  /** What the pointer shows. */
  readonly note?: string;
}

export interface Axis {
  /** With its unit. */
  readonly label: string;
  readonly type?: "linear" | "log";
  /** The axis begins at 0. */
  readonly zero?: boolean;
  readonly ticks?: number | readonly number[];
  /** Values that the axis has to reach beside those of the points. */
  readonly values?: readonly number[];
}

export interface LabelledOptions {
  readonly heading: string;
  readonly points: readonly Point[];
  readonly series: readonly Series[];
  readonly x: Axis;
  readonly y: Axis;
  /** Points of a series are joined in the order of x; false for points alone. */
  readonly joined?: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Drawn below the points. */
  readonly marks?: readonly Markish[];
}

const [TOP, LEFT, BOTTOM, LINE, LETTER] = [22, 56, 38, 12, 6.4];

/** Points, and lines through them, each series named at the right of its last point: a chart without a legend. */
export function labelled(options: LabelledOptions): Panel {
  const { heading, joined = true, width = 360, height = 240, marks = [] } = options;
  const drawn = options.series.flatMap((series) => {
    const points = options.points
      .filter((point) => point.series === series.name)
      .sort((a, b) => a.x - b.x);
    const last = points.at(-1);
    return last ? [{ series, points, last }] : [];
  });
  const right = 28 + LETTER * Math.max(0, ...options.series.map(({ name }) => name.length));
  const x = axisOf(
    options.x,
    options.points.map((point) => point.x),
    [LEFT, width - right],
  );
  const y = axisOf(
    options.y,
    options.points.map((point) => point.y),
    [height - BOTTOM, TOP],
  );
  const [low, high] = [TOP, height - BOTTOM];
  const places = spread(
    drawn.map(({ last }) => y.apply(last.y)),
    LINE,
    low,
    high,
  );
  const edge = { x: x.invert(width - right + 4), y: places.map((place) => y.invert(place)) };
  const names = drawn.map(({ series, last }, index) => ({
    ...series,
    last,
    at: edge.y[index] as number,
  }));
  return {
    heading,
    width,
    height,
    marginLeft: LEFT,
    marginRight: right,
    marginTop: TOP,
    marginBottom: BOTTOM,
    x: { ...x.options, line: true, labelAnchor: "center", labelOffset: 32 },
    y: { ...y.options, grid: true },
    marks: [
      ...marks,
      ...drawn.flatMap(({ series, points }) => [
        ...(joined && points.length > 1
          ? [
              line(points, {
                x: "x",
                y: "y",
                stroke: series.colour,
                ...(series.open && { strokeDasharray: "4 3" }),
              }),
            ]
          : []),
        dot(points, {
          x: "x",
          y: "y",
          r: 3,
          symbol: series.symbol,
          stroke: series.colour,
          fill: series.open ? "none" : series.colour,
          className: "point",
          title: (point: Point) => point.note ?? `${series.name}: ${point.x}, ${point.y}`,
        }),
      ]),
      link(names, {
        x1: (name) => name.last.x,
        y1: (name) => name.last.y,
        x2: edge.x,
        y2: "at",
        stroke: "colour",
        strokeOpacity: 0.5,
        strokeDasharray: "1 2",
      }),
      ...names.map((name) =>
        dot([name], {
          x: edge.x,
          y: "at",
          dx: 6,
          r: 3,
          symbol: name.symbol,
          stroke: name.colour,
          fill: name.open ? "none" : name.colour,
        }),
      ),
      text(names, { x: edge.x, y: "at", dx: 15, text: "name", textAnchor: "start" }),
    ],
  };
}

type Ends = readonly [number, number];

/** An axis that every value is on, and its way between values and pixels. */
function axisOf(axis: Axis, own: readonly number[], range: Ends) {
  const { label, type = "linear", zero = false, ticks } = axis;
  const values = [...own, ...(axis.values ?? [])];
  const domain = type === "log" ? decades(values) : spanOf(values, zero);
  const shown = ticks ?? (type === "log" ? steps(domain) : undefined);
  const options = { label, type, domain, tickFormat: figure, ...(shown && { ticks: shown }) };
  const made = scale({ x: { type, domain: [...domain], range: [...range] } });
  const { apply, invert } = made as {
    apply(value: number): number;
    invert(pixel: number): number;
  };
  // Plot's scales invert a little beyond their range too, which is where names stand.
  return { options: options as NonNullable<PlotOptions["x"]>, apply, invert };
}

function spanOf(values: readonly number[], zero: boolean): Ends {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (zero) return [Math.min(0, least), most > 0 ? most * 1.06 : 1];
  const room = (most - least || Math.abs(most) || 1) * 0.06;
  return [least - room, most + room];
}

/** The values with a tenth of their span around them: the ends need not be powers of ten. */
function decades(values: readonly number[]): Ends {
  const logs = values.map(Math.log10);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const room = Math.max(0.06, (most - least) * 0.08);
  return [10 ** (least - room), 10 ** (most + room)];
}

/** 1 and 3 of each decade, 1 alone, or of every few where there are many. */
function steps([least, most]: Ends): number[] {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const each = to - from > 3 ? [1] : [1, 3];
  const every = Math.ceil((to - from) / 7);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, at) => at * every)
    .flatMap((at) => each.map((step) => Number(`${step}e${from + at}`)))
    .filter((value) => value >= least && value <= most);
}

/** Prefixes of the SI for what is too long to write out. */
const prefixes: readonly (readonly [number, string])[] = [
  ...([
    [1e12, " T"],
    [1e9, " G"],
    [1e6, " M"],
  ] as const),
];

export function figure(value: number): string {
  const [size, prefix] = prefixes.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  return `${Number((value / size).toPrecision(6)).toLocaleString("en-US", { maximumSignificantDigits: 6 })}${prefix}`;
}
