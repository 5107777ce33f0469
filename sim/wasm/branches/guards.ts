// Finds cells that are needed only under a condition.

import type { Cell } from "../../cells.ts";

/** A choice under which cells are needed: that a select is 1, or that it is 0, within another one. */
export interface Guard {
  readonly outer: Guard | undefined;
  readonly select: number;
  readonly value: boolean;
  readonly depth: number;
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
const maxDepth = 24;

/** A select, and what it is. */
export type Literal = readonly [select: number, value: boolean];

/** What reads a slot from outside of the cells: always, or where selects are as said. */
export type Use = readonly [slot: number, when?: readonly Literal[] | undefined];

/** The innermost choice that each cell is left out by; none for a cell that is always computed. */
export const guardsOf = (
  cells: readonly Cell[],
  uses: readonly Use[],
  limits: GuardLimits,
): ReadonlyMap<number, Guard> => new Choices(limits).of(cells, uses);

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
