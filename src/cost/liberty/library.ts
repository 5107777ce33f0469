import { type Cell, readCell } from "./cell.ts";
import type { LibertyGroup } from "./group.ts";
import { parseLiberty } from "./parse.ts";
import { defaultsOf } from "./pin.ts";

/** Where a library was characterised, as it says itself. */
export interface Corner {
  readonly name: string | undefined;
  readonly process: number | undefined;
  readonly voltage: number | undefined;
  readonly temperature: number | undefined;
}

/** What synthesis and timing need to know of a Liberty file, or of several that are one library. */
export interface Library {
  readonly file: string;
  readonly name: string;
  /** Picoseconds in its time unit. */
  readonly timeUnitPs: number;
  /** Femtofarads in its capacitive unit. */
  readonly capacitiveUnitFf: number;
  readonly corner: Corner;
  readonly cells: ReadonlyMap<string, Cell>;
  /** The `library` group of each file. */
  readonly groups: readonly LibertyGroup[];
}

/**
 * Reads a Liberty text with NLDM tables.
 *
 * @param file its name, for messages.
 * @throws CostError with the line, the cell, what is wrong, and what would be right.
 */
export function readLibrary(file: string, text: string): Library {
  const group = parseLiberty(file, text);
  const model = group.text("delay_model") ?? "table_lookup";
  if (model.toLowerCase() !== "table_lookup") {
    group.fail(`the library's delay_model is ${model}; it must be table_lookup (NLDM)`);
  }
  const defaults = defaultsOf(group);
  const cells = new Map<string, Cell>();
  for (const item of group.children("cell")) {
    addCell(cells, readCell(item, defaults));
  }
  if (cells.size === 0) group.fail(`${group.title} has no cells`);
  return {
    file,
    name: group.names.at(0) ?? "",
    cells,
    groups: [group],
    timeUnitPs: timeUnit(group),
    capacitiveUnitFf: capacitiveUnit(group),
    corner: cornerOf(group),
  };
}

function addCell(cells: Map<string, Cell>, cell: Cell): void {
  const known = cells.get(cell.name)?.group;
  if (known) {
    const { file } = known.source;
    cell.group.fail(
      `it has been described before, at ${file}:${known.source.lineOf(known.offset)}; one cell has one description`,
    );
  }
  cells.set(cell.name, cell);
}

/**
 * Libraries that come in several files as one.
 *
 * @throws CostError where their units or corners differ, or two describe the same cell.
 */
export function mergeLibraries([first, ...others]: readonly [Library, ...Library[]]): Library {
  const cells = new Map(first.cells);
  for (const other of others) {
    for (const [what, own, its] of [
      ["time_unit in ps", first.timeUnitPs, other.timeUnitPs],
      ["capacitive_load_unit in fF", first.capacitiveUnitFf, other.capacitiveUnitFf],
      ["voltage", first.corner.voltage, other.corner.voltage],
      ["temperature", first.corner.temperature, other.corner.temperature],
    ] as const) {
      if (own !== its) {
        other.groups[0]?.fail(
          `its ${what} is ${its}, that of ${first.file} ${own}; files of one library have the same`,
        );
      }
    }
    for (const cell of other.cells.values()) addCell(cells, cell);
  }
  const all = [first, ...others];
  return {
    ...first,
    file: all.map(({ file }) => file).join(", "),
    cells,
    groups: all.flatMap(({ groups }) => groups),
  };
}

const picoseconds: Readonly<Record<string, number>> = { ns: 1000, ps: 1, us: 1e6 };

function timeUnit(group: LibertyGroup): number {
  const written = group.text("time_unit") ?? "1ns";
  const [, factor = "", unit = ""] = /^([\d.]+)\s*(\w+)$/.exec(written.trim()) ?? [];
  const value = Number(factor) * (picoseconds[unit.toLowerCase()] ?? Number.NaN);
  if (value > 0) return value;
  const { offset } = group.attribute("time_unit") ?? group;
  return group.source.fail(offset, `time_unit is ${written}; it must be like 1ns, 10ps`);
}

const femtofarads: Readonly<Record<string, number>> = { ff: 1, pf: 1000 };

function capacitiveUnit(group: LibertyGroup): number {
  const { values, offset } = group.attribute("capacitive_load_unit") ?? {
    values: undefined,
    offset: group.offset,
  };
  const [factor, unit = ""] = values ?? [];
  const value = Number(factor) * (femtofarads[unit.toLowerCase()] ?? Number.NaN);
  if (value > 0) return value;
  const written = values ? `is (${values.join(", ")})` : "is missing";
  return group.source.fail(offset, `capacitive_load_unit ${written}; it must be like (1, pf)`);
}

function cornerOf(group: LibertyGroup): Corner {
  const name = group.text("default_operating_conditions");
  const conditions = group
    .children("operating_conditions")
    .find((candidate) => name === undefined || candidate.names[0] === name);
  return {
    name: name ?? conditions?.names[0],
    process: conditions?.number("process") ?? group.number("nom_process"),
    voltage: conditions?.number("voltage") ?? group.number("nom_voltage"),
    temperature: conditions?.number("temperature") ?? group.number("nom_temperature"),
  };
}
