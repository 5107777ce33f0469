import type { Cell } from "./cell.ts";
import { type Expression, parseExpression } from "./expression.ts";
import type { LibertyGroup } from "./group.ts";
import type { Library } from "./library.ts";
import type { Edges } from "./pin.ts";
import { readTable, type Table, type Templates } from "./table.ts";

/** Energy inside a cell when a pin changes, in the library's capacitive unit times V². */
export interface InternalPower {
  readonly pin: string;
  /** Of an output: the input whose change makes it change. */
  readonly related: string | undefined;
  /** Counts where this holds; always where it is left out. */
  readonly when: Expression | undefined;
  readonly energy: Edges<Table | undefined>;
  /** The output whose load is the third axis of its tables. */
  readonly otherOutput: string | undefined;
  /** The supply that it is taken from; what the inputs of an output share is shared for each supply. */
  readonly supply: string | undefined;
}

/** What a cell's library says of its power. */
export interface CellPower {
  readonly internal: readonly InternalPower[];
  /** Leakage in the library's unit, by state; where no state is described, one row without `when`. */
  readonly leakage: readonly {
    readonly when: Expression | undefined;
    readonly power: number;
  }[];
}

/** Units of a library's power. */
export interface PowerUnits {
  readonly voltage: number;
  /** Watts in its unit of leakage. */
  readonly leakageUnitW: number;
}

const watts: Readonly<Record<string, number>> = { pw: 1e-12, nw: 1e-9, uw: 1e-6, mw: 1e-3 };

/** @throws CostError for a unit that is not known, or a library without a voltage. */
export function powerUnitsOf({ groups, corner, file }: Library): PowerUnits {
  const [group] = groups;
  if (!group) throw new Error(`${file} has no group`);
  const { voltage } = corner;
  if (voltage === undefined || !(voltage > 0)) {
    return group.fail(
      `its voltage is ${voltage ?? "missing"}; power needs nom_voltage or operating_conditions with a voltage`,
    );
  }
  const volts = group.text("voltage_unit") ?? "1V";
  const [, factor = "", unit = ""] = /^([\d.]+)\s*(m?)V$/i.exec(volts.trim()) ?? [];
  if (Number(factor) * (unit === "" ? 1 : 1e-3) !== 1) {
    group.fail(`voltage_unit is ${volts}; 1V is known`, group.attribute("voltage_unit")?.offset);
  }
  const written = group.text("leakage_power_unit") ?? "1nW";
  const [, count = "", leak = ""] = /^([\d.]+)\s*(\w+)$/.exec(written.trim()) ?? [];
  const leakageUnitW = Number(count) * (watts[leak.toLowerCase()] ?? Number.NaN);
  if (!(leakageUnitW > 0)) {
    group.fail(
      `leakage_power_unit is ${written}; it must be like 1nW`,
      group.attribute("leakage_power_unit")?.offset,
    );
  }
  return { voltage, leakageUnitW };
}

/** Reads the power of cells as they are asked for: a library has many that a netlist has none of. */
export class PowerReader {
  readonly #templates = new Map<LibertyGroup["source"], Templates>();
  readonly #known = new Map<Cell, CellPower>();

  constructor({ groups }: Library) {
    for (const group of groups) {
      const named = [
        ...group.children("power_lut_template"),
        ...group.children("lu_table_template"),
      ];
      this.#templates.set(
        group.source,
        new Map(named.toReversed().flatMap((item) => item.names.map((name) => [name, item]))),
      );
    }
  }

  /** @throws CostError for a table, a pin, a number or an expression that cannot be. */
  of(cell: Cell): CellPower {
    const known = this.#known.get(cell);
    if (known) return known;
    const templates = this.#templates.get(cell.group.source) ?? new Map();
    const found = {
      internal: cell.group.groups
        .filter(({ kind }) => kind === "pin")
        .flatMap((group) =>
          group
            .children("internal_power")
            .flatMap((item) => internal(cell, group, item, templates)),
        ),
      leakage: leakageOf(cell),
    };
    this.#known.set(cell, found);
    return found;
  }
}

const state = (cell: Cell, group: LibertyGroup): Expression | undefined => {
  const text = group.text("when");
  if (text === undefined) return undefined;
  return (
    parseExpression(text) ??
    group.fail(`when of ${group.title} in ${cell.name} is ${text}, which is no expression`)
  );
};

function internal(
  cell: Cell,
  pinGroup: LibertyGroup,
  group: LibertyGroup,
  templates: Templates,
): InternalPower[] {
  const table = (kind: string): Table | undefined => {
    const [found] = group.children(kind);
    return found && readTable(found, templates);
  };
  const always = table("power");
  const energy = { rise: table("rise_power") ?? always, fall: table("fall_power") ?? always };
  const when = state(cell, group);
  const related: (string | undefined)[] =
    group
      .text("related_pin")
      ?.split(/[\s,]+/)
      .filter(Boolean) ?? [];
  for (const name of related) {
    if (name !== undefined && !cell.pins.has(name))
      group.fail(`related_pin is ${name}, a pin that the cell does not have`);
  }
  return pinGroup.names.flatMap((pin) =>
    (related.length > 0 ? related : [undefined]).map((one) => ({
      pin,
      related: one,
      when,
      energy,
      otherOutput: group.text("equal_or_opposite_output"),
      supply: group.text("related_pg_pin"),
    })),
  );
}

function leakageOf(cell: Cell): CellPower["leakage"] {
  const { group } = cell;
  const value = (item: LibertyGroup): number =>
    item.number("value") ?? item.fail("leakage_power has no value");
  const rows = group
    .children("leakage_power")
    .map((item) => ({ when: state(cell, item), power: value(item) }));
  const states = rows.filter(({ when }) => when !== undefined);
  if (states.length > 0) return states;
  if (rows.length > 0) return rows;
  const power = group.number("cell_leakage_power");
  return power === undefined ? [] : [{ when: undefined, power }];
}
