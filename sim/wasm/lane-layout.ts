// Chooses the element size and the arrays of a group's values.

import { at } from "@chisel-ts/core";
import type { Cell, OperationCell } from "../cells.ts";
import type { Netlist } from "../netlist.ts";
import type { Group, Plan } from "./plan.ts";
import { type ElementBytes, elementFor, lanesPerBlock } from "./simd/element.ts";

export const wordsOf = (width: number): number => Math.ceil(width / 64);

/** One value of every lane, side by side; bits of an element above the width may be anything. */
export interface LaneArray {
  readonly address: number;
  readonly bytes: ElementBytes;
  readonly width: number;
  /** The parameter of a loop that is added to the address, where it changes from call to call. */
  readonly row?: number;
}

/** An input of a group: elements side by side, each of so many lanes in a row. */
export interface LaneInput extends LaneArray {
  /** 1, or a power of two of whole blocks of lanes that take the same, or all lanes. */
  readonly lanesEach: number;
  /** Whether it is read where it is made; otherwise it is brought to an array of the group. */
  readonly inPlace: boolean;
}

export const wholeBlocks = ({ lanes }: Group): number =>
  lanesPerBlock * Math.ceil(lanes.length / lanesPerBlock);

/** Arrays of the registers and results of a group, by their slots in its kernel. */
export function valuesOf(group: Group, take: (bytes: number) => number): Map<number, LaneArray> {
  const { kernel, results } = group;
  const wanted = new Set(kernel.registers.map(({ slot }) => slot));
  for (const { signal } of results) {
    const slot = kernel.signals.get(signal)?.slot;
    if (slot !== undefined) wanted.add(slot);
  }
  return new Map(
    [...wanted].map((slot) => {
      const width = at(kernel.widths, slot);
      const bytes = elementFor(width);
      return [slot, { address: take(bytes * wholeBlocks(group)), bytes, width }];
    }),
  );
}

/** What is placed already, and what places more. */
interface Placed {
  readonly elements: ReadonlyMap<number, LaneArray>;
  readonly state: ReadonlySet<number>;
  readonly take: (bytes: number) => number;
}

/**
 * The inputs of a group, in place where the elements stand as its lanes read them. A group that holds state reads its inputs
 * while that of others is replaced, so what is state is copied for it.
 */
export function inputsOf(
  { kept }: Netlist,
  group: Group,
  { elements, state, take }: Placed,
): LaneInput[] {
  return group.kernel.inputs.map(({ type: { width } }, index) => {
    const slots = group.lanes.map((lane) => at(at(kept, lane).inputs, index));
    const lanesEach = lanesOfOne(slots);
    const bytes = elementFor(width);
    const sources = slots.filter((_, lane) => lane % lanesEach === 0);
    const [first] = sources.map((slot) => elements.get(slot));
    const inPlace =
      first?.bytes === bytes &&
      sources.every(
        (slot, place) =>
          !state.has(slot) && elements.get(slot)?.address === first.address + bytes * place,
      );
    const count = lanesEach === 1 ? wholeBlocks(group) : sources.length;
    const address = inPlace ? first.address : take(bytes * count);
    return { address, bytes, width, lanesEach, inPlace };
  });
}

/** How many lanes in a row take the same: all, or a power of two of blocks, or one. */
function lanesOfOne(slots: readonly number[]): number {
  const change = slots.findIndex((slot) => slot !== slots[0]);
  if (change < 0) return Math.max(1, slots.length);
  for (let each = 2 ** Math.floor(Math.log2(change)); each >= lanesPerBlock; each /= 2) {
    if (slots.every((slot, lane) => slot === slots[lane - (lane % each)])) return each;
  }
  return 1;
}

/** Slices of up to 64 bits that begin at a byte of a value that is wider, and so in memory. */
export function slicesOf(
  { cells, widths, constants }: Netlist,
  slots: readonly number[],
): [number, LaneArray][] {
  return cells.flatMap((cell): [number, LaneArray][] => {
    if (!isPlacedSlice(cell, widths, constants)) return [];
    const [from = -1] = cell.operands;
    const [, low = 0] = cell.parameters;
    const width = at(widths, cell.slot);
    const address = at(slots, from) + low / 8;
    return [[cell.slot, { address, bytes: elementFor(width), width }]];
  });
}

/** Whether a cell is such a slice. */
export function isPlacedSlice(
  cell: Cell,
  widths: readonly number[],
  constants: ReadonlyMap<number, bigint>,
): cell is OperationCell {
  if (!("operation" in cell) || cell.operation !== "slice") return false;
  const [from = -1] = cell.operands;
  const [, low = 0] = cell.parameters;
  const [width, wide] = [at(widths, cell.slot), at(widths, from)];
  if (width > 64 || wide <= 64 || low % 8 !== 0 || constants.has(from)) return false;
  return low / 8 + elementFor(width) <= 8 * wordsOf(wide);
}

/** What a clock edge replaces, and slices of it. */
export function stateOf({ netlist, groups }: Plan): Set<number> {
  const { registers, memories, cells } = netlist;
  const state = new Set(registers.map(({ slot }) => slot));
  for (const { reads } of memories) for (const { slot } of reads) state.add(slot);
  for (const { kernel, results } of groups) {
    const own = new Set(kernel.registers.map(({ slot }) => slot));
    for (const { slot, signal } of results)
      if (own.has(kernel.signals.get(signal)?.slot ?? -1)) state.add(slot);
  }
  for (const cell of cells)
    if ("operation" in cell && cell.operation === "slice" && state.has(at(cell.operands, 0)))
      state.add(cell.slot);
  return state;
}

/** The element that each result of a kept instance is, beside those that are known. */
export function elementsOf(
  groups: readonly Group[],
  values: readonly ReadonlyMap<number, LaneArray>[],
  known: ReadonlyMap<number, LaneArray>,
): Map<number, LaneArray> {
  const elements = new Map(known);
  groups.forEach(({ results, laneOf, kernel }, index) => {
    for (const { slot, instance, signal } of results) {
      const lane = laneOf.get(instance);
      const array = values[index]?.get(kernel.signals.get(signal)?.slot ?? -1);
      if (lane === undefined || !array) continue;
      elements.set(slot, { ...array, address: array.address + lane * array.bytes });
    }
  });
  return elements;
}
