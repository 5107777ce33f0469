// Makes groups of equal cells that have no module around them.

import { at, uint } from "@chisel-ts/core";
import type { Cell, OperationCell } from "../cells.ts";
import type { Netlist } from "../netlist.ts";
import { type Cone, ConeSearch } from "./cones.ts";
import type { Group, Plan, QuietBlock } from "./plan.ts";
import { lanesPerBlock } from "./simd/element.ts";

/**
 * Equal cells without a module around them: registers with the logic that only they read, and trees of operations, that
 * occur so often with the same structure that a loop over vectors is faster. Each becomes a group like the instances of
 * a module; what is left stays as it is.
 */
export function groupEqualCells(plan: Plan): Plan {
  const refused = new Set<string>();
  const quiet = new Set(plan.quiet.flatMap(({ cells }) => cells.map(({ slot }) => slot)));
  for (;;) {
    const cones = new ConeSearch(plan.netlist, quiet).classes(refused);
    if (cones.size === 0) return plan;
    const netlist = withGroups(plan.netlist, cones);
    const groups = [...cones.values()].map((own) => groupOf(netlist, own));
    const serial = [...cones.keys()].filter((_, index) => {
      const stages = new Set(groups[index]?.results.map(({ slot }) => netlist.levels[slot]));
      return stages.size * lanesPerBlock > (groups[index]?.lanes.length ?? 0);
    });
    if (serial.length === 0)
      return {
        netlist,
        groups: [...plan.groups, ...groups],
        quiet: atHand(plan.quiet, netlist),
      };
    for (const key of serial) refused.add(key);
  }
}

/** The blocks without those that depend on registers of a loop, which are read later than what is at hand from the start. */
function atHand(blocks: readonly QuietBlock[], { levels }: Netlist): QuietBlock[] {
  const dropped = new Set<number>();
  return blocks.filter(({ leaves, cells }) => {
    const late = leaves.some((slot) => at(levels, slot) > 0);
    if (!late && !cells.some(({ operands }) => operands.some((slot) => dropped.has(slot))))
      return true;
    for (const { slot } of cells) dropped.add(slot);
    return false;
  });
}

const nameOf = ({ register, root }: Cone): string => register?.name ?? `cells ${root}`;

/** The signal of a kernel that its lanes give. */
const resultName = "result";

/** The netlist in which cones are instances, and what they compute are results. */
function withGroups(netlist: Netlist, classes: ReadonlyMap<string, readonly Cone[]>): Netlist {
  const cones = [...classes.values()].flat();
  const within = new Set(cones.flatMap(({ cells }) => cells.map(({ slot }) => slot)));
  const registers = new Set(cones.map(({ register }) => register));
  const kept = [...netlist.kept];
  const results = [...netlist.results];
  for (const cone of cones) {
    const { register, root, leaves } = cone;
    const instance = kept.push({ name: nameOf(cone), module: undefined, inputs: leaves }) - 1;
    const needs = register ? [] : [...leaves.keys()];
    results.push({ slot: register?.slot ?? root, instance, signal: resultName, needs });
  }
  const changed = {
    ...netlist,
    cells: netlist.cells.filter(({ slot }) => !within.has(slot)),
    registers: netlist.registers.filter((register) => !registers.has(register)),
    kept,
    results,
  };
  return { ...changed, ...inOrder(changed) };
}

/** Cells in an order in which each follows what it reads, and the levels of all slots. */
function inOrder({ widths, cells, results, kept }: Netlist): Pick<Netlist, "cells" | "levels"> {
  const cellOf = new Map(cells.map((cell) => [cell.slot, cell]));
  const behind = new Map<number, readonly number[]>(
    cells.map((cell) => [cell.slot, cell.operands]),
  );
  const steps = new Set<number>();
  for (const { slot, instance, needs } of results) {
    behind.set(
      slot,
      needs.map((input) => at(at(kept, instance).inputs, input)),
    );
    steps.add(slot);
  }
  const levels = new Array<number>(widths.length).fill(-1);
  const ordered: Cell[] = [];
  for (const start of behind.keys()) {
    const stack = [start];
    for (let slot = stack.at(-1); slot !== undefined; slot = stack.at(-1)) {
      const from = at(levels, slot) < 0 ? (behind.get(slot) ?? []) : [];
      const open = from.filter((one) => at(levels, one) < 0);
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      if (at(levels, slot) >= 0) continue;
      const maximum = from.reduce((level, one) => Math.max(level, at(levels, one)), 0);
      levels[slot] = maximum + (steps.has(slot) ? 1 : 0);
      const cell = cellOf.get(slot);
      if (cell) ordered.push(cell);
    }
  }
  return { cells: ordered, levels: levels.map((level) => Math.max(0, level)) };
}

/** The loop of cones of one structure: one of them, with slots of its own. */
function groupOf({ widths, constants, kept, results }: Netlist, cones: readonly Cone[]): Group {
  const [first] = cones;
  if (!first) throw new Error("a class has no cone");
  const own = results.filter(
    ({ signal, instance }) => signal === resultName && kept[instance]?.module === undefined,
  );
  const slots = new Set(cones.map(({ register, root }) => register?.slot ?? root));
  const mine = own.filter(({ slot }) => slots.has(slot));
  const lanes = mine.map(({ instance }) => instance);
  return {
    name: first.register ? `registers like ${first.register.name}` : `cells like ${first.root}`,
    kernel: kernelOf(first, widths, constants),
    lanes,
    laneOf: new Map(lanes.map((instance, lane) => [instance, lane])),
    results: mine,
    stateName: (instance) => kept[instance]?.name ?? "",
  };
}

function kernelOf(
  { register, root, cells, leaves }: Cone,
  widths: readonly number[],
  constants: ReadonlyMap<number, bigint>,
): Netlist {
  const own: { readonly widths: number[]; readonly constants: Map<number, bigint> } = {
    widths: [],
    constants: new Map(),
  };
  const add = (slot: number): number => own.widths.push(at(widths, slot)) - 1;
  const inputs = leaves.map((slot, index) => ({
    name: `input ${index}`,
    type: uint(at(widths, slot)),
    slot: add(slot),
  }));
  const known = new Map<number, number>();
  if (register) known.set(register.slot, add(register.slot));
  let leaf = 0;
  const within = new Set(cells.map(({ slot }) => slot));
  const place = (slot: number): number => {
    const found = known.get(slot);
    if (found !== undefined) return found;
    const constant = constants.get(slot);
    if (constant === undefined) throw new Error(`slot ${slot} is no part of the cone`);
    const added = add(slot);
    own.constants.set(added, constant);
    known.set(slot, added);
    return added;
  };
  const byRoot = new Map(cells.map((cell) => [cell.slot, cell]));
  const ordered: OperationCell[] = [];
  // Leaves are numbered as the search met them: depth first, operands in order.
  const visit = (slot: number): number => {
    const cell = byRoot.get(slot);
    if (!cell) throw new Error(`slot ${slot} is no cell of the cone`);
    const operands = cell.operands.map((operand) =>
      within.has(operand)
        ? visit(operand)
        : constants.has(operand) || operand === register?.slot
          ? place(operand)
          : (inputs[leaf++]?.slot ?? -1),
    );
    const made = { ...cell, slot: add(slot), operands };
    ordered.push(made);
    return made.slot;
  };
  const result = visit(root);
  const state = register && known.get(register.slot);
  return {
    ...own,
    levels: own.widths.map(() => 0),
    cells: ordered,
    inputs,
    outputs: [],
    registers:
      register && state !== undefined
        ? [{ name: register.name, slot: state, next: result, reset: register.reset }]
        : [],
    memories: [],
    tables: [],
    watchedWords: [],
    kept: [],
    results: [],
    checks: nothing,
    displays: nothing,
    signals: new Map([
      [resultName, { slot: state ?? result, type: uint(at(own.widths, state ?? result)) }],
    ]),
  };
}

const nothing = { cells: [], registers: [], memories: [] };
