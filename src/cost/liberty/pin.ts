import type { LibertyGroup } from "./group.ts";
import type { Sense } from "./sense.ts";
import { readTable, type Table, type Templates } from "./table.ts";

/** What a library says once for all of its cells. */
export interface Defaults {
  readonly templates: Templates;
  readonly library: LibertyGroup;
  readonly capacitance: Readonly<Record<Pin["direction"], number>>;
  readonly maxCapacitance: number | undefined;
}

/** @throws CostError for a default that is no number. */
export function defaultsOf(library: LibertyGroup): Defaults {
  const capacitance = (direction: string) => library.number(`default_${direction}_pin_cap`) ?? 0;
  const [input, output, inout] = ["input", "output", "inout"].map(capacitance);
  return {
    library,
    templates: new Map(
      library
        .children("lu_table_template")
        .flatMap((item) => item.names.map((name) => [name, item])),
    ),
    capacitance: { input: input ?? 0, output: output ?? 0, inout: inout ?? 0, internal: 0 },
    maxCapacitance: library.number("default_max_capacitance"),
  };
}

/** A value for a rising and one for a falling edge. */
export interface Edges<T> {
  readonly rise: T;
  readonly fall: T;
}

/** Delay from a related pin to the pin that has the arc, or a constraint between them. */
export interface TimingArc {
  readonly relatedPin: string;
  /** `combinational`, `rising_edge`, `setup_rising`, … */
  readonly type: string;
  readonly sense: Sense;
  readonly delay: Edges<Table | undefined>;
  readonly transition: Edges<Table | undefined>;
  readonly constraint: Edges<Table | undefined>;
  /** The output whose load is the third axis of its tables. */
  readonly relatedOutput: string | undefined;
}

export interface Pin<Arc = TimingArc> {
  readonly name: string;
  readonly direction: "input" | "output" | "inout" | "internal";
  /** Boolean function of an output over the cell's inputs and state. */
  readonly function: string | undefined;
  /** In the library's capacitive unit: of a range the greater, since what is slowest is looked for. */
  readonly capacitance: Edges<number>;
  readonly maxCapacitance: number | undefined;
  readonly timing: readonly Arc[];
}

/** An arc whose sense may follow from the function. */
export type WrittenArc = Omit<TimingArc, "sense"> & { readonly sense: Sense | undefined };

const directions = ["input", "output", "inout", "internal"] as const;

/**
 * @param groups what describes it, its own first and then its bus'.
 * @param related the pins that a related pin's text stands for, a bit or a bus.
 * @throws CostError for a direction, number or table that cannot be.
 */
export function readPin(
  name: string,
  groups: readonly LibertyGroup[],
  { templates, capacitance, maxCapacitance }: Defaults,
  related: (written: string) => readonly string[],
): Pin<WrittenArc> {
  const first = <T>(read: (group: LibertyGroup) => T | undefined): T | undefined => {
    for (const group of groups) {
      const found = read(group);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const number = (wanted: string) => first((group) => group.number(wanted));
  const direction =
    first((group) => group.word("direction", directions)) ??
    groups[0]?.fail(`pin ${name} has no direction`) ??
    "internal";
  const both = number("capacitance") ?? capacitance[direction];
  const edge = (kind: "rise" | "fall"): number =>
    first((group) => group.numbers(`${kind}_capacitance_range`)?.[1]) ??
    number(`${kind}_capacitance`) ??
    both;
  return {
    name,
    direction,
    function: first((group) => group.text("function")),
    capacitance: { rise: edge("rise"), fall: edge("fall") },
    maxCapacitance:
      number("max_capacitance") ?? (direction === "output" ? maxCapacitance : undefined),
    timing: groups
      .flatMap((group) => group.children("timing"))
      .flatMap((timing) => readArcs(timing, templates, related)),
  };
}

const senses = ["positive_unate", "negative_unate", "non_unate"] as const;

/** One arc for each related pin. */
function readArcs(
  group: LibertyGroup,
  templates: Templates,
  related: (written: string) => readonly string[],
): WrittenArc[] {
  const table = (kind: string): Table | undefined => {
    const [found] = group.children(kind);
    return found && readTable(found, templates);
  };
  const edges = (kind: (edge: "rise" | "fall") => string): Edges<Table | undefined> => ({
    rise: table(kind("rise")),
    fall: table(kind("fall")),
  });
  const arc = {
    type: group.text("timing_type")?.toLowerCase() ?? "combinational",
    sense: group.word("timing_sense", senses),
    delay: edges((edge) => `cell_${edge}`),
    transition: edges((edge) => `${edge}_transition`),
    constraint: edges((edge) => `${edge}_constraint`),
    relatedOutput: group.text("related_output_pin"),
  };
  const names = (attribute: string): string[] =>
    group
      .text(attribute)
      ?.split(/[\s,]+/)
      .filter(Boolean) ?? [];
  const pins = names("related_pin").flatMap(related);
  return pins.map((relatedPin) => ({ ...arc, relatedPin }));
}
