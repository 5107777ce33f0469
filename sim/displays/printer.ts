// Prints the lines of displays in the order of cycles.

import { displayText } from "@chisel-ts/core";
import type { Column, Columns } from "../column.ts";
import type { Observation } from "../observation.ts";
import type { StateElement } from "../state.ts";
import { type DisplayCells, heldCycles, placeName, printedName } from "./cells.ts";
import type { DisplayLine } from "./line.ts";

interface BatchEngine {
  batch(stimulus: Columns, cycles: number): Observation;
}

/** Prints what the displays of a running module hold, in the order of cycles and, within one, of the source. */
export class Printer {
  readonly #displays: DisplayCells;
  readonly #byName: ReadonlyMap<string, StateElement>;
  readonly #print: (line: DisplayLine) => void;
  /** Cycles since the last reset. */
  #cycle = 0;

  constructor(
    displays: DisplayCells,
    state: readonly StateElement[],
    print: (line: DisplayLine) => void,
  ) {
    this.#displays = displays;
    this.#byName = new Map(state.map((element) => [element.name, element]));
    this.#print = print;
  }

  /** Runs a reset, which no display sees. */
  reset(edge: () => void): void {
    edge();
    this.#element(placeName).write(0, 0n);
    this.#element(printedName).write(0, 0n);
    this.#cycle = 0;
  }

  /** Lets clock edges outside reset pass, as many at a time as lines are held of. */
  run(cycles: number, edges: (first: number, count: number) => void): void {
    for (let first = 0; first < cycles; first += heldCycles) {
      const count = Math.min(heldCycles, cycles - first);
      edges(first, count);
      this.#printed(count);
    }
  }

  /** A batch of which no part has more cycles than lines are held of. */
  batch(engine: BatchEngine, stimulus: Columns, cycles: number): Observation {
    const parts = cycles === 0 ? [engine.batch(stimulus, 0).columns] : [];
    this.run(cycles, (first, count) => {
      const cut = Object.entries(stimulus).map(([name, column]): [string, Column] => [
        name,
        column.slice(first, first + count) as Column,
      ]);
      parts.push(engine.batch(Object.fromEntries(cut), count).columns);
    });
    const names = Object.keys(parts[0] ?? {});
    const columns = names.map((name) => [name, joined(parts.map((part) => part[name] ?? []))]);
    return { columns: Object.fromEntries(columns), unknown: {} };
  }

  #printed(count: number): void {
    const place = Number(this.#element(placeName).read(0)) - count + heldCycles;
    const printed = this.#element(printedName);
    const first = this.#cycle;
    this.#cycle += count;
    if (printed.read(0) === 0n) return;
    printed.write(0, 0n);
    for (let offset = 0; offset < count; offset++) {
      const word = (place + offset) % heldCycles;
      for (const { display, prefix, enable, values } of this.#displays.cells) {
        if (this.#element(enable).read(word) === 0n) continue;
        const bits = values.map((name) => this.#element(name).read(word));
        const site = { instance: prefix.slice(0, -1), location: String(display.location) };
        this.#print({ text: displayText(display, bits), cycle: first + offset, ...site });
      }
    }
  }

  #element(name: string): StateElement {
    const element = this.#byName.get(name);
    if (!element) throw new Error(`there is no ${name}`);
    return element;
  }
}

/** Columns of one kind, one after the other. */
function joined(parts: readonly Column[]): Column {
  const [first = []] = parts;
  if (Array.isArray(first)) return parts.flatMap((part) => [...part] as bigint[]);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new (first.constructor as new (length: number) => Exclude<Column, bigint[]>)(
    length,
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part as never, at);
    at += part.length;
  }
  return whole;
}
