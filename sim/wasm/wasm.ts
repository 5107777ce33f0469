import type { Bundle, Module } from "@chisel-ts/core";
import { type Columns, columnBytes, columnOn, elementBytes } from "../column.ts";
import type { InProcessEngine, InProcessSimulation, OpenOptions } from "../engine.ts";
import { inProcessSimulation, type StateBackend } from "../simulation.ts";
import type { StateElement } from "../state.ts";
import { compile } from "./compile.ts";
import { assemble } from "./encoder.ts";
import { type Plan, planGroups } from "./groups.ts";
import { type Layout, layOut, wordsOf } from "./layout.ts";
import { listing } from "./listing.ts";

/** Compiles the module to WebAssembly, in this process and with nothing installed. */
export const wasm: InProcessEngine = {
  name: "wasm",
  open<P extends Bundle>(module: Module<P>, options: OpenOptions = {}): InProcessSimulation<P> {
    return inProcessSimulation(module, new WasmBackend(planGroups(module, options.watch ?? [])));
  },
};

/** The code that `wasm` runs for a module, as text: what is looped over, what is computed in which order. */
export function wasmListing(module: Module): string {
  const plan = planGroups(module, []);
  return `${listing(compile(plan, layOut(plan)))}\n`;
}

const pageBytes = 65_536;

/** The functions of the compiled module. */
interface Functions {
  settle(): void;
  edges(cycles: number, reset: number): void;
  batch(cycles: number): void;
}

/** Where a value is in memory. */
interface Place {
  readonly address: number;
  readonly bytes: number;
  readonly width: number;
}

class WasmBackend implements StateBackend {
  readonly #plan: Plan;
  readonly #layout: Layout;
  readonly #memory: WebAssembly.Memory;
  readonly #functions: Functions;
  #settled = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#layout = layOut(plan);
    const bytes = assemble(compile(plan, this.#layout));
    const pages = Math.ceil(this.#layout.columnsStart / pageBytes);
    this.#memory = new WebAssembly.Memory({ initial: pages });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.#memory },
    });
    this.#functions = exports as unknown as Functions;
    for (const [cell, address] of this.#layout.memories) {
      const { contents, width } = cell.memory;
      contents?.forEach((word, index) => {
        this.#put(wordPlace(address, width, index), word);
      });
    }
  }

  write(port: string, bits: bigint): void {
    const signal = this.#plan.netlist.signals.get(port);
    if (signal) this.#put(this.#placeOf(signal.slot), bits);
    this.#settled = false;
  }

  read(port: string): bigint {
    return this.peek(port)?.bits ?? 0n;
  }

  peek(name: string): ReturnType<StateBackend["peek"]> {
    const signal = this.#plan.netlist.signals.get(name);
    if (!signal) return undefined;
    if (!this.#settled) this.#functions.settle();
    this.#settled = true;
    return { type: signal.type, bits: this.#take(this.#placeOf(signal.slot)) };
  }

  edges(cycles: number, reset: boolean): void {
    this.#functions.edges(cycles, reset ? 1 : 0);
    this.#settled = false;
  }

  batch(stimulus: Columns, cycles: number): Columns {
    const { columns, recorded, blockCycles, end } = this.#layout;
    const missing = end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    const memory = new Uint8Array(this.#memory.buffer);
    const sizes = [columns, recorded].map((places) =>
      places.map(({ port }) => elementBytes(port.type.width)),
    );
    const [inputSizes = [], outputSizes = []] = sizes;
    const packed = columns.map(({ port }) =>
      columnBytes(stimulus[port.name] ?? [], port.type.width),
    );
    const results = outputSizes.map((size) => new Uint8Array(size * cycles));
    for (let first = 0; first < cycles; first += blockCycles) {
      const block = Math.min(blockCycles, cycles - first);
      columns.forEach(({ address }, index) => {
        const size = inputSizes[index] ?? 0;
        const part = packed[index]?.subarray(first * size, (first + block) * size);
        memory.set(part ?? [], address);
      });
      this.#functions.batch(block);
      recorded.forEach(({ address }, index) => {
        const size = outputSizes[index] ?? 0;
        results[index]?.set(memory.subarray(address, address + block * size), first * size);
      });
    }
    this.#settled = false;
    return Object.fromEntries(
      recorded.map(({ port: { name, type } }, index) => [
        name,
        columnOn(type, results[index]?.buffer ?? new ArrayBuffer()),
      ]),
    );
  }

  state(): StateElement[] {
    const { netlist, groups } = this.#plan;
    const element = (name: string, places: readonly Place[]): StateElement => ({
      name,
      width: places[0]?.width ?? 0,
      words: places.length,
      read: (index) => this.#take(places[index] ?? { address: 0, bytes: 8, width: 0 }),
      write: (index, bits) => {
        const place = places[index];
        if (place) this.#put(place, bits);
        this.#settled = false;
      },
    });
    const registers = netlist.registers.map(({ name, slot }) =>
      element(name, [this.#placeOf(slot)]),
    );
    const inLanes = groups.flatMap(({ kernel, lanes }, group) =>
      lanes.flatMap((instance, lane) =>
        kernel.registers.flatMap(({ name, slot }) => {
          const array = this.#layout.groups[group]?.values.get(slot);
          if (!array) return [];
          const place = { ...array, address: array.address + lane * array.bytes };
          return [element(`${netlist.kept[instance]?.name}.${name}`, [place])];
        }),
      ),
    );
    const memories = netlist.memories.flatMap((cell) => {
      const { width, depth } = cell.memory;
      const base = this.#layout.memories.get(cell) ?? 0;
      const places = Array.from({ length: depth }, (_, index) => wordPlace(base, width, index));
      const reads = cell.reads.map(({ name, slot }) => element(name, [this.#placeOf(slot)]));
      return [element(cell.name, places), ...reads];
    });
    return [...registers, ...inLanes, ...memories];
  }

  close(): void {}

  #placeOf(slot: number): Place {
    const width = this.#plan.netlist.widths[slot] ?? 0;
    const address = this.#layout.slots[slot] ?? 0;
    return this.#layout.elements.get(slot) ?? { address, bytes: 8 * wordsOf(width), width };
  }

  #put({ address, bytes, width }: Place, bits: bigint): void {
    const memory = new Uint8Array(this.#memory.buffer, address, bytes);
    const value = BigInt.asUintN(width, bits);
    for (let i = 0; i < bytes; i++) memory[i] = Number((value >> BigInt(8 * i)) & 255n);
  }

  #take({ address, bytes, width }: Place): bigint {
    const memory = new Uint8Array(this.#memory.buffer, address, bytes);
    if (bytes <= 4) {
      const number = memory.reduceRight((sum, byte) => sum * 256 + byte, 0);
      return BigInt.asUintN(width, BigInt(number));
    }
    const view = new DataView(this.#memory.buffer, address, bytes);
    let bits = 0n;
    for (let at = bytes - 8; at >= 0; at -= 8) bits = (bits << 64n) | view.getBigUint64(at, true);
    return BigInt.asUintN(width, bits);
  }
}

const wordPlace = (address: number, width: number, index: number): Place => {
  const bytes = 8 * wordsOf(width);
  return { address: address + bytes * index, bytes, width };
};
