// Finds values that are exact multiples of another value.

import { at, type OperationName } from "@chisel-ts/core";
import type { OperationCell } from "../../../cells.ts";
import type { Netlist } from "../../../netlist.ts";
import { both, Conditions, exclude, type Facts } from "./exclusive.ts";
import { chosen, constant, difference, either, type Factor, shifted, sum } from "./factor.ts";
import { product, rangeOf } from "./range.ts";

/** `factor` times a slot, both read as two's complement of their width; of any slot where the factor is 0. */
export interface Multiple {
  readonly of: number | undefined;
  readonly factor: Factor;
  /** What holds wherever it is not 0. */
  readonly nonZero: Facts;
}

const nothing: Facts = new Map();
const zero: Multiple = { of: undefined, factor: constant(0n), nonZero: nothing };
const one = constant(1n);

const isZero = ({ of }: Multiple): boolean => of === undefined;

/** Operations of a factor, one after the other: a value that takes more counts as one of its own, and the search stays short. */
const deepest = 32;

/** What the result of a cell is a multiple of if it does not overflow; each rule is a theorem on integers. */
type Rule = (search: Search, cell: OperationCell) => Multiple | undefined;

/** Two multiples of one slot, which a rule makes one of. */
type Joined = (a: Multiple, b: Multiple) => Omit<Multiple, "of"> | undefined;

function join(a: Multiple | undefined, b: Multiple | undefined, to: Joined): Multiple | undefined {
  if (!a || !b || (a.of ?? b.of) !== (b.of ?? a.of)) return undefined;
  const joined = to(a, b);
  return joined && { of: a.of ?? b.of, ...joined };
}

const rules: Partial<Readonly<Record<OperationName, Rule>>> = {
  // An extension is the same number.
  signExtend: (search, cell) => search.multiple(at(cell.operands, 0)),

  // The low bits of a number that fits them are the same number.
  slice: (search, { operands, parameters: [, low] }) =>
    low === 0 ? search.multiple(at(operands, 0)) : undefined,

  // A choice of f·x and g·x is x times the same choice of f and g.
  mux: (search, { operands, location }) => {
    const [select = -1, a = -1, b = -1] = operands;
    return join(search.multiple(a), search.multiple(b), (p, q) => ({
      factor: chosen(select, p.factor, q.factor, location),
      nonZero: isZero(q)
        ? both(p.nonZero, search.conditions.facts(select, true))
        : isZero(p)
          ? both(q.nonZero, search.conditions.facts(select, false))
          : nothing,
    }));
  },

  // 0 or n = n: of two numbers of which one is always 0, the other.
  or: (search, { operands, location }) =>
    join(search.multiple(at(operands, 0)), search.multiple(at(operands, 1)), (p, q) =>
      isZero(p) || isZero(q) || exclude(p.nonZero, q.nonZero)
        ? { factor: either(p.factor, q.factor, location), nonZero: nothing }
        : undefined,
    ),

  // f·x + g·x = (f + g)·x.
  add: (search, cell) =>
    search.complementAndOne(cell) ??
    join(search.multiple(at(cell.operands, 0)), search.multiple(at(cell.operands, 1)), (p, q) => ({
      factor: sum(p.factor, q.factor, cell.location),
      nonZero: nothing,
    })),

  // f·x − g·x = (f − g)·x.
  subtract: (search, { operands, location }) =>
    join(search.multiple(at(operands, 0)), search.multiple(at(operands, 1)), (p, q) => ({
      factor: difference(p.factor, q.factor, location),
      nonZero: isZero(p) ? q.nonZero : nothing,
    })),

  // k zeros below f·x make it f·2^k·x.
  concat: (search, cell) => {
    const [high = -1, low = -1, ...more] = cell.operands;
    if (more.length > 0) return undefined;
    const upper = search.multiple(high);
    if (upper && search.constant(low) === 0n) {
      const factor = shifted(upper.factor, search.width(low), cell.location);
      return { ...upper, factor };
    }
    return search.sumOfUpperBits(cell, high, low);
  },
};

/** The multiples of a netlist. */
export class Search {
  readonly conditions: Conditions;
  readonly #netlist: Netlist;
  readonly #cells = new Map<number, OperationCell>();
  readonly #found = new Map<number, Multiple>();

  constructor(netlist: Netlist) {
    this.#netlist = netlist;
    for (const cell of netlist.cells) if ("operation" in cell) this.#cells.set(cell.slot, cell);
    this.conditions = new Conditions(netlist, this.#cells);
    // Each cell follows what it reads.
    for (const cell of this.#cells.values()) {
      const multiple = rules[cell.operation]?.(this, cell);
      if (multiple?.of === undefined || multiple.factor.depth > deepest) continue;
      if (this.#fits(multiple, this.width(cell.slot))) this.#found.set(cell.slot, multiple);
    }
  }

  /** The multiple of another slot that a cell's result is, if it is one. */
  found(slot: number): Multiple | undefined {
    return this.#found.get(slot);
  }

  /** A slot as a multiple: every one is 1 time itself; constants only if they are 0. */
  multiple(slot: number): Multiple | undefined {
    const value = this.constant(slot);
    if (value !== undefined) return value === 0n ? zero : undefined;
    return this.#found.get(slot) ?? { of: slot, factor: one, nonZero: nothing };
  }

  width(slot: number): number {
    return at(this.#netlist.widths, slot);
  }
  constant(slot: number): bigint | undefined {
    return this.#netlist.constants.get(slot);
  }

  /** Whether no value of the slot makes a multiple of it need more bits. */
  #fits({ of, factor }: Multiple, width: number): boolean {
    const [values, room] = [product(factor, rangeOf(this.width(of ?? -1))), rangeOf(width)];
    return values.low >= room.low && values.high <= room.high;
  }

  #cell(slot: number, operation: OperationName): OperationCell | undefined {
    const cell = this.#cells.get(slot);
    return cell?.operation === operation ? cell : undefined;
  }

  /** not(n) + 1 = −n. */
  complementAndOne({ operands, location }: OperationCell): Multiple | undefined {
    const [a = -1, b = -1] = operands;
    const other = this.constant(b) === 1n ? a : this.constant(a) === 1n ? b : undefined;
    const not = other === undefined ? undefined : this.#cell(other, "not");
    const of = not && this.multiple(at(not.operands, 0));
    return of && { ...of, factor: difference(zero.factor, of.factor, location) };
  }

  /**
   * The low k bits of n below the sum of m and what is above them in n: m·2^k + n, since they add nothing to m. The bits above
   * are those of n up to its sign, extended or not.
   */
  sumOfUpperBits({ location }: OperationCell, high: number, low: number): Multiple | undefined {
    const below = this.#cell(low, "slice");
    const sumCell = this.#cell(high, "add");
    const whole = below?.operands[0];
    if (!below || !sumCell || whole === undefined || below.parameters[1] !== 0) return undefined;
    const k = this.width(low);
    const isAbove = (slot: number): boolean => {
      const extended = this.#cell(slot, "signExtend");
      const slice = this.#cell(extended ? at(extended.operands, 0) : slot, "slice");
      const [top, bottom] = slice?.parameters ?? [];
      return slice?.operands[0] === whole && bottom === k && top === this.width(whole) - 1;
    };
    const [a = -1, b = -1] = sumCell.operands;
    const addend = isAbove(b) ? a : isAbove(a) ? b : undefined;
    if (addend === undefined) return undefined;
    return join(this.multiple(addend), this.multiple(whole), (p, q) => ({
      factor: sum(shifted(p.factor, k, location), q.factor, location),
      nonZero: nothing,
    }));
  }
}
