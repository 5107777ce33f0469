// The backend of a design that may be computed by two threads: long batches go to two parts, all else to the whole.

import { at } from "@chisel-ts/core";
import type { Bits, StateBackend } from "../../backend.ts";
import type { Columns } from "../../column.ts";
import type { Runner } from "../../drive/outcome.ts";
import type { NamedModel } from "../../drive/ports.ts";
import type { Observation } from "../../observation.ts";
import type { StateElement } from "../../state.ts";
import { type Shared, WasmBackend } from "../backend.ts";
import { batchColumns, observationOf } from "../batch-columns.ts";
import { type Choice, measuredChoice } from "./choice.ts";
import { cutOf } from "./cut.ts";
import { divide } from "./divide.ts";
import { TwoParts } from "./two-parts.ts";

/** Whether a design is computed by two threads, and when. */
export interface Threading {
  readonly choice: Choice;
  /** The busier thread may take such a share of the whole at most, and the whole so many instructions a cycle at least. */
  readonly limits: { readonly share: number; readonly instructions: number };
  /** Whether there is a worker; otherwise the same thread computes both parts. */
  readonly worker: boolean;
}

/** Two threads where the busier one has four fifths of the work at most, and where they are faster. */
export const measured = (made: number): Threading => ({
  choice: measuredChoice(made),
  limits: { share: 0.8, instructions: 2000 },
  worker: true,
});

/** The state is either that of the whole or that of the parts; it moves when the other one is asked for something. */
export class ThreadedBackend implements StateBackend {
  readonly #shared: Shared;
  readonly #whole: WasmBackend;
  readonly #threading: Threading;
  /** None before it is asked for, or where the design has no two parts that pay. */
  #parts: TwoParts | "none" | undefined;
  #partOf: ReadonlyMap<string, StateElement> = new Map();
  #inParts = false;
  #state: readonly StateElement[] | undefined;

  constructor(shared: Shared, threading: Threading) {
    this.#shared = shared;
    this.#whole = new WasmBackend(shared);
    this.#threading = threading;
  }

  write(port: string, bits: bigint): void {
    this.#whole.write(port, bits);
  }

  read(port: string): Bits {
    return this.#gathered().read(port);
  }

  peek(name: string): ReturnType<StateBackend["peek"]> {
    return this.#gathered().peek(name);
  }

  edges(cycles: number, reset: boolean): void {
    this.#gathered().edges(cycles, reset);
  }

  runner(models: readonly NamedModel[]): Runner {
    const run = this.#whole.runner(models);
    return (tasks, maxCycles) => {
      this.#gathered();
      return run(tasks, maxCycles);
    };
  }

  batch(stimulus: Columns, cycles: number): Observation {
    const { layout } = this.#whole;
    const columns = batchColumns(layout, stimulus, cycles);
    const { choice } = this.#threading;
    for (let cycle = 0; cycle < cycles; ) {
      const piece = choice.next(cycles - cycle, this.#inParts);
      const parts = piece.two ? this.#divided() : undefined;
      const run = parts ?? this.#gathered();
      const chosen = parts ? piece : { two: false, cycles: cycles - cycle };
      const started = performance.now();
      run.run(columns, cycle, cycle + chosen.cycles);
      choice.took(chosen, performance.now() - started);
      cycle += chosen.cycles;
    }
    return observationOf(layout.recorded, columns);
  }

  state(): readonly StateElement[] {
    this.#state ??= this.#whole.state().map((element): StateElement => {
      const { name } = element;
      const there = (): StateElement => (this.#inParts ? at(this.#partOf, name) : element);
      return {
        ...element,
        read: (index) => there().read(index),
        write: (index, bits) => there().write(index, bits),
      };
    });
    return this.#state;
  }

  close(): void {
    this.#whole.close();
  }

  /** The whole, with the state in it. */
  #gathered(): WasmBackend {
    if (this.#inParts) this.#move((element) => [at(this.#partOf, element.name), element]);
    this.#inParts = false;
    return this.#whole;
  }

  /** The parts, with the state in them; none where the design has none. */
  #divided(): TwoParts | undefined {
    this.#parts ??= this.#cut() ?? "none";
    if (this.#parts === "none") return undefined;
    if (this.#inParts) return this.#parts;
    const started = performance.now();
    this.#move((element) => [element, at(this.#partOf, element.name)]);
    this.#inParts = true;
    this.#threading.choice.changes(2 * (performance.now() - started));
    return this.#parts;
  }

  #cut(): TwoParts | undefined {
    const { module, plan } = this.#shared;
    const { limits, worker } = this.#threading;
    const cut = cutOf(plan);
    if (!cut || cut.whole < limits.instructions || cut.longer > limits.share * cut.whole)
      return undefined;
    const parts = new TwoParts(module, divide(plan, cut), worker);
    this.#partOf = new Map(parts.state().map((element) => [element.name, element]));
    return parts;
  }

  #move(way: (whole: StateElement) => readonly [from: StateElement, to: StateElement]): void {
    for (const element of this.#whole.state()) {
      const [from, to] = way(element);
      for (let word = 0; word < element.words; word++) to.write(word, from.read(word));
    }
  }
}
