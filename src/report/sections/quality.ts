import { dot, figure, picture, seriesOf } from "../../chart/index.ts";
import { html, raw } from "../html.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";

const nameOf = (row: Part): string =>
  [row.text("format"), row.textOrNull("rounding"), row.textOrNull("granularity")]
    .filter((word) => word !== null)
    .join(", ");

export const quality: Section = {
  id: "quality",
  title: "Loss in each format",
  about:
    "The loss of the network with its weights in each format, and the KL divergence from the float network, in nats a token.",
  command: "rf8 evaluate MODEL",
  takes: (command, document) => command === "evaluate" && document.has("rows"),
  show(documents) {
    const rows = documents.flatMap((document) => document.parts("rows"));
    const float = rows.filter((row) => row.text("activations") === "float" && row.number("kl") > 0);
    return html`${float.length > 0 ? raw(divergence(float)) : ""}
${table(
  "Loss and divergence",
  [
    { heading: "weights", value: nameOf },
    { heading: "activations", value: (row: Part) => row.text("activations") },
    { heading: "loss, nats a token", value: (row) => row.number("nll") },
    { heading: "KL, nats a token", value: (row) => row.number("kl") },
    { heading: "tokens", value: (row) => row.number("tokens") },
  ],
  rows,
)}`;
  },
};

function divergence(rows: readonly Part[]): string {
  const points = rows.map((row) => ({
    name: nameOf(row),
    format: row.text("format"),
    kl: row.number("kl"),
  }));
  const formats = seriesOf(points.map(({ format }) => format));
  const names = [...new Set(points.map(({ name }) => name))];
  return picture({
    title: "KL divergence from the float network in each format",
    columns: 1,
    panels: [
      {
        heading: "Divergence from the float network, float activations",
        width: 720,
        height: 60 + 18 * names.length,
        marginLeft: 150,
        marginRight: 16,
        marginTop: 20,
        marginBottom: 36,
        x: {
          label: "KL, nats a token (logarithmic)",
          type: "log",
          grid: true,
          nice: true,
          ticks: 4,
          tickFormat: figure,
          labelAnchor: "center",
        },
        y: { label: null, domain: names },
        marks: formats.map(({ name, colour, symbol }) =>
          dot(
            points.filter(({ format }) => format === name),
            {
              x: "kl",
              y: "name",
              r: 4,
              fill: colour,
              symbol,
              title: (one) => `${one.name}: ${one.kl}`,
            },
          ),
        ),
      },
    ],
  });
}
