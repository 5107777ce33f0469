import { type Axis, labelled, type Panel, picture, seriesOf } from "../../chart/index.ts";
import { html, raw } from "../html.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";

export const training: Section = {
  id: "training",
  title: "Training",
  about:
    "The loss in float and in RF8, the shape ν of the weights' distribution, and the bits that a weight takes, over the steps.",
  command: "rf8 train -o MODEL",
  takes: (command) => command === "train",
  async show(documents) {
    const rows = documents.flatMap((document) => document.parts("history"));
    const curves = picture({ title: "Training curves", columns: 3, panels: panels(rows) });
    const floors = documents.map((document) => document.numberOrNull("floor_nats"));
    const floor = floors.find((value) => value !== null);
    return html`${rows.length > 0 ? raw(curves) : ""}
${floor === undefined || floor === null ? "" : html`<p>The entropy rate of the text, which no loss can be below: ${floor.toFixed(4)} nats a token.</p>`}
${table(
  "Steps that were measured",
  [
    { heading: "step", value: (row: Part) => row.number("step") },
    { heading: "loss", value: (row) => row.numberOrNull("loss") },
    { heading: "validation loss", value: (row) => row.number("validation_loss") },
    { heading: "validation loss in RF8", value: (row) => row.number("validation_loss_rf8") },
    { heading: "ν", value: (row) => row.number("nu") },
    { heading: "exp-Golomb bits", value: (row) => row.number("eg0_bits") },
    { heading: "entropy bits", value: (row) => row.number("entropy_bits") },
  ],
  rows,
)}`;
  },
};

const panels = (rows: readonly Part[]): Panel[] => [
  panel(rows, "Loss", "nats a token", { validation_loss: "float", validation_loss_rf8: "RF8" }),
  panel(rows, "Shape of the weights", "ν of the generalized Gaussian", { nu: "ν" }),
  panel(rows, "Bits", "bits a weight", { eg0_bits: "exp-Golomb", entropy_bits: "entropy" }),
];

function panel(
  rows: readonly Part[],
  heading: string,
  label: string,
  lines: Readonly<Record<string, string>>,
): Panel {
  const x: Axis = { label: "step", zero: true, ticks: 4 };
  const points = Object.entries(lines).flatMap(([key, series]) =>
    rows.map((row) => ({ series, x: row.number("step"), y: row.number(key) })),
  );
  return labelled({
    heading,
    points,
    series: seriesOf(Object.values(lines)),
    x,
    y: { label, ticks: 5 },
  });
}
