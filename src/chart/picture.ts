import { document } from "#host/src/chart/document";
import { type PlotOptions, plot } from "./plot.ts";

/** A plot of a picture, in pixels of its own. */
export interface Panel extends PlotOptions {
  readonly width: number;
  readonly height: number;
  readonly heading: string;
}

export interface PictureOptions {
  /** What a screen reader says of the picture. */
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Panels beside each other. */
  readonly columns: number;
  /** What colours mean where nothing in a panel says it. */
  readonly legend?: readonly { readonly name: string; readonly colour: string }[];
  /** A line below the panels, such as where the figures come from. */
  readonly note?: string;
}

/** The page that the picture stands on decides the ground and the text; print is always on white. */
const style = `<style>
.chart { color: #1b1f24; font: 10px system-ui, sans-serif } .chart .page { fill: #fff } .chart .quiet { fill: #555 }
@media screen and (prefers-color-scheme: dark) {
  .chart { color: #e7eaee } .chart .page { fill: #16191d } .chart .quiet { fill: #a9b3be }
}
</style>`;

const [HEADING, NOTE] = [22, 22];

/** Panels in rows, as an SVG picture that needs nothing else. */
export function picture({ title, panels, columns, legend, note }: PictureOptions): string {
  const across = Math.min(columns, panels.length);
  const [wide, high] = (["width", "height"] as const).map((side) =>
    Math.max(0, ...panels.map((panel) => panel[side])),
  ) as [number, number];
  const rowHeight = high + HEADING;
  const width = wide * across;
  const end = rowHeight * Math.ceil(panels.length / across);
  const height = end + (legend ? NOTE : 0) + (note === undefined ? 0 : NOTE);
  const drawn = panels.map((panel, index) => {
    const [x, y] = [wide * (index % across), rowHeight * Math.floor(index / across)];
    return `<text x="${x + 8}" y="${y + 15}" font-size="12" font-weight="bold">${escaped(panel.heading)}</text>
${nested(panel, x, y + HEADING)}`;
  });
  const foot =
    note === undefined
      ? ""
      : `\n<text x="8" y="${height - 8}" class="quiet">${escaped(note)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="${escaped(title)}" viewBox="0 0 ${width} ${height}" width="${width}" fill="currentColor">
${style}
<rect class="page" width="${width}" height="${height}"/>
${drawn.join("\n")}${legend ? legendOf(legend, end + 14) : ""}${foot}
</svg>
`;
}

/** A square of each colour with its name, in a line. */
function legendOf(entries: NonNullable<PictureOptions["legend"]>, y: number): string {
  let x = 8;
  return entries
    .map(({ name, colour }) => {
      const at = x;
      x += 36 + 6.4 * name.length;
      return `\n<rect x="${at}" y="${y - 9}" width="10" height="10" fill="${colour}"/><text x="${at + 15}" y="${y}">${escaped(name)}</text>`;
    })
    .join("");
}

/** What Plot gives, as far as it is in use here. */
interface Drawn {
  querySelector(selector: string): { remove(): void } | null;
  removeAttribute(name: string): void;
  setAttribute(name: string, value: string): void;
  readonly outerHTML: string;
}

/** A plot in its place. Its own style is left out: it would make every one as wide as the page. */
function nested({ heading, ...options }: Panel, x: number, y: number): string {
  const svg = plot({ ...options, document } as PlotOptions) as unknown as Drawn;
  svg.querySelector("style")?.remove();
  svg.removeAttribute("class");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", heading);
  svg.setAttribute("x", String(x));
  svg.setAttribute("y", String(y));
  // Groups and lines are nothing that may have a name; the panel has one.
  const unnamed = svg.outerHTML.replaceAll(/(<(?!svg)\w[^>]*) aria-label="[^"]*"/g, "$1");
  return unnamed.replaceAll(/="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/-?\d+\.\d{3,}(e-\d+)?/g, (figure) =>
      String(Number(Number(figure).toFixed(2))),
    ),
  );
}

export const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
