import { labelled, palette, picture, type Series } from "../chart/index.ts";
import { type BitsRow, bitsMethods } from "./bits.ts";

const [orange, blue, green, pink, brown, violet] = palette;

/** A line for each format whose bits vary, a point for the others; open where one scale serves a tensor. */
const series: readonly (Series & { readonly format: string; readonly scale: BitsRow["scale"] })[] =
  [
    { name: "RF8, row scale", format: "RF8", scale: "row", colour: orange, symbol: "circle" },
    { name: "RF8", format: "RF8", scale: "tensor", colour: orange, symbol: "circle", open: true },
    { name: "INT8, row scale", format: "INT8", scale: "row", colour: blue, symbol: "square" },
    { name: "INT8", format: "INT8", scale: "tensor", colour: blue, symbol: "square", open: true },
    { name: "E4M3, row scale", format: "E4M3", scale: "row", colour: green, symbol: "triangle" },
    {
      name: "E4M3",
      format: "E4M3",
      scale: "tensor",
      colour: green,
      symbol: "triangle",
      open: true,
    },
    ...[
      { name: "INT4, groups of 32", colour: pink, symbol: "diamond" as const },
      { name: "INT4, groups of 128", colour: violet, symbol: "star" as const },
      { name: "MXFP4", colour: brown, symbol: "wye" as const },
    ].map((one) => ({ ...one, format: one.name, scale: "group" as const })),
  ];

/** Bits a weight against KL on a logarithmic axis: a panel for each method. */
export function bitsSvg(rows: readonly BitsRow[]): string {
  const all = rows.map(({ kl }) => kl);
  const panels = bitsMethods
    .filter((method) => rows.some((row) => row.method === method))
    .map((method) => {
      const points = rows.flatMap((row) => {
        const of = series.find(({ format, scale }) => format === row.format && scale === row.scale);
        if (!of || row.method !== method) return [];
        return [{ series: of.name, x: row.bits, y: row.kl }];
      });
      return labelled({
        heading: method,
        points,
        series,
        width: 400,
        height: 320,
        x: { label: "bits a weight", ticks: [4, 5, 6, 7, 8] },
        y: { label: "KL(float ‖ format), nats a token", type: "log", values: all },
      });
    });
  const title = "KL divergence from the float network over bits a weight";
  return picture({ title, panels, columns: panels.length });
}
