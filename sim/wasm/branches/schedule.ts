// Orders cells for branches: those of one choice stand together, and multiplexers of one select become one branch.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import { append } from "../append.ts";
import { type Guard, type GuardLimits, guardsOf, type Use } from "./guards.ts";

/** What is computed where a select is 1, and where it is 0. */
export interface Branch {
  readonly select: number;
  readonly ifOne: Block;
  readonly ifZero: Block;
  /** Multiplexers of this select, which take their sides at the ends of the branch. */
  readonly muxes: readonly Cell[];
}

export type Item = Cell | Branch;

/** Items, each after those that it reads. */
export type Block = readonly Item[];

/** What branches are made for. */
export interface BranchLimits extends GuardLimits {
  /** Fewer multiplexers of one select are not worth a branch of their own; none are where it is absent. */
  readonly minMuxes?: number;
}

/**
 * Puts cells, each after those that it reads, in an order in which those that are needed only where a multiplexer takes one of its
 * sides are in a branch.
 */
export function branched(
  cells: readonly Cell[],
  uses: readonly Use[],
  limits: BranchLimits,
): Block {
  const guards = guardsOf(cells, uses, limits);
  return new Schedule(cells, guards, limits).ordered();
}

/** The cells of a block, those of its branches included. */
export const cellsIn = (block: Block): readonly Cell[] =>
  block.flatMap((item) =>
    "select" in item ? [...cellsIn(item.ifOne), ...cellsIn(item.ifZero), ...item.muxes] : [item],
  );

/** The selects of the branches of a block, inner ones included. */
export const selectsIn = (block: Block): readonly number[] =>
  block.flatMap((item) =>
    "select" in item ? [item.select, ...selectsIn(item.ifOne), ...selectsIn(item.ifZero)] : [],
  );

/** What is within a choice, or outside of all. */
interface Scope {
  /** Places of cells that can be computed, the first one last. */
  readonly ready: number[];
  /** Places of multiplexers that can take their sides, by their select. */
  readonly muxes: Map<number, number[]>;
  /** The choices inside, by their select. */
  readonly inner: Map<number, Guard[]>;
  /** Selects of choices inside within which something can be computed. */
  readonly open: Set<number>;
  /** How many can be computed here and inside. */
  within: number;
}

/** Cells that can be computed, in their first order as far as their choices allow. */
class Schedule {
  readonly #cells: readonly Cell[];
  readonly #guards: ReadonlyMap<number, Guard>;
  readonly #minMuxes: number;
  readonly #scopes = new Map<Guard | undefined, Scope>();
  readonly #readers = new Map<number, number[]>();
  /** How many operands of a cell are not there yet. */
  readonly #missing: number[];
  /** Multiplexers that wait for others of their select. */
  readonly #joined = new Set<number>();

  constructor(
    cells: readonly Cell[],
    guards: ReadonlyMap<number, Guard>,
    { minMuxes, accepts }: BranchLimits,
  ) {
    this.#cells = cells;
    this.#guards = guards;
    this.#minMuxes = minMuxes ?? Number.POSITIVE_INFINITY;
    const places = new Map(cells.map(({ slot }, place) => [slot, place]));
    for (const guard of new Set(guards.values())) this.#scope(guard);
    this.#missing = cells.map((cell, place) => {
      // The select is read where the choice begins.
      const selects: number[] = [];
      for (let own = this.#guardAt(place); own; own = own.outer) selects.push(own.select);
      const needs = new Set([...cell.operands, ...selects].filter((slot) => places.has(slot)));
      for (const slot of needs) append(this.#readers, slot, place);
      return needs.size;
    });
    if (minMuxes !== undefined) this.#join(minMuxes, accepts);
  }

  /** Finds multiplexers that share a select with others, or with cells of a branch. */
  #join(minMuxes: number, accepts: (select: number) => boolean): void {
    const bySelect = new Map<Scope, Map<number, number[]>>();
    this.#cells.forEach((cell, place) => {
      const [select = -1] = cell.operands;
      if (!("operation" in cell) || cell.operation !== "mux" || !accepts(select)) return;
      const scope = this.#scope(this.#guardAt(place));
      const own = bySelect.get(scope) ?? new Map<number, number[]>();
      bySelect.set(scope, own);
      append(own, select, place);
    });
    for (const [scope, own] of bySelect)
      for (const [select, places] of own)
        if (places.length >= minMuxes || scope.inner.has(select))
          for (const place of places) this.#joined.add(place);
  }

  ordered(): Block {
    // The last first, as they are kept.
    const free = this.#missing.flatMap((count, place) => (count === 0 ? [place] : []));
    for (const place of free.reverse()) this.#enter(place);
    return this.#visit(undefined);
  }

  #guardAt(place: number): Guard | undefined {
    return this.#guards.get(this.#cells[place]?.slot ?? -1);
  }

  #scope(guard: Guard | undefined): Scope {
    const known = this.#scopes.get(guard);
    if (known) return known;
    const scope: Scope = {
      ready: [],
      muxes: new Map(),
      inner: new Map(),
      open: new Set(),
      within: 0,
    };
    this.#scopes.set(guard, scope);
    if (guard) append(this.#scope(guard.outer).inner, guard.select, guard);
    return scope;
  }

  #enter(place: number): void {
    const guard = this.#guardAt(place);
    const { ready, muxes } = this.#scope(guard);
    if (this.#joined.has(place)) append(muxes, at(this.#cells[place]?.operands ?? [], 0), place);
    else {
      // Places mostly come in order, so the end is looked at first; the minimum is taken from there.
      let end = ready.length;
      while (end > 0 && at(ready, end - 1) < place) end -= 1;
      ready.splice(end, 0, place);
    }
    this.#count(guard, 1);
  }

  #count(guard: Guard | undefined, more: number): void {
    for (let own = guard; own; own = own.outer) {
      const scope = this.#scope(own);
      scope.within += more;
      if (scope.within > 0) this.#scope(own.outer).open.add(own.select);
    }
  }

  /** Computes what can be within a choice, its own cells before those of choices inside. */
  #visit(guard: Guard | undefined): Block {
    const { ready, muxes, inner, open } = this.#scope(guard);
    const items: Item[] = [];
    for (;;) {
      for (let place = ready.pop(); place !== undefined; place = ready.pop())
        items.push(this.#take(place));
      const [select] = open;
      if (select !== undefined) {
        open.delete(select);
        const own = (inner.get(select) ?? []).filter((one) => this.#scope(one).within > 0);
        if (own.length === 0) continue;
        const [ifOne, ifZero] = [true, false].map((value) =>
          own.filter((one) => one.value === value).flatMap((one) => this.#visit(one)),
        ) as [Item[], Item[]];
        items.push({ select, ifOne, ifZero, muxes: this.#takeMuxes(muxes, select) });
        continue;
      }
      if (muxes.size === 0) return items;
      const waiting = [...muxes];
      const many = waiting.filter(([, places]) => places.length >= this.#minMuxes);
      for (const [one] of many)
        items.push({ select: one, ifOne: [], ifZero: [], muxes: this.#takeMuxes(muxes, one) });
      // Others of a select may still come, but only behind some of those that are there.
      if (many.length === 0)
        for (const [one] of waiting) items.push(...this.#takeMuxes(muxes, one));
    }
  }

  #takeMuxes(muxes: Map<number, number[]>, select: number): Cell[] {
    const places = muxes.get(select) ?? [];
    muxes.delete(select);
    return places.map((place) => this.#take(place));
  }

  #take(place: number): Cell {
    const cell = this.#cells[place];
    if (!cell) throw new Error(`there is no cell ${place}`);
    this.#count(this.#guardAt(place), -1);
    for (const reader of this.#readers.get(cell.slot) ?? []) {
      const left = at(this.#missing, reader) - 1;
      this.#missing[reader] = left;
      if (left === 0) this.#enter(reader);
    }
    return cell;
  }
}
