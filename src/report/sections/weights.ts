import { dot, line, type Panel, picture, rectY, ruleX } from "../../chart/index.ts";
import { decodeTable } from "../../format/index.ts";
import { html, raw } from "../html.ts";
import { namedRows } from "../named-rows.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";

/** Tensors that are drawn; the table has the others too. */
const [maxDrawn, maxBars] = [12, 120];

const shapeOf = (tensor: Part): string => tensor.numbers("shape").join(" × ");

export const weights: Section = {
  id: "weights",
  title: "Weights",
  about:
    "How each tensor's weights are distributed, the generalized Gaussian fitted to them, and the values that RF8 has with the tensor's bias.",
  command: "rf8 inspect MODEL",
  takes: (command) => command === "inspect",
  show(documents) {
    const tensors = documents.flatMap((document) => document.parts("tensors"));
    const drawn = tensors
      .filter((tensor) => tensor.isObject("histogram") && tensor.numbers("shape").length > 1)
      .toSorted((a, b) => b.number("elements") - a.number("elements"))
      .slice(0, maxDrawn);
    const chart = picture({
      title: "Weights of the largest tensors, with the fitted distribution and RF8's values",
      panels: drawn.map(distribution),
      columns: 3,
      note: "bars: share of the weights; line: the fit; ticks below: values of RF8, thinned near 0",
    });
    const measured = tensors.filter((tensor) => tensor.numberOrNull("sqnr_db") !== null);
    return html`${drawn.length > 0 ? raw(chart) : ""}
${measured.length > 1 ? raw(precision(measured)) : ""}
${table(
  "Tensors",
  [
    { heading: "tensor", value: (row: Part) => row.text("name") },
    { heading: "type", value: (row) => row.text("dtype") },
    { heading: "shape", value: shapeOf },
    { heading: "elements", value: (row) => row.number("elements") },
    { heading: "minimum", value: (row) => row.numberOrNull("min") },
    { heading: "maximum", value: (row) => row.numberOrNull("max") },
    { heading: "standard deviation", value: (row) => row.numberOrNull("std") },
    { heading: "GG ν", value: (row) => row.numberOrNull("gg_nu") },
    { heading: "GG α", value: (row) => row.numberOrNull("gg_alpha") },
    { heading: "KS distance", value: (row) => row.numberOrNull("gg_ks") },
    { heading: "SQNR, dB", value: (row) => row.numberOrNull("sqnr_db") },
    { heading: "entropy, bits", value: (row) => row.numberOrNull("entropy_bits") },
  ],
  tensors,
)}`;
  },
};

function distribution(tensor: Part): Panel {
  const histogram = tensor.part("histogram");
  const [values, fit, reach] = [
    histogram.numbers("values"),
    histogram.numbers("fit"),
    histogram.number("reach"),
  ];
  const width = (2 * reach) / values.length;
  const middle = (index: number): number => -reach + (index + 0.5) * width;
  const bars = values.map((share, index) => ({ x: middle(index), share }));
  const curve = fit.map((share, index) => ({ x: middle(index), share }));
  const grid = tensor.isNumber("bias") ? gridWithin(tensor.number("bias"), reach) : [];
  const maximum = Math.max(...values, ...fit);
  return {
    heading: tensor.text("name"),
    width: 360,
    height: 190,
    marginLeft: 46,
    marginBottom: 40,
    marginTop: 20,
    marginRight: 12,
    x: { label: "weight", domain: [-reach, reach], ticks: 5, labelAnchor: "center" },
    y: { label: "share of the weights", domain: [0, maximum * 1.08], grid: true, ticks: 4 },
    marks: [
      rectY(bars, { ...edges(width), y: "share", fill: "#2a82c4", fillOpacity: 0.7 }),
      line(curve, { x: "x", y: "share", stroke: "#d55e00", strokeWidth: 2 }),
      ruleX(grid, { y1: 0, y2: maximum * 0.05, stroke: "currentColor", strokeOpacity: 0.7 }),
    ],
  };
}

const edges = (width: number) => ({
  x1: ({ x }: { x: number }) => x - width / 2,
  x2: ({ x }: { x: number }) => x + width / 2,
});

/** The values of RF8 with a bias, no two nearer than a 300th of the picture. */
function gridWithin(bias: number, reach: number): number[] {
  const kept: number[] = [];
  const values = [...decodeTable(bias)].filter((value) => Math.abs(value) <= reach);
  for (const value of values.sort((a, b) => a - b))
    if (value - (kept.at(-1) ?? -Infinity) >= reach / 150) kept.push(value);
  return kept;
}

/** SQNR of each tensor, in the order of the file. */
function precision(tensors: readonly Part[]): string {
  const shown = tensors.slice(0, maxBars).map((tensor) => ({
    name: tensor.text("name"),
    sqnr: tensor.number("sqnr_db"),
  }));
  const names = shown.map(({ name }) => name);
  return picture({
    title: "SQNR of each tensor in RF8",
    columns: 1,
    panels: [
      {
        heading: "Signal to quantization noise in RF8, dB",
        width: 720,
        ...namedRows(names),
        x: { label: "SQNR, dB", grid: true, nice: true, labelAnchor: "center" },
        y: { label: null, domain: names },
        marks: [
          dot(shown, {
            x: "sqnr",
            y: "name",
            r: 3.5,
            fill: "#d55e00",
            title: ({ name, sqnr }) => `${name}: ${sqnr.toFixed(2)} dB`,
          }),
        ],
      },
    ],
  });
}
