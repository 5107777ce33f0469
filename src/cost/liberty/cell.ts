import { membersOf } from "./bus.ts";
import { parseFunction } from "./function.ts";
import type { LibertyGroup } from "./group.ts";
import { type Defaults, type Pin, readPin, type WrittenArc } from "./pin.ts";
import { senseOf } from "./sense.ts";

export interface Cell {
  readonly name: string;
  /** In the library's unit, µm² by custom; a reserved cell may have none. */
  readonly area: number | undefined;
  /** By name; of a bus, by bit: `D[0]`. */
  readonly pins: ReadonlyMap<string, Pin>;
  /** It holds state: a flip-flop, a latch, a state table, or a memory. */
  readonly sequential: boolean;
  /** State that is open to its data while an input is at a level: a latch, or a gated clock's. */
  readonly transparent: boolean;
  /** Not for ordinary logic: marked `dont_use`, or a cell of power or clock management. */
  readonly reserved: boolean;
  /** As the file has it. */
  readonly group: LibertyGroup;
}

const reservedFlags = ["dont_use", "is_isolation_cell", "is_level_shifter", "always_on"];
const reservedKinds = ["clock_gating_integrated_cell", "switch_cell_type", "retention_cell"];

/** @throws CostError for an ordinary cell without an area, or a pin that cannot be. */
export function readCell(group: LibertyGroup, defaults: Defaults): Cell {
  const [name = ""] = group.names;
  const has = (kinds: RegExp): boolean => group.groups.some(({ kind }) => kinds.test(kind));
  const reserved =
    reservedFlags.some((flag) => group.flag(flag)) ||
    reservedKinds.some((kind) => group.attribute(kind) !== undefined);
  const area = group.number("area");
  if (area === undefined ? !reserved : area < 0) {
    group.fail(
      area === undefined ? "it has no area" : `its area is ${area}; it must not be negative`,
    );
  }
  return {
    name,
    area,
    reserved,
    group,
    pins: pinsOf(group, defaults),
    sequential: has(/^(ff|latch)(_bank)?$|^statetable$|^memory$/),
    transparent: has(/^latch(_bank)?$|^statetable$/),
  };
}

function pinsOf(group: LibertyGroup, defaults: Defaults): Map<string, Pin> {
  const members = group.groups.flatMap((item) => membersOf(item, defaults.library));
  const buses = new Map<string, string[]>();
  for (const { name, bus } of members) {
    if (bus === undefined) continue;
    const bits = buses.get(bus) ?? [];
    bits.push(name);
    buses.set(bus, bits);
  }
  const pins = new Map<string, Pin<WrittenArc>>();
  for (const { name, bus, groups } of members) {
    if (pins.has(name)) groups[0]?.fail(`it has two pins ${name}`);
    const place = buses.get(bus ?? "")?.indexOf(name) ?? 0;
    const width = buses.get(bus ?? "")?.length;
    const related = (written: string): string[] => {
      const bits = buses.get(written.replace(/\[\d+:\d+\]$/, ""));
      if (!bits) return [written];
      return bits.length === width ? bits.slice(place, place + 1) : bits;
    };
    pins.set(name, readPin(name, groups, defaults, related));
  }
  for (const { name, timing } of pins.values()) {
    const lost = timing.find(({ relatedPin }) => !pins.has(relatedPin));
    if (lost)
      group.fail(`pin ${name} has an arc from ${lost.relatedPin}, a pin that it does not have`);
  }
  return withSenses(pins);
}

/** An arc without a sense has that of the output's function. */
const withSenses = (pins: ReadonlyMap<string, Pin<WrittenArc>>): Map<string, Pin> =>
  new Map(
    [...pins].map(([name, pin]) => {
      const found = pin.function === undefined ? undefined : parseFunction(pin.function);
      const timing = pin.timing.map((arc) => ({
        ...arc,
        sense: arc.sense ?? (found ? senseOf(found, arc.relatedPin) : "non_unate"),
      }));
      return [name, { ...pin, timing }];
    }),
  );
