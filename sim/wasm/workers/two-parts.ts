// One design in two parts: this thread computes the first, a worker the second, blocks of cycles behind.

import { at, type ir } from "@chisel-ts/core";
import { elementBytes } from "../../column.ts";
import type { StateElement } from "../../state.ts";
import { WasmBackend } from "../backend.ts";
import { type BatchColumns, putInputs, type Rows, takeOutputs } from "../batch-columns.ts";
import { type ColumnPlace, layOut } from "../layout.ts";
import type { Plan } from "../plan.ts";
import type { Parts } from "./divide.ts";
import { maxWaiting } from "./hand-over.ts";
import { Helper } from "./helper.ts";

/** A batch has as many blocks as this at least, so that little of it is waited for at its ends. */
const fewestBlocks = 16;

export class TwoParts {
  readonly #first: WasmBackend;
  readonly #second: WasmBackend;
  readonly #crossing: readonly (readonly [from: ColumnPlace, to: ColumnPlace])[];
  /** Elements of a column that each block has. */
  readonly #elements: number;
  readonly #helper: Helper;

  /** @param threads whether there is to be a worker; otherwise this thread computes both parts. */
  constructor(module: ir.ModuleIr, { first, second, crossing }: Parts, threads: boolean) {
    const open = (plan: Plan, sharesMemory: boolean): WasmBackend => {
      const layout = layOut(plan, maxWaiting);
      return new WasmBackend({ module, plan, layout, compiled: new Map(), sharesMemory });
    };
    const [own, other] = [open(first, false), open(second, true)];
    this.#first = own;
    this.#second = other;
    const byName = (places: readonly ColumnPlace[]) =>
      new Map(places.map((place) => [place.port.name, place]));
    const [from, to] = [byName(own.layout.recorded), byName(other.layout.columns)];
    this.#crossing = crossing.map(({ name }) => [at(from, name), at(to, name)] as const);
    const room = Math.floor(other.layout.blockCycles / maxWaiting);
    this.#elements = Math.min(room, own.layout.blockCycles);
    this.#helper = new Helper(
      2,
      () => ({
        module: other.code("batch"),
        memory: other.memory,
        compute: (cycles = 0, first = 0) => other.rows(first, cycles),
      }),
      threads,
    );
  }

  /** Registers and memories of both parts. */
  state(): readonly StateElement[] {
    return [...this.#first.state(), ...this.#second.state()];
  }

  /** Runs some cycles of a batch: those from `start` to the one before `end`. */
  run(batch: BatchColumns, start: number, end: number): void {
    const helper = this.#helper;
    helper.start();
    const count = Math.min(this.#elements, Math.ceil((end - start) / fewestBlocks));
    const waiting: Rows[] = [];
    /** Waits until at most as many blocks wait, and takes what the others have recorded. */
    const collect = (most: number): void => {
      helper.await(most);
      const { length } = waiting;
      for (const rows of waiting.splice(0, length - Math.min(length, helper.waiting)))
        takeOutputs(this.#second.bytes(), this.#second.layout.recorded, batch, rows);
    };
    for (let cycle = start; cycle < end; cycle += count) {
      const element = helper.place * this.#elements;
      const rows = { cycle, element, count: Math.min(count, end - cycle) };
      this.#first.run(batch, cycle, cycle + rows.count);
      collect(maxWaiting - 1);
      this.#handOver(batch, rows);
      waiting.push(rows);
      helper.give([rows.count, element]);
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
}
