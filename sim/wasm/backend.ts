// One simulation: the memory of a circuit, and the functions that are compiled for it.

import { at, type ir } from "@chisel-ts/core";
import type { Bits, StateBackend } from "../backend.ts";
import type { MemoryCell } from "../cells.ts";
import { type Columns, elementBytes } from "../column.ts";
import type { Runner } from "../drive/outcome.ts";
import { drivenPorts, type NamedModel } from "../drive/ports.ts";
import type { Observation } from "../observation.ts";
import type { StateElement } from "../state.ts";
import {
  type BatchColumns,
  batchColumns,
  observationOf,
  putInputs,
  takeOutputs,
} from "./batch-columns.ts";
import { compile, type Part, Unit } from "./compile.ts";
import { collect, placesOf, prepare } from "./drive/data.ts";
import { driveFunctions } from "./drive/drive.ts";
import { layOutModels } from "./drive/layout.ts";
import { allocate, type CompiledFunction, compiled, grow, instantiate } from "./instance.ts";
import { wordsOf } from "./lane-layout.ts";
import type { Layout } from "./layout.ts";
import type { Plan } from "./plan.ts";

/** Where some inputs are in memory, in pieces from a start to an end. */
function piecesOfInputs(
  { netlist }: Plan,
  { slots }: Layout,
  names: ReadonlySet<string>,
): (readonly [number, number])[] {
  const pieces: [number, number][] = [];
  for (const { name, slot, type } of netlist.inputs) {
    if (!names.has(name)) continue;
    const [start, bytes] = [at(slots, slot), elementBytes(type.width)];
    const before = pieces.at(-1);
    if (before?.[1] === start) before[1] += bytes;
    else pieces.push([start, start + bytes]);
  }
  return pieces;
}

/** Where a value is in memory. */
interface Place {
  readonly address: number;
  readonly bytes: number;
  readonly width: number;
}

/** What simulations of one module share. */
export interface Shared {
  readonly module: ir.ModuleIr;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly compiled: Map<Part, WebAssembly.Module>;
  /** Whether a worker sees the memory too, which has room for a batch from the start then. */
  readonly sharesMemory?: boolean;
}

export class WasmBackend implements StateBackend {
  readonly #shared: Shared;
  readonly #plan: Plan;
  readonly layout: Layout;
  readonly memory: WebAssembly.Memory;
  readonly #functions = new Map<Part, CompiledFunction>();
  #state: readonly StateElement[] | undefined;
  #settled = false;

  constructor(shared: Shared) {
    const { plan, layout, sharesMemory = false } = shared;
    this.#shared = shared;
    this.#plan = plan;
    this.layout = layout;
    this.memory = sharesMemory ? allocate(layout.end, true) : allocate(layout.columnsStart);
    for (const cell of plan.netlist.memories) this.#fill(this.#addressOf(cell), cell.memory);
    for (const [table, address] of this.layout.tables) this.#fill(address, table);
  }

  #fill(base: number, { contents, width }: ir.Memory | ir.Table): void {
    const bytes = 8 * wordsOf(width);
    contents?.forEach((word, index) => {
      this.#put({ address: base + bytes * index, bytes, width }, word);
    });
  }

  write(port: string, bits: bigint): void {
    const signal = this.#plan.netlist.signals.get(port);
    if (signal) this.#put(this.#placeOf(signal.slot), bits);
    this.#settled = false;
  }

  read(port: string): Bits {
    return this.peek(port) ?? { bits: 0n };
  }

  peek(name: string): ReturnType<StateBackend["peek"]> {
    const signal = this.#plan.netlist.signals.get(name);
    if (!signal) return undefined;
    if (!this.#settled) this.#part("settle")();
    this.#settled = true;
    return { type: signal.type, bits: this.#take(this.#placeOf(signal.slot)) };
  }

  edges(cycles: number, reset: boolean): void {
    if (reset) for (let cycle = 0; cycle < cycles; cycle++) this.#part("reset")();
    else if (cycles > 0) this.#part("edges")(cycles);
    this.#settled = false;
  }

  batch(stimulus: Columns, cycles: number): Observation {
    const columns = batchColumns(this.layout, stimulus, cycles);
    this.run(columns, 0, cycles);
    return observationOf(this.layout.recorded, columns);
  }

  /** Runs some cycles of a batch: those from `start` to the one before `end`. */
  run(batch: BatchColumns, start: number, end: number): void {
    const { columns, recorded, blockCycles } = this.layout;
    this.#grow(this.layout.end);
    const memory = this.bytes();
    for (let cycle = start; cycle < end; cycle += blockCycles) {
      const rows = { cycle, element: 0, count: Math.min(blockCycles, end - cycle) };
      putInputs(memory, columns, batch, rows);
      this.rows(0, rows.count);
      takeOutputs(memory, recorded, batch, rows);
    }
  }

  /** Runs as many cycles, whose columns are in memory from element `first` on. */
  rows(first: number, count: number): void {
    this.#part("batch")(count, first);
    this.#settled = false;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  state(): readonly StateElement[] {
    this.#state ??= this.#elements();
    return this.#state;
  }

  #elements(): StateElement[] {
    const { netlist, groups } = this.#plan;
    const element = (
      name: string,
      { width, bytes, address }: Place,
      words: number,
    ): StateElement => ({
      name,
      width,
      words,
      read: (index) => this.#take({ address: address + bytes * index, bytes, width }),
      write: (index, bits) => {
        this.#put({ address: address + bytes * index, bytes, width }, bits);
        this.#settled = false;
      },
    });
    const register = ({ name, slot }: { name: string; slot: number }): StateElement =>
      element(name, this.#placeOf(slot), 1);
    const inLanes = groups.flatMap(({ kernel, lanes, stateName }, group) =>
      lanes.flatMap((instance, lane) =>
        kernel.registers.flatMap(({ name, slot }) => {
          const array = this.layout.groups[group]?.values.get(slot);
          if (!array) return [];
          const place = { ...array, address: array.address + lane * array.bytes };
          return [element(stateName(instance, name), place, 1)];
        }),
      ),
    );
    const memories = netlist.memories.flatMap((cell) => {
      const { width, depth } = cell.memory;
      const place = { address: this.#addressOf(cell), bytes: 8 * wordsOf(width), width };
      return [element(cell.name, place, depth), ...cell.reads.map(register)];
    });
    return [...netlist.registers.map(register), ...inLanes, ...memories];
  }

  close(): void {}

  /** Code that is never asked for is never compiled. */
  code(part: Part): WebAssembly.Module {
    const { module, compiled: all, sharesMemory } = this.#shared;
    const known = all.get(part);
    if (known) return known;
    const code = compiled(module, compile(this.#plan, this.layout, [part]), sharesMemory);
    all.set(part, code);
    return code;
  }

  #part(part: Part): CompiledFunction {
    const known = this.#functions.get(part);
    if (known) return known;
    const found = instantiate(this.code(part), this.memory).exports[part] as CompiledFunction;
    this.#functions.set(part, found);
    return found;
  }

  #grow(end: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) grow(this.memory, missing);
  }

  runner(models: readonly NamedModel[]): Runner {
    const driver = layOutModels(this.#shared.module, models, this.layout);
    const unit = new Unit(this.#plan, this.layout);
    const code = driveFunctions(unit, driver);
    const functions = compiled(this.#shared.module, [...code, ...unit.functions()]);
    const drive = instantiate(functions, this.memory).exports.drive as CompiledFunction;
    const idle = piecesOfInputs(this.#plan, this.layout, new Set(drivenPorts(models).keys()));
    return (tasks, maxCycles) => {
      const places = placesOf(driver, tasks);
      this.#grow(places.written[1]);
      prepare(driver, tasks, places, this.memory.buffer);
      drive(maxCycles);
      const memory = new Uint8Array(this.memory.buffer);
      for (const [start, end] of idle) memory.fill(0, start, end);
      this.#settled = false;
      return collect(driver, tasks, places, this.memory.buffer);
    };
  }

  #placeOf(slot: number): Place {
    const width = at(this.#plan.netlist.widths, slot);
    const address = at(this.layout.slots, slot);
    return this.layout.elements.get(slot) ?? { address, bytes: 8 * wordsOf(width), width };
  }

  #addressOf(cell: MemoryCell): number {
    return at(this.layout.memories, cell);
  }

  #put({ address, bytes, width }: Place, bits: bigint): void {
    const value = BigInt.asUintN(width, bits);
    if (bytes < 8) {
      const memory = new Uint8Array(this.memory.buffer, address, bytes);
      const number = Number(value);
      for (let i = 0; i < bytes; i++) memory[i] = Math.floor(number / 256 ** i);
      return;
    }
    const view = new DataView(this.memory.buffer, address, bytes);
    for (let at = 0; at < bytes; at += 8) {
      view.setBigUint64(at, BigInt.asUintN(64, value >> BigInt(8 * at)), true);
    }
  }

  #take({ address, bytes, width }: Place): bigint {
    const memory = new Uint8Array(this.memory.buffer, address, bytes);
    if (bytes <= 4) {
      const number = memory.reduceRight((sum, byte) => sum * 256 + byte, 0);
      return BigInt.asUintN(width, BigInt(number));
    }
    const view = new DataView(this.memory.buffer, address, bytes);
    let bits = 0n;
    for (let at = bytes - 8; at >= 0; at -= 8) bits = (bits << 64n) | view.getBigUint64(at, true);
    return BigInt.asUintN(width, bits);
  }
}
