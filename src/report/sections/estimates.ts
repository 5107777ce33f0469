import { rooflineSvg } from "../../accelerator/estimate/roofline.ts";
import { labelled, palette, picture } from "../../chart/index.ts";
import { html, raw } from "../html.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";

const phases = ["prefill", "decode"] as const;

const isSweep = (document: Part): boolean =>
  document.has("rows") && document.parts("rows").some((row) => row.has("pareto"));
const isFormats = (document: Part): boolean => document.has("rows") && !isSweep(document);

/** What is not in the figures, as the documents say it. */
const notModelled = (documents: readonly Part[]) => {
  const lines = [...new Set(documents.flatMap((document) => document.texts("not_modelled")))];
  return html`<p class="note">Not in these figures: ${lines.join("; ")}.</p>`;
};

export const roofline: Section = {
  id: "estimate",
  title: "What bounds it",
  about:
    "Both phases of the network on the accelerator, in closed form: reading a prompt (prefill) and making tokens (decode), under the roofs of the lanes and of the memory.",
  command: "rf8 estimate MODEL",
  takes: (command, document) => command === "estimate" && document.has("layers"),
  async show(documents) {
    const points = documents.flatMap((document) => {
      const [machine, memory] = [document.part("accelerator"), document.part("memory")];
      const hertz = document.number("clock_mhz") * 1e6;
      return phases.map((phase) => {
        const of = document.part(phase);
        return {
          name: `${document.text("format")} ${phase}`,
          macs_per_byte: of.number("macs_per_byte"),
          macs_per_s: of.number("macs") / of.number("time_s"),
          peak: machine.number("lanes") * machine.number("rows") * hertz,
          bandwidth: memory.number("bandwidth") * hertz,
        };
      });
    });
    const rows = documents.flatMap((document) =>
      phases.map((phase) => ({ phase, format: document.text("format"), of: document.part(phase) })),
    );
    const energy = rows.flatMap((row) => row.of.parts("energy").map((part) => ({ ...row, part })));
    return html`${raw(await rooflineSvg(points))}
${table(
  "Phases",
  [
    { heading: "phase", value: (row: (typeof rows)[number]) => row.phase },
    { heading: "format", value: (row) => row.format },
    { heading: "cycles", value: (row) => row.of.number("cycles") },
    { heading: "tokens a second", value: (row) => row.of.number("tokens_per_s") },
    { heading: "bytes", value: (row) => row.of.number("bytes") },
    { heading: "products a byte", value: (row) => row.of.number("macs_per_byte") },
    { heading: "utilisation", value: (row) => row.of.number("utilisation") },
    { heading: "bound by", value: (row) => row.of.text("bound_by") },
    { heading: "area, GE", value: (row) => row.of.numberOrNull("area_ge") },
    { heading: "energy, J", value: (row) => row.of.number("energy_j") },
  ],
  rows,
)}
${table(
  "Energy",
  [
    { heading: "phase", value: (row: (typeof energy)[number]) => row.phase },
    { heading: "of", value: (row) => row.part.text("what") },
    { heading: "operations", value: (row) => row.part.number("operations") },
    { heading: "pJ each", value: (row) => row.part.number("pj_each") },
    { heading: "energy, J", value: (row) => row.part.number("energy_j") },
    { heading: "kind", value: (row) => row.part.text("kind") },
    { heading: "node", value: (row) => row.part.text("node") },
    { heading: "source", value: (row) => row.part.text("source") },
  ],
  energy,
)}
${notModelled(documents)}`;
  },
};

export const formats: Section = {
  id: "formats",
  title: "The network in each format",
  about: "A decoded token of the network with its weights in each format, on the same machine.",
  command: "rf8 estimate MODEL --format rf8,int8,e4m3,e5m2",
  takes: (command, document) => command === "estimate" && isFormats(document),
  show(documents) {
    const rows = documents.flatMap((document) => document.parts("rows"));
    return html`${table(
      "Formats",
      [
        { heading: "format", value: (row: Part) => row.text("format") },
        { heading: "weights, bytes", value: (row) => row.numberOrNull("weight_bytes") },
        { heading: "cycles a token", value: (row) => row.number("cycles_per_token") },
        { heading: "tokens a second", value: (row) => row.number("tokens_per_s") },
        { heading: "bound by", value: (row) => row.text("bound_by") },
        { heading: "area, GE", value: (row) => row.numberOrNull("area_ge") },
        { heading: "energy a token, J", value: (row) => row.number("energy_per_token_j") },
        { heading: "loss over float", value: (row) => row.numberOrNull("loss_over_float") },
      ],
      rows,
    )}${notModelled(documents)}`;
  },
};

export const sweep: Section = {
  id: "sweep",
  title: "Machines of other sizes",
  about:
    "The network on machines with other numbers of lanes and rows, which take as many weights a cycle. No machine is smaller, faster and of less energy than one of the Pareto front.",
  command: "rf8 estimate MODEL --sweep lanes=8,16,32,64,rows=1,2,4,8",
  takes: (command, document) => command === "estimate" && isSweep(document),
  show(documents) {
    const rows = documents.flatMap((document) => document.parts("rows"));
    const nameOf = (row: Part): string => `${row.number("rows")} × ${row.number("lanes")}`;
    const [front, behind] = ["Pareto front", "others"];
    const sized = rows.filter((row) => row.numberOrNull("area_ge") !== null);
    const chart = picture({
      title: "Tokens a second over area, with the Pareto front",
      columns: 1,
      panels: [
        labelled({
          heading: "Tokens a second over area",
          points: sized.map((row) => ({
            series: row.flag("pareto") ? front : behind,
            x: row.number("area_ge"),
            y: row.number("tokens_per_s"),
            note: `${nameOf(row)} lanes, ${row.number("bandwidth")} bytes a cycle: ${Math.round(row.number("tokens_per_s"))} tokens a second, ${Math.round(row.number("area_ge"))} GE`,
          })),
          series: [
            { name: front, colour: palette[0], symbol: "circle" },
            { name: behind, colour: palette[1], symbol: "square", open: true },
          ],
          width: 620,
          height: 320,
          joined: false,
          x: { label: "area, GE", zero: true, ticks: 5 },
          y: { label: "tokens a second", zero: true, ticks: 5 },
        }),
      ],
    });
    return html`${sized.length > 0 ? raw(chart) : ""}
${table(
  "Machines",
  [
    { heading: "lanes", value: (row: Part) => row.number("lanes") },
    { heading: "rows", value: (row) => row.number("rows") },
    { heading: "bytes a cycle", value: (row) => row.number("bandwidth") },
    { heading: "area, GE", value: (row) => row.numberOrNull("area_ge") },
    { heading: "cycles a token", value: (row) => row.number("cycles_per_token") },
    { heading: "tokens a second", value: (row) => row.number("tokens_per_s") },
    { heading: "energy a token, J", value: (row) => row.number("energy_per_token_j") },
    { heading: "bound by", value: (row) => row.text("bound_by") },
    { heading: "Pareto front", value: (row) => (row.flag("pareto") ? "yes" : "") },
  ],
  rows,
)}`;
  },
};
