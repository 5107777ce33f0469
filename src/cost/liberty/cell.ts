import type { LibertyGroup } from "./group.ts";
import { readTable, type Table, type Templates } from "./table.ts";

/** A value for a rising and one for a falling edge. */
export interface Edges<T> {
  readonly rise: T;
  readonly fall: T;
}

export type Sense = "positive_unate" | "negative_unate" | "non_unate";

/** Delay from a related pin to the pin that has the arc, or a constraint between them. */
export interface TimingArc {
  readonly relatedPin: string;
  /** `combinational`, `rising_edge`, `setup_rising`, … */
  readonly type: string;
  readonly sense: Sense;
  readonly delay: Edges<Table | undefined>;
  readonly transition: Edges<Table | undefined>;
  readonly constraint: Edges<Table | undefined>;
}

export interface Pin {
  readonly name: string;
  readonly direction: "input" | "output" | "inout" | "internal";
  /** Boolean function of an output over the cell's inputs and state. */
  readonly function: string | undefined;
  /** In the library's capacitive unit. */
  readonly capacitance: Edges<number>;
  readonly maxCapacitance: number | undefined;
  readonly timing: readonly TimingArc[];
}

/** What a `ff` group says, as Boolean functions. */
export interface FlipFlop {
  readonly clockedOn: string;
  readonly nextState: string;
}

export interface Cell {
  readonly name: string;
  /** In the library's unit, µm² by custom. */
  readonly area: number;
  readonly pins: ReadonlyMap<string, Pin>;
  readonly flipFlop: FlipFlop | undefined;
  /** It holds state: a flip-flop, a latch, a state table, or a memory. */
  readonly sequential: boolean;
  /** State that is open to its data while an input is at a level: a latch, or a gated clock's. */
  readonly transparent: boolean;
  /** Not for ordinary logic: marked `dont_use`, or a cell of power or clock management. */
  readonly reserved: boolean;
}

const reservedFlags = ["dont_use", "is_isolation_cell", "is_level_shifter", "always_on"];
const reservedKinds = ["clock_gating_integrated_cell", "switch_cell_type", "retention_cell"];

/** @throws CostError for a cell without an area, or a pin that cannot be. */
export function readCell(group: LibertyGroup, templates: Templates): Cell {
  const [name = ""] = group.names;
  const flipFlop = group.children("ff")[0];
  const has = (kinds: RegExp): boolean => group.groups.some(({ kind }) => kinds.test(kind));
  return {
    name,
    area: group.number("area") ?? group.source.fail(group.offset, `${group.title} has no area`),
    pins: new Map(
      group
        .children("pin")
        .flatMap((pin) => pin.names.map((pinName) => [pinName, readPin(pinName, pin, templates)])),
    ),
    flipFlop: flipFlop && {
      clockedOn: needed(flipFlop, "clocked_on"),
      nextState: needed(flipFlop, "next_state"),
    },
    sequential: has(/^(ff|latch)(_bank)?$|^statetable$|^memory$/),
    transparent: has(/^latch(_bank)?$|^statetable$/),
    reserved:
      reservedFlags.some((flag) => group.flag(flag)) ||
      reservedKinds.some((kind) => group.attribute(kind) !== undefined),
  };
}

const needed = (group: LibertyGroup, name: string): string =>
  group.text(name) ?? group.source.fail(group.offset, `${group.title} has no ${name}`);

const directions = ["input", "output", "inout", "internal"] as const;

function readPin(name: string, group: LibertyGroup, templates: Templates): Pin {
  const { source, offset, title } = group;
  const written = needed(group, "direction");
  const direction =
    directions.find((known) => known === written) ??
    source.fail(
      offset,
      `${title} has the direction ${written}; ${directions.join(", ")} are known`,
    );
  const both = group.number("capacitance") ?? 0;
  return {
    name,
    direction,
    function: group.text("function"),
    capacitance: {
      rise: group.number("rise_capacitance") ?? both,
      fall: group.number("fall_capacitance") ?? both,
    },
    maxCapacitance: group.number("max_capacitance"),
    timing: group.children("timing").flatMap((timing) => readArcs(timing, templates)),
  };
}

const senses = ["positive_unate", "negative_unate", "non_unate"] as const;

/** One arc for each related pin. */
function readArcs(group: LibertyGroup, templates: Templates): TimingArc[] {
  const { source, offset } = group;
  const table = (kind: string): Table | undefined => {
    const [found] = group.children(kind);
    return found && readTable(found, templates);
  };
  const edges = (kind: (edge: "rise" | "fall") => string): Edges<Table | undefined> => ({
    rise: table(kind("rise")),
    fall: table(kind("fall")),
  });
  const written = group.text("timing_sense") ?? "non_unate";
  const arc = {
    type: group.text("timing_type") ?? "combinational",
    sense:
      senses.find((known) => known === written) ??
      source.fail(offset, `timing_sense is ${written}; ${senses.join(", ")} are known`),
    delay: edges((edge) => `cell_${edge}`),
    transition: edges((edge) => `${edge}_transition`),
    constraint: edges((edge) => `${edge}_constraint`),
  };
  const related = group.text("related_pin")?.split(/\s+/).filter(Boolean) ?? [];
  return related.map((relatedPin) => ({ ...arc, relatedPin }));
}
