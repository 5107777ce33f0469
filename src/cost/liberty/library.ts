import { type Cell, readCell } from "./cell.ts";
import type { LibertyGroup } from "./group.ts";
import { parseLiberty } from "./parse.ts";

/** Where a library was characterised, as it says itself. */
export interface Corner {
  readonly name: string | undefined;
  readonly process: number | undefined;
  readonly voltage: number | undefined;
  readonly temperature: number | undefined;
}

/** What synthesis and timing need to know of a Liberty file. */
export interface Library {
  readonly file: string;
  readonly name: string;
  /** Picoseconds in its time unit. */
  readonly timeUnitPs: number;
  /** Femtofarads in its capacitive unit. */
  readonly capacitiveUnitFf: number;
  readonly corner: Corner;
  readonly cells: ReadonlyMap<string, Cell>;
}

/**
 * Reads a Liberty text with NLDM tables.
 *
 * @param file its name, for messages.
 * @throws CostError with the line, what is wrong, and what would be right.
 */
export function readLibrary(file: string, text: string): Library {
  const group = parseLiberty(file, text);
  const { source, offset } = group;
  const model = group.text("delay_model") ?? "table_lookup";
  if (model !== "table_lookup") {
    source.fail(offset, `the library's delay_model is ${model}; it must be table_lookup (NLDM)`);
  }
  const templates = new Map(
    group.children("lu_table_template").flatMap((item) => item.names.map((name) => [name, item])),
  );
  const cells = group.children("cell").map((cell) => readCell(cell, templates));
  if (cells.length === 0) source.fail(offset, `${group.title} has no cells`);
  return {
    file,
    name: group.names[0] ?? "",
    timeUnitPs: timeUnit(group),
    capacitiveUnitFf: capacitiveUnit(group),
    corner: cornerOf(group),
    cells: new Map(cells.map((cell) => [cell.name, cell])),
  };
}

const picoseconds: Readonly<Record<string, number>> = { ns: 1000, ps: 1, us: 1e6 };

function timeUnit(group: LibertyGroup): number {
  const written = group.text("time_unit") ?? "1ns";
  const [, factor = "", unit = ""] = /^([\d.]+)\s*(\w+)$/.exec(written.trim()) ?? [];
  const value = Number(factor) * (picoseconds[unit] ?? Number.NaN);
  if (value > 0) return value;
  const { offset } = group.attribute("time_unit") ?? group;
  return group.source.fail(offset, `time_unit is ${written}; it must be like 1ns, 10ps`);
}

const femtofarads: Readonly<Record<string, number>> = { ff: 1, pf: 1000 };

function capacitiveUnit(group: LibertyGroup): number {
  const { values, offset } = group.attribute("capacitive_load_unit") ?? {
    ...{ values: [], offset: group.offset },
  };
  const value = Number(values[0]) * (femtofarads[values[1]?.toLowerCase() ?? ""] ?? Number.NaN);
  if (value > 0) return value;
  return group.source.fail(
    offset,
    `capacitive_load_unit is (${values.join(", ")}); it must be like (1, pf)`,
  );
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
