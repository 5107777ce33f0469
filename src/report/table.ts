import { type Html, html } from "./html.ts";

export interface Column<Row> {
  /** With the unit. */
  readonly heading: string;
  /** As the document has it; `null` for what is not known. */
  value(row: Row): string | number | null;
}

/** Rows of a table; the file that a browser saves has them all to the last digit. */
const maxRows = 300;

/** Letters that a text has at most which stays in one line. */
const oneLine = 24;

/** Four digits; whole numbers in full. */
const shown = (value: number): string =>
  Number.isInteger(value)
    ? value.toLocaleString("en-US")
    : Math.abs(value) >= 1e3
      ? Math.round(value).toLocaleString("en-US")
      : Math.abs(value) < 1e-3
        ? value.toExponential(3)
        : String(Number(value.toPrecision(4)));

/** A table that the page's program makes sortable and savable. Cells have their values exactly in `data-value`. */
export function table<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  const cell = (value: string | number | null): Html =>
    value === null
      ? html`<td class="none">–</td>`
      : typeof value === "number"
        ? html`<td class="figure" data-value="${value}">${shown(value)}</td>`
        : html`<td${value.length <= oneLine ? html` class="short"` : ""}>${value}</td>`;
  // A column of which nothing is known may have been one of figures.
  const isFigure = (value: Column<Row>["value"]): boolean =>
    !rows.some((row) => typeof value(row) === "string");
  const left = rows.length - maxRows;
  return html`<div class="table" role="region" tabindex="0" aria-label="${name}"><table>
<caption>${name}</caption>
<thead><tr>${columns.map(({ heading, value }) => html`<th scope="col" class="${isFigure(value) ? "figure" : ""}">${heading}</th>`)}</tr></thead>
<tbody>
${rows.slice(0, maxRows).map((row) => html`<tr>${columns.map((column) => cell(column.value(row)))}</tr>\n`)}</tbody>
</table></div>${left > 0 ? html`<p class="note">${left} more rows are in the command's own output.</p>` : ""}`;
}
