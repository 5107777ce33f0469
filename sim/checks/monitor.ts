// Reads the checks of a running circuit and reports those that fail.

import { at, fromBits, type ir } from "@chisel-ts/core";
import { columnOf, setElement } from "../column.ts";
import type { Observation } from "../observation.ts";
import type { StateElement } from "../state.ts";
import type { WaveSignal } from "../wave/wave.ts";
import { type CheckCell, type CheckCells, failedName, placeName } from "./cells.ts";
import { historyCycles } from "./history.ts";
import { CheckError, type CheckFailure, type CheckResult, type CheckSite } from "./result.ts";

/** What a simulation does where an assertion or an assumption does not hold. */
export type CheckMode = "throw" | "collect";

/** Reads the state that evaluates the checks of a running module. */
export class CheckMonitor {
  readonly #module: ir.ModuleIr;
  readonly #cells: readonly CheckCell[];
  readonly #registers: readonly StateElement[];
  readonly #byName: ReadonlyMap<string, StateElement>;
  readonly #mode: CheckMode;
  readonly #first = new Map<CheckCell, CheckFailure>();
  /** The first cycle of which a history that stood still holds anything. */
  readonly #historyFrom = new Map<CheckCell, number>();
  /** Cycles since the last reset. */
  #cycle = 0;

  constructor(
    module: ir.ModuleIr,
    checks: CheckCells,
    state: readonly StateElement[],
    mode: CheckMode,
  ) {
    this.#module = module;
    this.#cells = checks.cells;
    this.#mode = mode;
    this.#byName = new Map(state.map((element) => [element.name, element]));
    this.#registers = checks.registers.map(({ name }) => this.#element(name));
  }

  /** Runs a reset, which no check sees. */
  reset(edge: () => void): void {
    const before = this.#registers.map((register) => register.read(0));
    edge();
    this.#registers.forEach((register, index) => {
      register.write(0, at(before, index));
    });
    this.#cycle = 0;
    this.#historyFrom.clear();
  }

  /** After clock edges outside reset. @throws CheckError where checks failed at them and the mode is `throw`. */
  passed(cycles: number, observation: Observation | undefined): void {
    this.#cycle += cycles;
    const failed = this.#byName.get(failedName);
    if (!failed || failed.read(0) === 0n) return;
    failed.write(0, 0n);
    const failures = this.#cells
      .flatMap((cell) => this.#failure(cell))
      .sort(
        (a, b) => a.cycle - b.cycle || Number(b.kind === "assume") - Number(a.kind === "assume"),
      );
    if (this.#mode === "throw") throw new CheckError(failures, observation);
  }

  results(): CheckResult[] {
    return this.#cells.map((cell) => ({
      ...siteOf(cell),
      count: Number(this.#element(cell.count).read(0)),
      first: this.#first.get(cell),
    }));
  }

  /** The failure of a check since it was last asked for, if there is one; its history goes on afterwards. */
  #failure(cell: CheckCell): CheckFailure[] {
    if (cell.since === undefined) return [];
    const register = this.#element(cell.since);
    const since = Number(register.read(0));
    if (since === 0) return [];
    register.write(0, 0n);
    const cycle = this.#cycle - since;
    const from = Math.max(this.#historyFrom.get(cell) ?? 0, cycle + 1 - historyCycles);
    if (since > 1) this.#historyFrom.set(cell, this.#cycle);
    const place = Number(this.#element(placeName).read(0)) - since;
    const cycles = cycle + 1 - from;
    const signals = cell.history.map(({ name, type, words }): WaveSignal => {
      const [memory, column] = [this.#element(words), columnOf(type, cycles)];
      for (let i = 0; i < cycles; i++) {
        const word = memory.read(modulo(place - (cycles - 1 - i), historyCycles));
        setElement(column, i, fromBits(type, word));
      }
      return { name, type, column };
    });
    const wave = { name: this.#module.name, from, cycles, signals };
    const failure = { ...siteOf(cell), cycle, wave, omitted: cell.omitted };
    if (!this.#first.has(cell)) this.#first.set(cell, failure);
    return [failure];
  }

  #element(name: string): StateElement {
    const element = this.#byName.get(name);
    if (!element) throw new Error(`there is no ${name}`);
    return element;
  }
}

const siteOf = ({ check, prefix }: CheckCell): CheckSite => ({
  kind: check.kind,
  label: check.label,
  instance: prefix.slice(0, -1),
  location: String(check.location),
});

const modulo = (a: number, n: number): number => ((a % n) + n) % n;
