import { type Axis, barX, labelled, palette, picture, seriesOf } from "../../chart/index.ts";
import type { FormatComparison } from "../../cost/index.ts";
import { comparisonSvg } from "../../cost/index.ts";
import { html, raw } from "../html.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";
import { parametersOf } from "./circuits.ts";

const [area, delay]: readonly Axis[] = [
  { label: "area, GE", zero: true, ticks: 5 },
  { label: "delay, FO4", zero: true, ticks: 5 },
];

export const synthesis: Section = {
  id: "synthesis",
  title: "Area and delay",
  about:
    "A circuit in standard cells, its weights in each format and the mapping for each goal: area in gate equivalents, delay in FO4.",
  command: "rf8 synth mac --sweep format=rf8,int8,e4m3,e5m2,goal=area,balanced,delay",
  takes: (command, document) =>
    command === "synth" && (document.has("rows") || document.has("area_ge")),
  show(documents) {
    const rows = documents.flatMap((document) =>
      document.has("rows") ? document.parts("rows") : [document],
    );
    const cells = rows.filter((row) => row.has("area_ge"));
    const circuits = [...new Set(cells.map((row) => row.text("circuit")))];

    const panels = circuits.map((circuit) => {
      const own = cells.filter((row) => row.text("circuit") === circuit);
      return labelled({
        heading: circuit,
        width: 480,
        height: 300,
        series: seriesOf(own.map(formatOf)),
        points: own.map((row) => ({
          series: formatOf(row),
          x: row.number("delay_fo4"),
          y: row.number("area_ge"),
          note: `${formatOf(row)}, goal ${goalOf(row)}: ${row.number("area_ge").toFixed(0)} GE, ${row.number("delay_fo4").toFixed(1)} FO4`,
        })),
        x: delay ?? { label: "" },
        y: area ?? { label: "" },
      });
    });
    return html`${panels.length > 0 ? raw(picture({ title: "Area over delay, a point for each goal", columns: 2, panels })) : ""}
${table(
  "Syntheses",
  [
    { heading: "circuit", value: (row: Part) => row.text("circuit") },
    { heading: "parameters", value: (row) => parametersOf(row, "params") },
    { heading: "goal", value: goalOf },
    { heading: "area, GE", value: (row) => row.number("area_ge") },
    { heading: "delay, FO4", value: (row) => row.number("delay_fo4") },
    { heading: "flip-flops' share", value: (row) => row.number("sequential_share") },
    {
      heading: "library",
      value: (row) => `${row.part("library").text("name")}, ${row.text("tool")}`,
    },
  ],
  cells,
)}`;
  },
};

const formatOf = (row: Part): string =>
  row.part("params").has("format")
    ? row.part("params").text("format").toUpperCase()
    : row.text("circuit");

const goalOf = (row: Part): string => row.part("options").text("goal");

export const comparison: Section = {
  id: "comparison",
  title: "Every format in every block",
  about:
    "The product, the MAC and the dot-product unit in each format, each in the smallest of several multipliers and adders.",
  command: "rf8 compare",
  takes: (command, document) => command === "compare" && document.has("provenance"),
  async show(documents) {
    const rows = documents.flatMap((document) => document.parts("rows"));
    const charts = await Promise.all(
      documents.map((document) => comparisonSvg(comparisonOf(document))),
    );
    return html`${charts.map(raw)}
${table(
  "Comparison",
  [
    { heading: "block", value: (row: Part) => row.text("block") },
    { heading: "lanes", value: (row) => row.number("lanes") },
    { heading: "activations", value: (row) => row.text("activation") },
    { heading: "goal", value: (row) => row.text("goal") },
    { heading: "format", value: (row) => row.text("format") },
    { heading: "area, GE", value: (row) => row.number("area_ge") },
    { heading: "delay, FO4", value: (row) => row.number("delay_fo4") },
    { heading: "area ÷ INT8's", value: (row) => row.number("area_to_int8") },
    { heading: "area ÷ E4M3's", value: (row) => row.number("area_to_e4m3") },
    { heading: "RMS error", value: (row) => row.number("rel_rms") },
  ],
  rows,
)}`;
  },
};

/** As much of a comparison as its picture needs, checked. */
function comparisonOf(document: Part): FormatComparison {
  const provenance = document.part("provenance");
  const rows = document.parts("rows").map((row) => ({
    block: row.text("block"),
    format: row.text("format"),
    activation: row.text("activation"),
    lanes: row.number("lanes"),
    goal: row.text("goal"),
    area_ge: row.number("area_ge"),
    delay_fo4: row.number("delay_fo4"),
  }));
  const library = { name: provenance.part("library").text("name") };
  return {
    rows,
    provenance: { library, tool: provenance.text("tool") },
  } as unknown as FormatComparison;
}

export const energy: Section = {
  id: "energy",
  title: "Energy",
  about:
    "Energy a multiply-accumulate with uniform operands, from the changes of every net of the mapped netlist.",
  command: "rf8 power mac",
  takes: (command) => command === "power",
  show(documents) {
    return html`${raw(energies(documents))}
${table(
  "Energy a MAC",
  [
    { heading: "circuit", value: (row: Part) => row.text("circuit") },
    { heading: "parameters", value: (row) => parametersOf(row, "params") },
    { heading: "pJ a MAC", value: (row) => row.number("pj_per_mac") },
    { heading: "of switching nets", value: (row) => row.number("switching_pj") },
    { heading: "inside cells", value: (row) => row.number("internal_pj") },
    { heading: "of the clock", value: (row) => row.number("clock_pj") },
    {
      heading: "source",
      value: (row) => `${row.text("node")}, ${row.number("voltage")} V, ${row.text("kind")}`,
    },
  ],
  documents,
)}`;
  },
};

/** What a MAC's energy is of, in the order of the bars. */
const kinds = [
  { name: "switching nets", key: "switching_pj", colour: palette[1] },
  { name: "inside cells", key: "internal_pj", colour: palette[2] },
  { name: "clock", key: "clock_pj", colour: palette[4] },
  { name: "leakage", key: "leakage_pj", colour: palette[6] },
] as const;

function energies(documents: readonly Part[]): string {
  const bars = documents.flatMap((document) => {
    const name = `${document.text("circuit")}, ${formatOf(document)}`;
    return kinds.map(({ name: kind, key, colour }) => ({
      name,
      kind,
      colour,
      energy: document.number(key),
    }));
  });
  const names = [...new Set(bars.map(({ name }) => name))];
  return picture({
    title: "Energy of a multiply-accumulate in each format",
    columns: 1,
    panels: [
      {
        heading: "Energy a MAC, pJ",
        width: 620,
        height: 60 + 24 * names.length,
        marginLeft: 100,
        marginRight: 16,
        marginTop: 16,
        marginBottom: 36,
        x: { label: "energy a MAC, pJ", grid: true, labelAnchor: "center" },
        y: { label: null, domain: names },
        marks: [
          barX(bars, {
            x: "energy",
            y: "name",
            fill: "colour",
            insetTop: 2,
            insetBottom: 2,
            title: ({ name, kind, energy }) => `${name}, ${kind}: ${energy.toPrecision(3)} pJ`,
          }),
        ],
      },
    ],
    legend: kinds,
  });
}
