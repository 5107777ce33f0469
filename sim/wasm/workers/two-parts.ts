// One design in two parts: this thread computes the first, a worker the second, blocks of cycles behind.

import { at, type ir } from "@chisel-ts/core";
import { Worker } from "#host/tools/threads";
import { elementBytes } from "../../column.ts";
import type { StateElement } from "../../state.ts";
import { WasmBackend } from "../backend.ts";
import { type BatchColumns, putInputs, type Rows, takeOutputs } from "../batch-columns.ts";
import { type ColumnPlace, layOut } from "../layout.ts";
import type { Plan } from "../plan.ts";
import type { Parts } from "./divide.ts";
import { type Blocks, computeNext, maxWaiting, type Served, serve, words } from "./hand-over.ts";

/** Milliseconds that a worker waits for another batch before it ends; another is started when there is one. */
const patience = 2000;

/** Milliseconds that a block is waited for before this thread looks whether it can compute it. */
const latest = 5;

/** A batch has as many blocks as this at least, so that little of it is waited for at its ends. */
const fewestBlocks = 16;

export class TwoParts {
  readonly #first: WasmBackend;
  readonly #second: WasmBackend;
  readonly #crossing: readonly (readonly [from: ColumnPlace, to: ColumnPlace])[];
  readonly #blocks: Blocks;
  readonly #threads: boolean;

  /** @param threads whether there is to be a worker; otherwise this thread computes both parts. */
  constructor(module: ir.ModuleIr, { first, second, crossing }: Parts, threads: boolean) {
    const open = (plan: Plan, sharesMemory: boolean): WasmBackend => {
      const layout = layOut(plan, maxWaiting);
      return new WasmBackend({ module, plan, layout, compiled: new Map(), sharesMemory });
    };
    [this.#first, this.#second] = [open(first, false), open(second, true)];
    const { recorded, blockCycles } = this.#first.layout;
    const { columns } = this.#second.layout;
    const byName = (places: readonly ColumnPlace[]) =>
      new Map(places.map((place) => [place.port.name, place]));
    const [from, to] = [byName(recorded), byName(columns)];
    this.#crossing = crossing.map(({ name }) => [at(from, name), at(to, name)] as const);
    const room = Math.floor(this.#second.layout.blockCycles / maxWaiting);
    this.#blocks = {
      control: new Int32Array(
        new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (words.cycles + maxWaiting)),
      ),
      words,
      maxWaiting,
      elements: Math.min(room, blockCycles),
    };
    this.#threads = threads;
  }

  /** Registers and memories of both parts. */
  state(): readonly StateElement[] {
    return [...this.#first.state(), ...this.#second.state()];
  }

  /** Runs some cycles of a batch: those from `start` to the one before `end`. */
  run(batch: BatchColumns, start: number, end: number): void {
    if (this.#threads && !this.#load(words.present)) this.#startWorker();
    const { control, elements } = this.#blocks;
    const count = Math.min(elements, Math.ceil((end - start) / fewestBlocks));
    const waiting: Rows[] = [];
    /** Waits until at most as many blocks wait, and takes what the others have recorded. */
    const collect = (most: number): void => {
      this.#await(most);
      const open = this.#waiting();
      while (waiting.length > open) {
        const rows = waiting.shift();
        if (rows) takeOutputs(this.#second.bytes(), this.#second.layout.recorded, batch, rows);
      }
    };
    for (let cycle = start; cycle < end; cycle += count) {
      const block = this.#load(words.given);
      const place = block & (maxWaiting - 1);
      const rows = { cycle, element: place * elements, count: Math.min(count, end - cycle) };
      this.#first.run(batch, cycle, cycle + rows.count);
      collect(maxWaiting - 1);
      this.#handOver(batch, rows);
      waiting.push(rows);
      Atomics.store(control, words.cycles + place, rows.count);
      Atomics.add(control, words.given, 1);
      Atomics.notify(control, words.given);
    }
    collect(0);
  }

  /** Brings what the second part needs of some cycles to its columns. */
  #handOver(batch: BatchColumns, rows: Rows): void {
    const [from, to] = [this.#first.bytes(), this.#second.bytes()];
    putInputs(to, this.#second.layout.columns, batch, rows);
    for (const [source, target] of this.#crossing) {
      const size = elementBytes(source.port.type.width);
      const bytes = from.subarray(source.address, source.address + size * rows.count);
      to.set(bytes, target.address + size * rows.element);
    }
  }

  #load(word: number): number {
    return Atomics.load(this.#blocks.control, word);
  }

  #waiting(): number {
    return (this.#load(words.given) - this.#load(words.done)) | 0;
  }

  /** Waits until at most as many blocks wait. Where no worker computes them, this thread does. */
  #await(most: number): void {
    const { control } = this.#blocks;
    while (this.#waiting() > most) {
      const done = this.#load(words.done);
      const idle = !this.#load(words.present);
      if (!idle && this.#waiting() <= most) return;
      if (!idle && Atomics.wait(control, words.done, done, latest) !== "timed-out") continue;
      computeNext(this.#blocks, (cycles, first) => this.#second.rows(first, cycles));
    }
  }

  /** It is given nothing but code, memory and numbers, so that it is ready soon. */
  #startWorker(): void {
    const { memory } = this.#second;
    const given: Served = {
      ...this.#blocks,
      module: this.#second.code("batch"),
      memory,
      patience,
    };
    const program = `const { workerData } = require("node:worker_threads");
(${serve})(workerData, ${computeNext});`;
    new Worker(program, { eval: true, workerData: given, execArgv: [] }).unref();
  }

  /** The worker, if there is one, ends by itself. */
  close(): void {}
}
