import { barX, palette, picture } from "../../chart/index.ts";
import { html, raw } from "../html.ts";
import { namedRows } from "../named-rows.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";

/** Layers that are drawn; the table has more. */
const maxLayers = 120;

export const inference: Section = {
  id: "inference",
  title: "Inference, cycle by cycle",
  about:
    "One token's matrices on the simulated accelerator, one after the other: cycles in which its lanes multiply, cycles in which they wait for weights, and the rest, which fills and empties the pipeline.",
  command: "rf8 simulate MODEL",
  takes: (command, document) => command === "simulate" && document.has("layers"),
  show(documents) {
    return html`${documents.map((document) => {
      const layers = document.parts("layers");
      return html`<p>${document.numberOrNull("tokens_read") ?? ""} tokens on the engine ${document.text("engine")}: ${document.number("cycles_per_token").toLocaleString("en-US")} cycles a token,
${(100 * document.number("utilisation")).toFixed(1)} % of the products that the lanes could make.</p>
${layers.length > 0 ? raw(timeline(layers.slice(0, maxLayers))) : ""}
${table(
  "Matrices of a token",
  [
    { heading: "matrix", value: (row: Part) => row.text("name") },
    { heading: "rows", value: (row) => row.number("rows") },
    { heading: "columns", value: (row) => row.number("columns") },
    { heading: "cycles", value: (row) => row.number("cycles") },
    { heading: "cycles that wait for weights", value: (row) => row.number("weight_wait") },
    { heading: "products", value: (row) => row.number("macs") },
    { heading: "utilisation", value: (row) => row.number("utilisation") },
  ],
  layers,
)}`;
    })}`;
  },
};

/** Parts of a layer's time, in the order of the picture. */
const parts = [
  { name: "multiplying", colour: palette[1] },
  { name: "waiting for weights", colour: palette[0] },
  { name: "filling and emptying", colour: palette[6] },
] as const;

function timeline(layers: readonly Part[]): string {
  let at = 0;
  const spans = layers.flatMap((layer) => {
    const [name, cycles, wait] = [
      layer.text("name"),
      layer.number("cycles"),
      layer.number("weight_wait"),
    ];
    const busy = Math.min(cycles - wait, layer.number("utilisation") * cycles);
    return [busy, wait, cycles - busy - wait].flatMap((length, index) => {
      const part = parts[index];
      if (length <= 0 || !part) return [];
      const span = { name, from: at, to: at + length, colour: part.colour, part: part.name };
      at += length;
      return [span];
    });
  });
  const names = layers.map((layer) => layer.text("name"));
  return picture({
    title: "When each matrix of a token runs, and how much of the time its lanes multiply",
    columns: 1,
    panels: [
      {
        heading: "A token's matrices over time",
        width: 900,
        ...namedRows(names),
        x: { label: "cycles", grid: true, labelAnchor: "center" },
        y: { label: null, type: "band", domain: names },
        marks: [
          barX(spans, {
            x1: "from",
            x2: "to",
            y: "name",
            fill: "colour",
            insetTop: 1,
            insetBottom: 1,
            title: (span) =>
              `${span.name}: ${span.part}, ${Math.round(span.to - span.from)} cycles`,
          }),
        ],
      },
    ],
    legend: parts,
  });
}
