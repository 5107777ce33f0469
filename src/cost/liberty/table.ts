import { at } from "@chisel-ts/core";
import type { LibertyGroup } from "./group.ts";

/**
 * A lookup table of a timing arc or of internal power. Rows go by the input's transition (for a constraint: the clock's),
 * columns by the load (for a constraint: the data's transition), planes by the load of another output of
 * the cell, all in the library's units.
 */
export interface Table {
  /** One or none where the values do not depend on another output. */
  readonly planes?: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Plane after plane, row after row. */
  readonly values: readonly number[];
}

const kinds = ["plane", "row", "column"] as const;

/** The kind of axis that each variable of a template is. */
const variables: Readonly<Record<string, (typeof kinds)[number]>> = {
  input_net_transition: "row",
  input_transition_time: "row",
  related_pin_transition: "row",
  total_output_net_capacitance: "column",
  constrained_pin_transition: "column",
  related_out_total_output_net_capacitance: "plane",
  equal_or_opposite_output_net_capacitance: "plane",
};

/** The templates of a library by name. */
export type Templates = ReadonlyMap<string, LibertyGroup>;

interface Axis {
  readonly kind: (typeof kinds)[number];
  readonly index: readonly number[];
}

/**
 * The table of a group such as `cell_rise`.
 *
 * @throws CostError for axes that are not known, not increasing, or do not fit the values.
 */
export function readTable(group: LibertyGroup, templates: Templates): Table {
  const { title } = group;
  const [name = "scalar"] = group.names;
  const template = templates.get(name);
  if (!template && name !== "scalar") {
    group.fail(`${title} names a table template that the library does not have`);
  }
  const values = group.numbers("values") ?? group.fail(`${title} must have a table in values`);
  const axes = template ? axesOf(group, template) : [];
  const size = axes.reduce((product, { index }) => product * index.length, 1);
  if (values.length !== size) {
    group.fail(`${title} has ${values.length} values; its axes ask for ${size}`);
  }
  if (new Set(axes.map(({ kind }) => kind)).size !== axes.length) {
    group.fail(`${title} has two axes of one kind; it must have a row and a column axis`);
  }
  const indexOf = (kind: Axis["kind"]) => axes.find((axis) => axis.kind === kind)?.index;
  const planes = indexOf("plane");
  return {
    ...(planes && { planes }),
    rows: indexOf("row") ?? [0],
    columns: indexOf("column") ?? [0],
    values: inOrder(values, axes),
  };
}

function axesOf(group: LibertyGroup, template: LibertyGroup): Axis[] {
  const { title } = group;
  return [1, 2, 3].flatMap((axis) => {
    const variable = template.text(`variable_${axis}`)?.toLowerCase();
    if (variable === undefined) return [];
    const kind =
      variables[variable] ??
      group.fail(`${title} has the axis ${variable}, which is not a transition or a load`);
    const name = `index_${axis}`;
    const index = group.numbers(name) ?? template.numbers(name) ?? [];
    if (index.length === 0 || index.some((value, i) => i > 0 && value <= at(index, i - 1))) {
      group.fail(`${name} of ${title} must be increasing numbers, at least one`);
    }
    return [{ kind, index }];
  });
}

/** The values in the order of planes, rows and columns; the last axis as it is written changes fastest. */
function inOrder(values: readonly number[], axes: readonly Axis[]): readonly number[] {
  const strides = new Map<Axis, number>();
  let stride = 1;
  for (const axis of axes.toReversed()) {
    strides.set(axis, stride);
    stride *= axis.index.length;
  }
  const sorted = [...axes].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  if (sorted.every((axis, i) => axis === axes[i])) return values;
  let places = [0];
  for (const axis of sorted) {
    const step = at(strides, axis);
    places = places.flatMap((place) => axis.index.map((_, i) => place + i * step));
  }
  return places.map((place) => at(values, place));
}

/** The table at a point: linear between its points, and on from its last two beyond them. */
export function lookup(
  { planes = [0], rows, columns, values }: Table,
  row: number,
  column: number,
  plane = 0,
): number {
  const [p, deep] = segment(planes, plane);
  const [r, down] = segment(rows, row);
  const [c, right] = segment(columns, column);
  const along = (line: number): number => {
    const place = line * columns.length + c;
    const left = at(values, place);
    return right === 0 ? left : left + right * (at(values, place + 1) - left);
  };
  const across = (level: number): number => {
    const line = level * rows.length + r;
    const top = along(line);
    return down === 0 ? top : top + down * (along(line + 1) - top);
  };
  const near = across(p);
  return deep === 0 ? near : near + deep * (across(p + 1) - near);
}

/** The segment of an axis that a value lies in, and how far along it is. */
function segment(axis: readonly number[], value: number): readonly [number, number] {
  if (axis.length < 2) return [0, 0];
  let place = 0;
  while (place < axis.length - 2 && value >= at(axis, place + 1)) place += 1;
  const low = at(axis, place);
  return [place, (value - low) / (at(axis, place + 1) - low)];
}
