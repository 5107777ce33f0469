// Finds cells that are needed only under a condition, and orders them for branches.

import { at } from "@chisel-ts/core";
import type { Cell } from "../cells.ts";

/** A choice under which cells are needed: that a select is 1, or that it is 0, within another one. */
export interface Guard {
  readonly outer: Guard | undefined;
  readonly select: number;
  readonly value: boolean;
  readonly depth: number;
}

/** A cell and the innermost choice that it is left out by. */
export interface Guarded<C extends Cell> {
  readonly cell: C;
  readonly guard: Guard | undefined;
}

export interface GuardLimits {
  /** Fewer cells than this are not worth a branch. */
  readonly min: number;
  /** More would make one piece of code too large. */
  readonly max: number;
  /** Whether a select may be branched on. */
  accepts(select: number): boolean;
  /** Whether a slot has one bit. */
  isBit(slot: number): boolean;
}

/** Choices within choices at most. */
const maxDepth = 8;

/** A select, and what it is. */
export type Literal = readonly [select: number, value: boolean];

/** What reads a slot from outside of the cells: always, or where selects are as said. */
export type Use = readonly [slot: number, when?: readonly Literal[] | undefined];

/**
 * Finds which cells are needed only where a multiplexer takes one of its sides, and puts the cells, each after those that it
 * reads, in an order in which those of one choice stand together.
 */
export function guardCells<C extends Cell>(
  cells: readonly C[],
  uses: readonly Use[],
  limits: GuardLimits,
): readonly Guarded<C>[] {
  const guards = new Choices(limits).of(cells, uses);
  return guards.size === 0
    ? cells.map((cell) => ({ cell, guard: undefined }))
    : new Schedule(cells, guards).ordered();
}

/** Finds the choice of each cell. */
class Choices {
  readonly #limits: GuardLimits;
  readonly #inner = new Map<Guard | undefined, Map<string, Guard>>();
  /** The choice of a slot so far; `undefined` within is always. */
  readonly #of = new Map<number, Guard | undefined>();

  constructor(limits: GuardLimits) {
    this.#limits = limits;
  }

  of(cells: readonly Cell[], uses: readonly Use[]): ReadonlyMap<number, Guard> {
    const own = new Set(cells.map(({ slot }) => slot));
    for (const [slot, when = []] of uses) {
      let guard: Guard | undefined;
      for (const [select, value] of when) guard = this.#within(guard, select, value);
      this.#use(slot, guard);
    }
    for (const cell of [...cells].reverse()) {
      const guard = this.#of.get(cell.slot);
      const [select = -1, then = -1, otherwise = -1] = cell.operands;
      if ("operation" in cell && cell.operation === "mux") {
        this.#use(select, guard);
        this.#use(then, this.#within(guard, select, true));
        this.#use(otherwise, this.#within(guard, select, false));
      } else if ("operation" in cell && cell.operation === "and" && this.#limits.isBit(cell.slot)) {
        this.#and(select, then, guard, own);
      } else for (const operand of cell.operands) this.#use(operand, guard);
    }
    return this.#worthwhile(cells);
  }

  /** One bit that is at hand from the start decides whether the other one is looked at. */
  #and(a: number, b: number, guard: Guard | undefined, own: ReadonlySet<number>): void {
    const [select, other] = own.has(a) ? [b, a] : [a, b];
    this.#use(select, guard);
    this.#use(other, own.has(select) ? guard : this.#within(guard, select, true));
  }

  #use(slot: number, guard: Guard | undefined): void {
    this.#of.set(slot, this.#of.has(slot) ? common(this.#of.get(slot), guard) : guard);
  }

  #within(outer: Guard | undefined, select: number, value: boolean): Guard | undefined {
    const depth = (outer?.depth ?? 0) + 1;
    if (depth > maxDepth || !this.#limits.accepts(select)) return outer;
    const inner = this.#inner.get(outer) ?? new Map<string, Guard>();
    this.#inner.set(outer, inner);
    const key = `${select} ${value}`;
    const guard = inner.get(key) ?? { outer, select, value, depth };
    inner.set(key, guard);
    return guard;
  }

  /** The choices that leave out neither too few cells nor too many. */
  #worthwhile(cells: readonly Cell[]): Map<number, Guard> {
    const sizes = new Map<Guard, number>();
    for (const { slot, operands } of cells) {
      // A value that is put together of many costs as much as many cells.
      const size = Math.max(1, operands.length - 2);
      for (let guard = this.#of.get(slot); guard; guard = guard.outer)
        sizes.set(guard, (sizes.get(guard) ?? 0) + size);
    }
    const { min, max } = this.#limits;
    const kept = new Map<Guard, Guard | undefined>();
    const keep = (guard: Guard | undefined): Guard | undefined => {
      if (!guard || kept.has(guard)) return guard && kept.get(guard);
      const outer = keep(guard.outer);
      const size = sizes.get(guard) ?? 0;
      const own = size < min || size > max ? outer : { ...guard, outer };
      kept.set(guard, own);
      return own;
    };
    const found = new Map<number, Guard>();
    for (const { slot } of cells) {
      const guard = keep(this.#of.get(slot));
      if (guard) found.set(slot, guard);
    }
    return found;
  }
}

/** The innermost choice that two have in common. */
export function common(a: Guard | undefined, b: Guard | undefined): Guard | undefined {
  let [one, other] = [a, b];
  while (one !== other) {
    if ((one?.depth ?? 0) >= (other?.depth ?? 0)) one = one?.outer;
    else other = other?.outer;
  }
  return one;
}

/** Cells that can be computed, in their first order as far as their choices allow. */
class Schedule<C extends Cell> {
  readonly #cells: readonly C[];
  readonly #guards: ReadonlyMap<number, Guard>;
  readonly #places: ReadonlyMap<number, number>;
  readonly #readers = new Map<number, number[]>();
  /** How many operands of a cell are not there yet. */
  readonly #missing: number[];
  /** Places of cells that can be computed, by their choice, in order. */
  readonly #ready = new Map<Guard | undefined, number[]>();
  /** How many can be within a choice. */
  readonly #within = new Map<Guard, number>();
  readonly #inner = new Map<Guard | undefined, Set<Guard>>();
  readonly #ordered: Guarded<C>[] = [];

  constructor(cells: readonly C[], guards: ReadonlyMap<number, Guard>) {
    this.#cells = cells;
    this.#guards = guards;
    this.#places = new Map(cells.map(({ slot }, place) => [slot, place]));
    for (const guard of guards.values()) {
      for (let own: Guard | undefined = guard; own; own = own.outer) {
        const inner = this.#inner.get(own.outer) ?? new Set<Guard>();
        this.#inner.set(own.outer, inner.add(own));
      }
    }
    this.#missing = cells.map((cell, place) => {
      // The select is read where the choice begins.
      const guard = guards.get(cell.slot);
      const selects: number[] = [];
      for (let own = guard; own; own = own.outer) selects.push(own.select);
      const needs = new Set(
        [...cell.operands, ...selects].filter((slot) => this.#places.has(slot)),
      );
      for (const slot of needs) {
        const readers = this.#readers.get(slot) ?? [];
        this.#readers.set(slot, readers);
        readers.push(place);
      }
      return needs.size;
    });
  }

  ordered(): readonly Guarded<C>[] {
    this.#missing.forEach((count, place) => {
      if (count === 0) this.#enter(place);
    });
    this.#visit(undefined);
    return this.#ordered;
  }

  #guardAt(place: number): Guard | undefined {
    return this.#guards.get(this.#cells[place]?.slot ?? -1);
  }

  #enter(place: number): void {
    const guard = this.#guardAt(place);
    const ready = this.#ready.get(guard) ?? [];
    this.#ready.set(guard, ready);
    // Places mostly come in order, so the end is looked at first; the minimum is taken from there.
    let end = ready.length;
    while (end > 0 && at(ready, end - 1) < place) end -= 1;
    ready.splice(end, 0, place);
    for (let own = guard; own; own = own.outer)
      this.#within.set(own, (this.#within.get(own) ?? 0) + 1);
  }

  /** Computes what can be within a choice, its own cells before those of choices inside. */
  #visit(guard: Guard | undefined): void {
    for (;;) {
      const ready = this.#ready.get(guard) ?? [];
      for (let place = ready.pop(); place !== undefined; place = ready.pop()) this.#take(place);
      const inner = [...(this.#inner.get(guard) ?? [])].find((own) => this.#within.get(own));
      if (!inner) return;
      this.#visit(inner);
    }
  }

  #take(place: number): void {
    const cell = this.#cells[place];
    if (!cell) throw new Error(`there is no cell ${place}`);
    const guard = this.#guardAt(place);
    for (let own = guard; own; own = own.outer)
      this.#within.set(own, (this.#within.get(own) ?? 0) - 1);
    this.#ordered.push({ cell, guard });
    for (const reader of this.#readers.get(cell.slot) ?? []) {
      const left = at(this.#missing, reader) - 1;
      this.#missing[reader] = left;
      if (left === 0) this.#enter(reader);
    }
  }
}

/** Writes the beginnings and ends of choices as code goes from one to another. */
export class GuardWriter {
  #now: Guard | undefined;
  readonly #begin: (guard: Guard) => void;
  readonly #end: (guard: Guard) => void;

  constructor(begin: (guard: Guard) => void, end: (guard: Guard) => void) {
    this.#begin = begin;
    this.#end = end;
  }

  to(guard: Guard | undefined): void {
    const shared = common(this.#now, guard);
    for (; this.#now && this.#now !== shared; this.#now = this.#now.outer) this.#end(this.#now);
    const open: Guard[] = [];
    for (let own = guard; own && own !== shared; own = own.outer) open.push(own);
    for (const own of open.reverse()) this.#begin(own);
    this.#now = guard;
  }
}
