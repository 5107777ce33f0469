// The engine `interpreter`: evaluates a netlist on bigints, cell by cell.

import { at, type Bundle, fromBits, type Module } from "@chisel-ts/core";
import type { Bits, StateBackend } from "../backend.ts";
import { evaluateCell, type LookupCell, type MemoryCell } from "../cells.ts";
import { type Columns, columnOf, setElement } from "../column.ts";
import type { Models } from "../drive/models.ts";
import type {
  InProcessEngine,
  InProcessOptions,
  InProcessSimulation,
  Lanes,
  Opened,
} from "../engine.ts";
import { flatten } from "../flatten.ts";
import { inProcessSimulation } from "../in-process.ts";
import { lanesApart } from "../lanes.ts";
import type { Netlist } from "../netlist.ts";
import type { Observation } from "../observation.ts";
import { inProcessOptions } from "../options.ts";
import type { StateElement } from "../state.ts";

/** Evaluates the operation table on bigints, cell by cell: slow, and as plain as the table itself. */
export const interpreter: InProcessEngine = { name: "interpreter", open };

function open<P extends Bundle, M extends Models, L extends Lanes>(
  module: Module<P>,
  options: InProcessOptions<M, L> = {},
): Opened<L, InProcessSimulation<P, M>> {
  const { watch, models, lanes, ...handling } = inProcessOptions(module, options);
  const netlist = flatten(module, { watch });
  const one = (): InProcessSimulation<P, M> =>
    inProcessSimulation(module, new Interpreter(netlist), { models, netlist, handling });
  return (lanes === undefined ? one() : lanesApart(module, lanes, one)) as Opened<
    L,
    ReturnType<typeof one>
  >;
}

class Interpreter implements StateBackend {
  readonly #netlist: Netlist;
  readonly #values: bigint[];
  readonly #words: Map<MemoryCell, bigint[]>;
  readonly #inputSlots: Map<string, number>;
  readonly #outputSlots: Map<string, number>;
  #state: readonly StateElement[] | undefined;
  #settled = false;

  constructor(netlist: Netlist) {
    this.#netlist = netlist;
    this.#values = netlist.widths.map((_, slot) => netlist.constants.get(slot) ?? 0n);
    this.#words = new Map(
      netlist.memories.map((cell) => [cell, [...(cell.memory.contents ?? [])]]),
    );
    this.#inputSlots = new Map(netlist.inputs.map((port) => [port.name, port.slot]));
    this.#outputSlots = new Map(netlist.outputs.map((port) => [port.name, port.slot]));
  }

  write(port: string, bits: bigint): void {
    this.#values[at(this.#inputSlots, port)] = bits;
    this.#settled = false;
  }

  read(port: string): Bits {
    this.#settle();
    return { bits: this.#value(at(this.#outputSlots, port)) };
  }

  peek(name: string): ReturnType<StateBackend["peek"]> {
    const signal = this.#netlist.signals.get(name);
    if (!signal) return undefined;
    this.#settle();
    return { type: signal.type, bits: this.#value(signal.slot) };
  }

  edges(cycles: number, reset: boolean): void {
    for (let cycle = 0; cycle < cycles; cycle++) this.#edge(reset);
  }

  batch(stimulus: Columns, cycles: number): Observation {
    const { inputs, outputs, signals } = this.#netlist;
    const ports = new Set([...inputs, ...outputs].map(({ name }) => name));
    const watched = [...signals].filter(([name]) => !ports.has(name));
    const recorded = [...outputs, ...watched.map(([name, signal]) => ({ name, ...signal }))];
    const response = Object.fromEntries(
      recorded.map(({ name, type }) => [name, columnOf(type, cycles)]),
    );
    for (let cycle = 0; cycle < cycles; cycle++) {
      for (const { name, slot, type } of inputs) {
        this.#values[slot] = BigInt.asUintN(type.width, BigInt(stimulus[name]?.[cycle] ?? 0));
      }
      this.#settled = false;
      this.#settle();
      for (const { name, slot, type } of recorded) {
        const column = response[name];
        if (column) setElement(column, cycle, fromBits(type, this.#value(slot)));
      }
      this.#edge(false);
    }
    return { columns: response, unknown: {} };
  }

  state(): readonly StateElement[] {
    this.#state ??= this.#elements();
    return this.#state;
  }

  #elements(): StateElement[] {
    const { registers, memories, widths } = this.#netlist;
    const register = ({ name, slot }: { name: string; slot: number }): StateElement => ({
      name,
      width: at(widths, slot),
      words: 1,
      read: () => this.#value(slot),
      write: (_, bits) => {
        this.#values[slot] = bits;
        this.#settled = false;
      },
    });
    return [
      ...registers.map(register),
      ...memories.flatMap((cell) => [
        {
          name: cell.name,
          width: cell.memory.width,
          words: cell.memory.depth,
          read: (index: number) => this.#wordsOf(cell).at(index) ?? 0n,
          write: (index: number, bits: bigint) => {
            this.#wordsOf(cell)[index] = bits;
            this.#settled = false;
          },
        },
        ...cell.reads.map(register),
      ]),
    ];
  }

  close(): void {}

  #value(slot: number): bigint {
    const value = this.#values[slot];
    if (value === undefined) throw new RangeError(`there is no slot ${slot}`);
    return value;
  }

  #settle(): void {
    if (this.#settled) return;
    const { cells, widths, memories, watchedWords } = this.#netlist;
    for (const cell of cells) {
      this.#values[cell.slot] =
        "operation" in cell ? evaluateCell(cell, this.#values, widths) : this.#lookup(cell);
    }
    for (const { slot, memory, word } of watchedWords) {
      this.#values[slot] = this.#wordsOf(at(memories, memory)).at(word) ?? 0n;
    }
    this.#settled = true;
  }

  #lookup({ from, operands }: LookupCell): bigint {
    const address = Number(this.#value(at(operands, 0)));
    const words =
      typeof from === "number" ? this.#wordsOf(at(this.#netlist.memories, from)) : from.contents;
    return words.at(address) ?? 0n;
  }

  /** The words of a memory that were given or written; the others are 0. */
  #wordsOf(cell: MemoryCell): bigint[] {
    const words = this.#words.get(cell);
    if (!words) throw new Error(`memory ${cell.name} has no words`);
    return words;
  }

  /** Everything is read before anything is stored. */
  #edge(reset: boolean): void {
    this.#settle();
    const { registers, memories } = this.#netlist;
    const stores = registers.map(({ slot, next, reset: value }) => ({
      slot,
      value: reset && value !== undefined ? value : this.#value(next),
    }));
    const read = (cell: MemoryCell): void => {
      for (const { slot, address, enable } of cell.reads) {
        const word = this.#wordsOf(cell).at(Number(this.#value(address))) ?? 0n;
        if (this.#value(enable) === 1n) stores.push({ slot, value: word });
      }
    };
    const readsNew = ({ memory }: MemoryCell): boolean => memory.collision === "new";
    memories.filter((cell) => !readsNew(cell)).forEach(read);
    for (const cell of memories) {
      for (const { address, data, enable, mask } of cell.writes) {
        const place = Number(this.#value(address));
        const words = this.#wordsOf(cell);
        if (this.#value(enable) === 0n || place >= cell.memory.depth) continue;
        const [word, before] = [this.#value(data), words.at(place) ?? 0n];
        words[place] = mask === undefined ? word : before ^ ((before ^ word) & this.#value(mask));
      }
    }
    memories.filter(readsNew).forEach(read);
    for (const { slot, value } of stores) this.#values[slot] = value;
    this.#settled = false;
  }
}
