// Finds under which choices a value matters, through cells and results of instances.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import type { Literal, Use } from "./guards.ts";
import { impliedBy } from "./implied.ts";

/** Selects and what they are whenever a value matters: where one of them is otherwise, the value may be anything. */
export type Need = ReadonlyMap<number, boolean>;

const always: Need = new Map();

/** Literals of a need at most; fewer are right too. */
const maxLiterals = 16;

/** The needs of the slots that some uses depend on. */
export class Needs {
  readonly #netlist: Netlist;
  readonly #cells: ReadonlyMap<number, Cell>;
  readonly #of = new Map<number, Need>();
  readonly #implied = new Map<string, Need>();
  readonly #within = new Map<Need, Map<Need, Need>>();

  constructor(netlist: Netlist, uses: readonly Use[], needed: ReadonlySet<number>) {
    this.#netlist = netlist;
    this.#cells = new Map(netlist.cells.map((cell) => [cell.slot, cell]));
    for (const [slot, when = []] of uses)
      this.#use(
        slot,
        when.reduce((need, literal) => this.#and(need, literal), always),
      );
    for (const { cells, results } of levelsDown(netlist, needed)) {
      for (const cell of cells) this.#cell(cell);
      for (const { slot, instance, needs } of results)
        for (const input of needs)
          this.#use(at(at(netlist.kept, instance).inputs, input), this.of(slot));
    }
  }

  /** What is so whenever a slot matters. */
  of(slot: number): Need {
    return this.#of.get(slot) ?? always;
  }

  /** The literals that hold whenever any of some slots matters, without those that others imply. */
  common(slots: readonly number[], isKnown: (select: number) => boolean): Literal[] {
    const [first = always, ...others] = slots.map((slot) => this.of(slot));
    const shared = [...others.reduce(intersection, first)].filter(([select]) => isKnown(select));
    const implied = new Set(
      shared.flatMap(([select, value]) =>
        [...this.#implies(select, value).keys()].filter((other) => other !== select),
      ),
    );
    return shared.filter(([select]) => !implied.has(select)).sort(([a], [b]) => a - b);
  }

  #cell(cell: Cell): void {
    const need = this.of(cell.slot);
    const [select = -1, then = -1, otherwise = -1] = cell.operands;
    if ("operation" in cell && cell.operation === "mux") {
      this.#use(select, need);
      this.#use(then, this.#and(need, [select, true]));
      this.#use(otherwise, this.#and(need, [select, false]));
    } else if ("operation" in cell && cell.operation === "and" && this.#isBit(cell.slot)) {
      const level = (slot: number): number => at(this.#netlist.levels, slot);
      // What is known earlier decides whether the other side is looked at.
      const [first, second] = level(select) <= level(then) ? [select, then] : [then, select];
      this.#use(first, need);
      this.#use(second, this.#and(need, [first, true]));
    } else for (const operand of cell.operands) this.#use(operand, need);
  }

  #use(slot: number, need: Need): void {
    const known = this.#of.get(slot);
    this.#of.set(slot, known ? intersection(known, need) : need);
  }

  #and(need: Need, [select, value]: Literal): Need {
    const more = this.#implies(select, value);
    const inner = this.#within.get(need) ?? new Map<Need, Need>();
    this.#within.set(need, inner);
    const known = inner.get(more);
    if (known) return known;
    const both = new Map([...need, ...more]);
    const kept = both.size > maxLiterals ? need : both;
    inner.set(more, kept);
    return kept;
  }

  /** A literal and what follows from it, but for constants. */
  #implies(select: number, value: boolean): Need {
    const key = `${select} ${value}`;
    const known = this.#implied.get(key);
    if (known) return known;
    const all = impliedBy([select, value], (slot) => this.#cells.get(slot), maxLiterals);
    const { constants } = this.#netlist;
    const found: Need = new Map([...all].filter(([slot]) => !constants.has(slot)));
    this.#implied.set(key, found);
    return found;
  }

  #isBit(slot: number): boolean {
    return this.#netlist.widths[slot] === 1;
  }
}

/** What two needs agree on. */
function intersection(a: Need, b: Need): Need {
  if (a === b || a.size === 0) return a;
  const shared = new Map([...a].filter(([select, value]) => b.get(select) === value));
  return shared.size === a.size ? a : shared;
}

/** Cells and results level after level, the last first, so that everything comes before what it depends on. */
function levelsDown({ cells, results, levels }: Netlist, needed: ReadonlySet<number>) {
  const byLevel: { cells: Cell[]; results: Netlist["results"][number][] }[] = [];
  const of = (slot: number) => {
    const level = at(levels, slot);
    byLevel[level] ??= { cells: [], results: [] };
    return byLevel[level];
  };
  for (const cell of cells) if (needed.has(cell.slot)) of(cell.slot).cells.push(cell);
  for (const result of results) if (needed.has(result.slot)) of(result.slot).results.push(result);
  return byLevel
    .filter((level) => level !== undefined)
    .reverse()
    .map((level) => ({ ...level, cells: level.cells.reverse() }));
}
