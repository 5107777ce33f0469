import type { Bundle, Module } from "@chisel-ts/core";
import { type Columns, columnBytes, columnFromBytes, elementBytes } from "../column.ts";
import type { Engine, OpenOptions, Simulation } from "../engine.ts";
import { flatten, type Netlist } from "../netlist.ts";
import { type Backend, simulation } from "../simulation.ts";
import { compile } from "./compile.ts";
import { columnsBytes, type Layout, layOut, wordsOf } from "./layout.ts";

/** Compiles the module to WebAssembly, in this process and with nothing installed. */
export const wasm: Engine = {
  name: "wasm",
  open<P extends Bundle>(module: Module<P>, options: OpenOptions = {}): Simulation<P> {
    return simulation(module, new WasmBackend(flatten(module), options.watch ?? []));
  },
};

/** Cycles a call into the module runs at most, which bounds the memory that columns take. */
const blockCycles = 65_536;
const pageBytes = 65_536;

/** The functions of the compiled module. */
interface Functions {
  settle(): void;
  edges(cycles: number, reset: number): void;
  batch(cycles: number): void;
}

class WasmBackend implements Backend {
  readonly #netlist: Netlist;
  readonly #layout: Layout;
  readonly #memory: WebAssembly.Memory;
  readonly #functions: Functions;
  readonly #watched: ReadonlySet<string>;
  #settled = false;

  constructor(netlist: Netlist, watch: readonly string[]) {
    this.#netlist = netlist;
    this.#layout = layOut(netlist);
    this.#watched = new Set([
      ...watch,
      ...[...netlist.inputs, ...netlist.outputs].map((p) => p.name),
    ]);
    const slots = [...this.#watched].flatMap((name) => netlist.signals.get(name)?.slot ?? []);
    const bytes = compile(netlist, this.#layout, slots);
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(this.#layout.end / pageBytes) });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.#memory },
    });
    this.#functions = exports as unknown as Functions;
    for (const [cell, address] of this.#layout.memories) {
      cell.memory.contents?.forEach((word, index) => {
        this.#put(address + 8 * wordsOf(cell.memory.width) * index, cell.memory.width, word);
      });
    }
  }

  write(port: string, bits: bigint): void {
    const signal = this.#netlist.signals.get(port);
    if (signal) this.#put(this.#layout.slots[signal.slot] ?? 0, signal.type.width, bits);
    this.#settled = false;
  }

  read(port: string): bigint {
    return this.peek(port)?.bits ?? 0n;
  }

  peek(name: string): ReturnType<Backend["peek"]> {
    const signal = this.#netlist.signals.get(name);
    if (!signal || !this.#watched.has(name)) return undefined;
    if (!this.#settled) this.#functions.settle();
    this.#settled = true;
    return {
      type: signal.type,
      bits: this.#take(this.#layout.slots[signal.slot] ?? 0, signal.type.width),
    };
  }

  edges(cycles: number, reset: boolean): void {
    this.#functions.edges(cycles, reset ? 1 : 0);
    this.#settled = false;
  }

  batch(stimulus: Columns, cycles: number): Columns {
    const { inputs, outputs } = this.#netlist;
    const packed = inputs.map(({ name, type }) => columnBytes(stimulus[name] ?? [], type.width));
    const results = outputs.map(({ type }) => new Uint8Array(elementBytes(type.width) * cycles));
    for (let first = 0; first < cycles; first += blockCycles) {
      const block = Math.min(blockCycles, cycles - first);
      const addresses = this.#placeColumns(block);
      const memory = new Uint8Array(this.#memory.buffer);
      inputs.forEach(({ type }, index) => {
        const size = elementBytes(type.width);
        memory.set(
          packed[index]?.subarray(first * size, (first + block) * size) ?? [],
          addresses[index],
        );
      });
      this.#functions.batch(block);
      outputs.forEach(({ type }, index) => {
        const size = elementBytes(type.width);
        const from = addresses[inputs.length + index] ?? 0;
        results[index]?.set(memory.subarray(from, from + block * size), first * size);
      });
    }
    this.#settled = false;
    return Object.fromEntries(
      outputs.map(({ name, type }, index) => [
        name,
        columnFromBytes(type, results[index] ?? new Uint8Array()),
      ]),
    );
  }

  close(): void {}

  /** Makes room for the columns of a block and tells the module where they are. */
  #placeColumns(cycles: number): number[] {
    const { end, pointers } = this.#layout;
    const missing = end + columnsBytes(this.#netlist, cycles) - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    const view = new DataView(this.#memory.buffer);
    let next = end;
    return pointers.map(({ port, address }) => {
      const at = next;
      view.setInt32(address, at, true);
      next += 8 * Math.ceil((elementBytes(port.type.width) * cycles) / 8);
      return at;
    });
  }

  #put(address: number, width: number, bits: bigint): void {
    const view = new DataView(this.#memory.buffer);
    for (let word = 0; word < wordsOf(width); word++) {
      view.setBigUint64(address + 8 * word, BigInt.asUintN(64, bits >> BigInt(64 * word)), true);
    }
  }

  #take(address: number, width: number): bigint {
    const view = new DataView(this.#memory.buffer);
    let bits = 0n;
    for (let word = wordsOf(width) - 1; word >= 0; word--) {
      bits = (bits << 64n) | view.getBigUint64(address + 8 * word, true);
    }
    return bits;
  }
}
