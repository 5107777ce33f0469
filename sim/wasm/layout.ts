import { at, type ir } from "@chisel-ts/core";
import type { MemoryCell, Port } from "../cells.ts";
import { elementBytes } from "../column.ts";
import type { Netlist } from "../netlist.ts";
import type { InstructionName } from "./instructions.ts";
import type { Group, Plan } from "./plan.ts";
import { type ElementBytes, elementFor, lanesPerBlock } from "./simd/element.ts";

/** How elements narrower than a word are stored and loaded; others take `i64.store` and `i64.load`. */
export const narrowStores: Readonly<Record<number, InstructionName>> = {
  1: "i64.store8",
  2: "i64.store16",
  4: "i64.store32",
};
export const narrowLoads: Readonly<Record<number, InstructionName>> = {
  1: "i64.load8_u",
  2: "i64.load16_u",
  4: "i64.load32_u",
};

export const wordsOf = (width: number): number => Math.ceil(width / 64);

/** One value of every lane, side by side; bits of an element above the width may be anything. */
export interface LaneArray {
  readonly address: number;
  readonly bytes: ElementBytes;
  readonly width: number;
}

/** An input of a group: elements side by side, each of so many lanes in a row. */
export interface LaneInput extends LaneArray {
  /** 1, or a power of two of whole blocks of lanes that take the same, or all lanes. */
  readonly lanesEach: number;
  /** Whether it is read where it is made; otherwise it is brought to an array of the group. */
  readonly inPlace: boolean;
}

/** What a group has in memory. */
export interface GroupLayout {
  readonly group: Group;
  /** Lanes, rounded up to whole blocks. */
  readonly lanes: number;
  readonly inputs: readonly LaneInput[];
  /** Registers and results by their slots in the kernel; a register that is a result has one array. */
  readonly values: ReadonlyMap<number, LaneArray>;
}

/**
 * V8 takes 50,000 locals a function: more words of next states and memory writes than this wait in memory,
 * and then the clock edge may be divided among functions.
 */
const maxHeldWords = 8_000;

/** What one WebAssembly memory holds at most. */
const maxBytes = 2 ** 32;

export interface ColumnPlace {
  readonly port: Port;
  readonly address: number;
}

/** Where everything stands in linear memory, in bytes; values are little-endian. */
export interface Layout {
  /** The 64-bit words of a slot: state, ports, watched signals, and whatever is wider than 64 bits. */
  readonly slots: readonly number[];
  readonly groups: readonly GroupLayout[];
  /**
   * What is read where it is: inputs of up to 64 bits, as packed as the elements of columns, results of kept instances, and
   * slices of wide values that begin at a byte.
   */
  readonly elements: ReadonlyMap<number, LaneArray>;
  /** Next states wider than 64 bits, or all where there are many, wait here until every read is done. */
  readonly shadows: ReadonlyMap<number, number>;
  /** Whether all next states wait there, so that the clock edge may be divided. */
  readonly divides: boolean;
  readonly memories: ReadonlyMap<MemoryCell, number>;
  readonly tables: ReadonlyMap<ir.Table, number>;
  /** A word of the widest memory: what is written where nothing is to be written. */
  readonly nowhere: number;
  /** Words of the widest value. */
  readonly widest: number;
  /** Room for three such values and a word: what shifts and products work on. */
  readonly scratch: number;
  /** The columns that a batch reads, one for every input; all columns have room for `blockCycles` elements. */
  readonly columns: readonly ColumnPlace[];
  /** The columns that it writes: outputs and watched signals. */
  readonly recorded: readonly ColumnPlace[];
  /** Cycles that one call runs at most. */
  readonly blockCycles: number;
  /** The first byte of the columns, and the one after them. */
  readonly columnsStart: number;
  readonly end: number;
}

/** Bytes of all columns of a batch at most, unless a single cycle takes more: they stay in the second-level cache. */
const maxColumnBytes = 1 << 18;

export function layOut({ netlist, groups }: Plan): Layout {
  const ports = new Set([...netlist.inputs, ...netlist.outputs].map(({ name }) => name));
  // Address 0 stays unused, so that a forgotten address shows.
  let end = 64;
  const take = (bytes: number): number => {
    const address = end;
    end += 16 * Math.ceil(bytes / 16);
    return address;
  };
  const widthOf = (slot: number): number => at(netlist.widths, slot);
  const inputs = inputElements(netlist, end);
  end = inputs.end;
  const placed = new Set([...netlist.results.map(({ slot }) => slot), ...inputs.addresses.keys()]);
  const slots = netlist.widths.map((width, slot) => {
    const address = end;
    if (!placed.has(slot)) end += 8 * wordsOf(width);
    return inputs.addresses.get(slot) ?? address;
  });
  const values = groups.map((group) => valuesOf(group, take));
  const elements = elementsOf(groups, values, inputs.elements);
  for (const [slot, element] of slicesOf(netlist, slots)) elements.set(slot, element);
  const changing = stateOf({ netlist, groups });
  const layouts = groups.map((group, index): GroupLayout => {
    const state = group.kernel.registers.length > 0 ? changing : new Set<number>();
    return {
      ...{ group, lanes: wholeBlocks(group), values: values[index] ?? new Map() },
      inputs: inputsOf(netlist, group, elements, state, take),
    };
  });
  const stateSlots = [
    ...netlist.registers.map(({ slot }) => slot),
    ...netlist.memories.flatMap(({ reads }) => reads.map(({ slot }) => slot)),
  ];
  const written = netlist.memories.flatMap(({ writes }) => writes.map(({ data }) => data));
  const words = [...stateSlots, ...written].reduce((sum, slot) => sum + wordsOf(widthOf(slot)), 0);
  const divides = words > maxHeldWords;
  const shadows = new Map(
    stateSlots
      .filter((slot) => widthOf(slot) > 64 || divides)
      .map((slot) => [slot, take(8 * wordsOf(widthOf(slot)))]),
  );
  const memories = new Map(
    netlist.memories.map((cell) => [
      cell,
      take(8 * wordsOf(cell.memory.width) * cell.memory.depth),
    ]),
  );
  const tables = new Map(
    netlist.tables.map((table) => [table, take(8 * wordsOf(table.width) * table.depth)]),
  );
  const widest = wordsOf(netlist.widths.reduce((maximum, width) => Math.max(maximum, width), 64));
  const scratch = take(8 * (3 * widest + 1));
  const nowhere = take(8 * widest);
  for (const { slot, memory, word } of netlist.watchedWords) {
    const cell = netlist.memories[memory];
    if (!cell) throw new Error(`there is no memory ${memory}`);
    slots[slot] = (memories.get(cell) ?? 0) + 8 * wordsOf(cell.memory.width) * word;
  }

  const watched = [...netlist.signals].filter(([name]) => !ports.has(name));
  const recorded = [
    ...netlist.outputs,
    ...watched.map(([name, { type, slot }]) => ({ name, type, slot })),
  ];
  const rowBytes = [...netlist.inputs, ...recorded].reduce(
    (sum, { type }) => sum + elementBytes(type.width),
    0,
  );
  const blockCycles = Math.max(1, Math.min(65_536, Math.floor(maxColumnBytes / (rowBytes + 1))));
  const columnsStart = end;
  const place = (port: Port): ColumnPlace => ({
    port,
    address: take(elementBytes(port.type.width) * blockCycles),
  });
  const columns = netlist.inputs.map(place);
  const places = { columns, recorded: recorded.map(place) };
  if (end > maxBytes) throw tooLarge(netlist, end);
  return {
    ...{
      slots,
      groups: layouts,
      elements,
      shadows,
      divides,
      memories,
      tables,
    },
    ...{ ...places, widest, scratch, nowhere, blockCycles, columnsStart, end },
  };
}

/** Names the memory that takes the most. */
function tooLarge({ memories }: Netlist, bytes: number): RangeError {
  const bytesOf = ({ memory }: MemoryCell): number => 8 * wordsOf(memory.width) * memory.depth;
  const [first] = [...memories].sort((a, b) => bytesOf(b) - bytesOf(a));
  const needed = `the wasm engine needs ${bytes} bytes for this design and has ${maxBytes}`;
  if (!first) return new RangeError(needed);
  const { depth, width, location } = first.memory;
  return new RangeError(
    `${needed}: memory ${first.name} of ${location} has ${depth} words of ${width} bits, each stored in ` +
      `${8 * wordsOf(width)} bytes; the interpreter stores only the words that are written`,
  );
}

const wholeBlocks = ({ lanes }: Group): number =>
  lanesPerBlock * Math.ceil(lanes.length / lanesPerBlock);

/** Arrays of the registers and results of a group, by their slots in its kernel. */
function valuesOf(group: Group, take: (bytes: number) => number): Map<number, LaneArray> {
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

/**
 * The inputs of a group, in place where the elements stand as its lanes read them. A group that holds state reads its inputs
 * while that of others is replaced, so what is state is copied for it.
 */
function inputsOf(
  { kept }: Netlist,
  group: Group,
  elements: ReadonlyMap<number, LaneArray>,
  state: ReadonlySet<number>,
  take: (bytes: number) => number,
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
function slicesOf(
  { cells, widths, constants }: Netlist,
  slots: readonly number[],
): [number, LaneArray][] {
  return cells.flatMap((cell): [number, LaneArray][] => {
    if (!("operation" in cell) || cell.operation !== "slice") return [];
    const [from = -1] = cell.operands;
    const [, low = 0] = cell.parameters;
    const [width, wide] = [at(widths, cell.slot), at(widths, from)];
    if (width > 64 || wide <= 64 || low % 8 !== 0 || constants.has(from)) return [];
    const bytes = elementFor(width);
    if (low / 8 + bytes > 8 * wordsOf(wide)) return [];
    return [[cell.slot, { address: at(slots, from) + low / 8, bytes, width }]];
  });
}

/** What a clock edge replaces, and slices of it. */
function stateOf({ netlist, groups }: Plan): Set<number> {
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

/** Inputs one after the other, each in the bytes of an element of its column: a beat of a stream is one piece. */
function inputElements({ inputs }: Netlist, start: number) {
  const elements = new Map<number, LaneArray>();
  const addresses = new Map<number, number>();
  let end = start;
  for (const { slot, type } of inputs) {
    addresses.set(slot, end);
    if (type.width <= 64) {
      const bytes = elementFor(type.width);
      elements.set(slot, { address: end, bytes, width: type.width });
    }
    end += elementBytes(type.width);
  }
  return { elements, addresses, end: 16 * Math.ceil(end / 16) };
}

/** The element that each result of a kept instance is, beside those that are known. */
function elementsOf(
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
