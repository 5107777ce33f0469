// Divides a plan at a cut into two plans; what crosses it is an output of the first and an input of the second.

import { at, uint } from "@chisel-ts/core";
import type { Port } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { orderLanes } from "../order.ts";
import type { Group, Plan } from "../plan.ts";
import type { Cut } from "./cut.ts";
import { type Units, unitsOf } from "./units.ts";

/** The two plans. Slots keep their numbers; inputs, outputs and state keep their names. */
export interface Parts {
  readonly first: Plan;
  readonly second: Plan;
  /** The ports that lead from one to the other. */
  readonly crossing: readonly Port[];
}

export function divide(plan: Plan, { first }: Pick<Cut, "first">): Parts {
  const { netlist } = plan;
  const units = unitsOf(netlist);
  const isFirst = units.all.map((_, unit) => first.has(unit));
  const makers = (slot: number): boolean => isFirst[units.makerOf.get(slot) ?? -1] ?? true;
  const read = new Set(units.all.flatMap(({ reads }, unit) => (first.has(unit) ? [] : reads)));
  const crossing = [...units.makerOf.keys()]
    .filter((slot) => makers(slot) && read.has(slot))
    // No port is called so: a name has no blank.
    .map(
      (slot): Port => ({ name: `crossing ${slot}`, type: uint(at(netlist.widths, slot)), slot }),
    );
  const ports = new Set([...netlist.inputs, ...netlist.outputs].map(({ name }) => name));
  const watched = [...netlist.signals].filter(([name]) => !ports.has(name));
  const recorded = [
    ...netlist.outputs,
    ...watched.map(([name, { type, slot }]): Port => ({ name, type, slot })),
  ];
  const [own, others] = [
    recorded.filter(({ slot }) => makers(slot)),
    recorded.filter(({ slot }) => !makers(slot)),
  ];
  return {
    crossing,
    first: partOf(plan, units, {
      within: (unit) => first.has(unit),
      more: [],
      outputs: [...own, ...crossing],
    }),
    second: partOf(plan, units, {
      within: (unit) => !first.has(unit),
      more: crossing,
      outputs: others,
    }),
  };
}

interface Share {
  /** Whether a unit is in it. */
  within(unit: number): boolean;
  /** Inputs beside those of the whole. */
  readonly more: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What some units are of a plan. */
function partOf(
  { netlist, groups }: Plan,
  { all, first }: Units,
  { within, more, outputs }: Share,
): Plan {
  const chosen = <T>(list: readonly T[], start: number): T[] =>
    list.filter((_, index) => within(start + index));
  const numbers = (list: readonly unknown[], start: number): Map<number, number> =>
    new Map(chosen([...list.keys()], start).map((old, now) => [old, now]));
  const memoryNumbers = numbers(netlist.memories, first.memory);
  const keptNumbers = numbers(netlist.kept, first.kept);
  const read = new Set(outputs.map(({ slot }) => slot));
  all.forEach(({ reads }, unit) => {
    if (within(unit)) for (const slot of reads) read.add(slot);
  });
  const cells = chosen(netlist.cells, first.cell).map((cell) =>
    "from" in cell && typeof cell.from === "number"
      ? { ...cell, from: at(memoryNumbers, cell.from) }
      : cell,
  );
  const tables = new Set(cells.flatMap((cell) => ("from" in cell ? [cell.from] : [])));
  const inputs = [...netlist.inputs.filter(({ slot }) => read.has(slot)), ...more];
  const part: Netlist = {
    ...netlist,
    cells,
    inputs,
    outputs,
    registers: chosen(netlist.registers, first.register),
    memories: chosen(netlist.memories, first.memory),
    tables: netlist.tables.filter((table) => tables.has(table)),
    checks: nothing,
    displays: nothing,
    watchedWords: netlist.watchedWords.flatMap((word) => {
      const memory = memoryNumbers.get(word.memory);
      return memory === undefined ? [] : [{ ...word, memory }];
    }),
    kept: chosen(netlist.kept, first.kept),
    results: renumbered(netlist.results, keptNumbers),
    signals: new Map([...inputs, ...outputs].map(({ name, slot, type }) => [name, { slot, type }])),
  };
  const own = groups.map((group) => groupOf(group, keptNumbers));
  return orderLanes({
    netlist: part,
    groups: own.filter(({ lanes }) => lanes.length > 0),
    quiet: [],
  });
}

/** What is evaluated is state of the whole, which has its names. */
const nothing = { cells: [], registers: [], memories: [] };

/** The lanes of a group that are within a part. */
function groupOf(group: Group, numbers: ReadonlyMap<number, number>): Group {
  const lanes = group.lanes.flatMap((lane) => numbers.get(lane) ?? []);
  const old = new Map([...numbers].map(([before, now]) => [now, before]));
  return {
    ...group,
    lanes,
    laneOf: new Map(lanes.map((instance, lane) => [instance, lane])),
    results: renumbered(group.results, numbers),
    stateName: (instance, register) => group.stateName(at(old, instance), register),
  };
}

function renumbered<T extends { readonly instance: number }>(
  list: readonly T[],
  numbers: ReadonlyMap<number, number>,
): T[] {
  return list.flatMap((item) => {
    const instance = numbers.get(item.instance);
    return instance === undefined ? [] : [{ ...item, instance }];
  });
}
