// Gives every value, memory and column its address.

import { at, type ir } from "@chisel-ts/core";
import type { MemoryCell, Port } from "../cells.ts";
import { elementBytes } from "../column.ts";
import type { Netlist } from "../netlist.ts";
import { type Edge, edgeOf } from "./held.ts";
import type { InstructionName } from "./instructions.ts";
import {
  elementsOf,
  inputsOf,
  type LaneArray,
  type LaneInput,
  slicesOf,
  stateOf,
  valuesOf,
  wholeBlocks,
  wordsOf,
} from "./lane-layout.ts";
import type { Group, Plan } from "./plan.ts";
import { elementFor } from "./simd/element.ts";

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

/** What a group has in memory. */
export interface GroupLayout {
  readonly group: Group;
  /** Lanes, rounded up to whole blocks. */
  readonly lanes: number;
  readonly inputs: readonly LaneInput[];
  /** Registers and results by their slots in the kernel; a register that is a result has one array. */
  readonly values: ReadonlyMap<number, LaneArray>;
  /** How many parameters its loops have after the first two, for addresses of rows. */
  readonly rows?: number;
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

/** The clock edge of a group with registers. */
export interface PlacedEdge extends Edge {
  /** A byte that says whether it changes registers, unless it always does. */
  readonly changes: number | undefined;
}

/** Where the values of quiet blocks stay from cycle to cycle, in bytes. */
export interface QuietPlaces {
  /** A byte that is 0 until blocks have been computed. */
  readonly computed: number;
  /** What leaves were when blocks were computed last. */
  readonly leaves: ReadonlyMap<number, number>;
  readonly outputs: ReadonlyMap<number, number>;
}

/** Where everything stands in linear memory, in bytes; values are little-endian. */
export interface Layout {
  /** The 64-bit words of a slot: state, ports, watched signals, and whatever is wider than 64 bits. */
  readonly slots: readonly number[];
  readonly groups: readonly GroupLayout[];
  readonly edges: ReadonlyMap<Group, PlacedEdge>;
  readonly quiet: QuietPlaces;
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

/** @param fewestCycles that columns have room for, however many bytes those take. */
export function layOut(plan: Plan, fewestCycles = 1): Layout {
  const { netlist, groups } = plan;
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
  const changing = stateOf(plan);
  const layouts = groups.map((group, index): GroupLayout => {
    const state = group.kernel.registers.length > 0 ? changing : new Set<number>();
    return {
      group,
      lanes: wholeBlocks(group),
      values: values[index] ?? new Map(),
      inputs: inputsOf(netlist, group, { elements, state, take }),
    };
  });
  const edges = new Map(
    groups
      .filter(({ kernel }) => kernel.registers.length > 0)
      .map((group): [Group, PlacedEdge] => {
        const edge = edgeOf(netlist, group);
        const always = edge.ways.some((literals) => literals.length === 0);
        return [group, { ...edge, changes: always ? undefined : take(1) }];
      }),
  );
  const quiet: QuietPlaces = {
    computed: take(1),
    leaves: new Map(
      plan.quiet
        .flatMap(({ leaves }) => leaves)
        .map((slot) => [slot, take(8 * wordsOf(widthOf(slot)))]),
    ),
    outputs: new Map(
      plan.quiet
        .flatMap(({ outputs }) => outputs)
        .map((slot) => [slot, take(8 * wordsOf(widthOf(slot)))]),
    ),
  };
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
  const blockCycles = Math.max(
    fewestCycles,
    Math.min(65_536, Math.floor(maxColumnBytes / (rowBytes + 1))),
  );
  const columnsStart = end;
  const place = (port: Port): ColumnPlace => ({
    port,
    address: take(elementBytes(port.type.width) * blockCycles),
  });
  const columns = netlist.inputs.map(place);
  const places = { columns, recorded: recorded.map(place) };
  if (end > maxBytes) throw tooLarge(netlist, end);
  return {
    slots,
    groups: layouts,
    edges,
    quiet,
    elements,
    shadows,
    divides,
    memories,
    tables,
    ...places,
    widest,
    scratch,
    nowhere,
    blockCycles,
    columnsStart,
    end,
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
