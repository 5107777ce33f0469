import type { Module } from "@chisel-ts/core";
import { type Column, type Columns, columnOf, setElement, type Wave } from "../../sim/index.ts";

/**
 * Keeps the ports of a module over a window of a long run, which comes in pieces.
 *
 * @param from first cycle of the wave, counted over the whole run
 */
export class Window {
  readonly #module: Module;
  readonly #from: number;
  readonly #cycles: number;
  readonly #signals: readonly { readonly name: string; readonly column: Column }[];
  #now = 0;

  constructor(module: Module, from: number, cycles: number) {
    this.#module = module;
    this.#from = from;
    this.#cycles = cycles;
    this.#signals = module.portList.map(({ name, type }) => ({
      name,
      column: columnOf(type, cycles),
    }));
  }

  add(columns: Columns, cycles: number): void {
    const first = Math.max(0, this.#from - this.#now);
    const last = Math.min(cycles, this.#from + this.#cycles - this.#now);
    for (const { name, column } of this.#signals) {
      const values = columns[name];
      if (!values) continue;
      for (let cycle = first; cycle < last; cycle++)
        setElement(
          column,
          this.#now + cycle - this.#from,
          BigInt(values[cycle] as number | bigint),
        );
    }
    this.#now += cycles;
  }

  /** What the run had of the window; undefined where it ended before. */
  wave(): Wave | undefined {
    const cycles = Math.min(this.#cycles, this.#now - this.#from);
    if (cycles <= 0) return undefined;
    const types = new Map(this.#module.portList.map(({ name, type }) => [name, type]));
    const signals = this.#signals.flatMap(({ name, column }) => {
      const type = types.get(name);
      return type ? [{ name, type, column }] : [];
    });
    return { name: this.#module.name, from: this.#from, cycles, signals };
  }
}
