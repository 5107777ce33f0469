import type { LibertyGroup } from "./group.ts";

/**
 * A lookup table of a timing arc. Rows go by the input's transition (for a constraint: the clock's),
 * columns by the load (for a constraint: the data's transition), all in the library's units.
 */
export interface Table {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Row after row. */
  readonly values: readonly number[];
}

const rowVariables = ["input_net_transition", "input_transition_time", "related_pin_transition"];
const columnVariables = ["total_output_net_capacitance", "constrained_pin_transition"];

/** The templates of a library by name. */
export type Templates = ReadonlyMap<string, LibertyGroup>;

/**
 * The table of a group such as `cell_rise`.
 *
 * @throws CostError for axes that are not known, not increasing, or do not fit the values.
 */
export function readTable(group: LibertyGroup, templates: Templates): Table {
  const { source, offset, title } = group;
  const [name = "scalar"] = group.names;
  const template = templates.get(name);
  if (!template && name !== "scalar") {
    source.fail(offset, `${title} names a table template that the library does not have`);
  }
  const values =
    group.numbers("values") ?? source.fail(offset, `${title} must have a table in values`);
  const axes = template ? axesOf(group, template) : [];
  const size = axes.reduce((product, { index }) => product * index.length, 1);
  if (values.length !== size) {
    source.fail(offset, `${title} has ${values.length} values; its axes ask for ${size}`);
  }
  const rows = axes.find(({ variable }) => rowVariables.includes(variable))?.index ?? [0];
  const columns = axes.find(({ variable }) => columnVariables.includes(variable))?.index ?? [0];
  if (rows.length * columns.length !== size) {
    source.fail(offset, `${title} has two axes of one kind; it must have a row and a column axis`);
  }
  const columnsFirst = axes.length === 2 && columnVariables.includes(axes[0]?.variable ?? "");
  return { rows, columns, values: columnsFirst ? transpose(values, columns.length) : values };
}

function axesOf(
  group: LibertyGroup,
  template: LibertyGroup,
): { readonly variable: string; readonly index: readonly number[] }[] {
  const { source, offset, title } = group;
  return [1, 2, 3].flatMap((axis) => {
    const variable = template.text(`variable_${axis}`);
    if (variable === undefined) return [];
    if (![...rowVariables, ...columnVariables].includes(variable)) {
      source.fail(offset, `${title} has the axis ${variable}, which is not a transition or a load`);
    }
    const name = `index_${axis}`;
    const index = group.numbers(name) ?? template.numbers(name) ?? [];
    if (index.length === 0 || index.some((value, at) => at > 0 && value <= (index[at - 1] ?? 0))) {
      source.fail(offset, `${name} of ${title} must be increasing numbers, at least one`);
    }
    return [{ variable, index }];
  });
}

const transpose = (values: readonly number[], outer: number): number[] => {
  const inner = values.length / outer;
  return values.map((_, at) => values[(at % outer) * inner + Math.floor(at / outer)] ?? 0);
};

/** The table at a point: linear between its points, and on from its last two beyond them. */
export function lookup({ rows, columns, values }: Table, row: number, column: number): number {
  const [r, down] = segment(rows, row);
  const [c, right] = segment(columns, column);
  const along = (line: number): number => {
    const at = line * columns.length + c;
    const left = values[at] ?? 0;
    return right === 0 ? left : left + right * ((values[at + 1] ?? left) - left);
  };
  const top = along(r);
  return down === 0 ? top : top + down * (along(r + 1) - top);
}

/** The segment of an axis that a value lies in, and how far along it is. */
function segment(axis: readonly number[], value: number): readonly [number, number] {
  if (axis.length < 2) return [0, 0];
  let at = 0;
  while (at < axis.length - 2 && value >= (axis[at + 1] ?? 0)) at += 1;
  const low = axis[at] ?? 0;
  return [at, (value - low) / ((axis[at + 1] ?? 0) - low)];
}
