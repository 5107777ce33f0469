import { at } from "@chisel-ts/core";
import type { Expression } from "../liberty/expression.ts";
import type { GateCircuit } from "./circuit.ts";
import { leavesOf } from "./circuit.ts";
import type { Probe } from "./compile.ts";
import { EventQueue } from "./event-queue.ts";
import { firstCycle, type Stimulus } from "./lanes.ts";
import type { Activity } from "./simulate.ts";

/** How long each value's edges take after what causes them: whole numbers by the value's number, those of inputs after the clock. */
export interface GateDelays {
  readonly rise: ArrayLike<number>;
  readonly fall: ArrayLike<number>;
}

/** What a timed run counts beside the settled values. */
export interface TimedActivity extends Activity {
  /** When the last change of all cycles came after its clock edge. */
  readonly latest: number;
}

type Evaluate = (values: Uint8Array) => number;

interface Timed {
  readonly delays: GateDelays;
  readonly probes: readonly Probe[];
  /** The same stimulus without delays; what it knows of settled values is kept. */
  readonly settled: Activity;
}

/**
 * Simulates a mapped netlist with delays, event by event, and counts every change: glitches too. A pulse that is shorter than a
 * gate's delay does not pass it (inertial delay, as Verilog's continuous assignments have). A cycle lasts until nothing changes
 * any more, so that registers take the values that they take without delays.
 */
export function simulateTimed(
  circuit: GateCircuit,
  stimulus: Stimulus,
  { delays, probes, settled }: Timed,
): TimedActivity {
  const run = new TimedRun(circuit, delays, probes);
  const first = firstCycle(stimulus);
  run.begin(stimulus, first);
  for (let cycle = first + 1; cycle < stimulus.cycles; cycle++) {
    if (cycle === 0) run.forget();
    run.step(stimulus, cycle);
  }
  return {
    cycles: settled.cycles,
    ones: settled.ones,
    toggles: run.toggles,
    latest: run.latest,
    probes: settled.probes.map((count, at) =>
      probes[at]?.toggled === undefined ? count : (run.probes[at] as number),
    ),
  };
}

class TimedRun {
  readonly toggles: Float64Array;
  readonly probes: Float64Array;
  latest = 0;
  readonly #circuit: GateCircuit;
  readonly #delays: GateDelays;
  readonly #values: Uint8Array;
  readonly #gates: readonly (Evaluate | undefined)[];
  readonly #users: readonly number[][];
  readonly #next: readonly { readonly value: number; readonly of: Evaluate }[];
  /** By the value that has changed: conditions to be counted. */
  readonly #watched: readonly { readonly at: number; readonly when: Evaluate }[][];
  readonly #queue = new EventQueue();
  /** When a value is to change; below 0 where it is not. It changes to what it is not. */
  readonly #due: Float64Array;

  constructor(circuit: GateCircuit, delays: GateDelays, probes: readonly Probe[]) {
    const { values, gates, registers, nets } = circuit;
    this.#circuit = circuit;
    this.#delays = delays;
    this.#values = new Uint8Array(values);
    this.#due = new Float64Array(values).fill(-1);
    const evaluate: (Evaluate | undefined)[] = new Array(values).fill(undefined);
    const users: number[][] = Array.from({ length: values }, () => []);
    for (const { value, expression } of gates) {
      evaluate[value] = compiled(expression);
      for (const source of leavesOf(expression)) users[source]?.push(value);
    }
    this.#gates = evaluate;
    this.#users = users;
    this.#next = registers.map(({ value, expression }) => ({ value, of: compiled(expression) }));
    this.#watched = Array.from({ length: values }, (_, value) =>
      probes.flatMap(({ toggled, when }, at) =>
        toggled === value ? { at, when: compiled(when) } : [],
      ),
    );
    this.toggles = new Float64Array(nets.length);
    this.probes = new Float64Array(probes.length);
  }

  /** The first cycle, from registers of 0, without delays. */
  begin(stimulus: Stimulus, cycle: number): void {
    for (const [value, bit] of this.#inputs(stimulus, cycle)) this.#values[value] = bit;
    for (const { value } of this.#circuit.gates)
      this.#values[value] = this.#gates[value]?.(this.#values) ?? 0;
  }

  forget(): void {
    this.toggles.fill(0);
    this.probes.fill(0);
    this.latest = 0;
  }

  step(stimulus: Stimulus, cycle: number): void {
    const values = this.#values;
    const states = this.#next.map(({ of }) => of(values));
    const changed: number[] = [];
    this.#next.forEach(({ value }, index) => {
      const state = states[index] as number;
      if (values[value] === state) return;
      values[value] = state;
      changed.push(value);
    });
    for (const [value, bit] of this.#inputs(stimulus, cycle))
      if (values[value] !== bit) this.#schedule(value, bit, 0);
    this.#follow(changed, 0);
    for (let time = this.#queue.next(); time !== undefined; time = this.#queue.next())
      this.#change(time);
  }

  /** What is due at a time changes, all of it before anything follows or is counted. */
  #change(time: number): void {
    const changed: number[] = [];
    for (const value of this.#queue.take(time)) {
      // It was due then once, or is no more.
      if (this.#due[value] !== time) continue;
      this.#due[value] = -1;
      this.#values[value] = 1 - (this.#values[value] as number);
      this.toggles[value] = (this.toggles[value] as number) + 1;
      changed.push(value);
    }
    if (changed.length > 0) this.latest = Math.max(this.latest, time);
    for (const value of changed)
      for (const { at: probe, when } of at(this.#watched, value))
        this.probes[probe] = (this.probes[probe] as number) + when(this.#values);
    this.#follow(changed, time);
  }

  #follow(changed: readonly number[], time: number): void {
    for (const value of changed)
      for (const user of at(this.#users, value))
        this.#schedule(user, this.#gates[user]?.(this.#values) ?? 0, time);
  }

  #schedule(value: number, bit: number, time: number): void {
    if (bit === this.#values[value]) {
      this.#due[value] = -1;
      return;
    }
    if ((this.#due[value] as number) >= 0) return;
    const due = time + ((bit === 1 ? this.#delays.rise : this.#delays.fall)[value] as number);
    this.#due[value] = due;
    this.#queue.add(due, value);
  }

  *#inputs({ columns, cycles }: Stimulus, cycle: number): Generator<readonly [number, number]> {
    const at = ((cycle % cycles) + cycles) % cycles;
    for (const [name, bits] of Object.entries(this.#circuit.inputs)) {
      const word = columns[name]?.[at] ?? 0;
      for (const [place, value] of bits.entries())
        yield [value, (word >> Math.min(place, 31)) & 1] as const;
    }
  }
}

function compiled(expression: Expression): Evaluate {
  switch (expression.kind) {
    case "constant": {
      const bit = Number(expression.value);
      return () => bit;
    }
    case "pin": {
      const value = Number(expression.name);
      return (values) => values[value] as number;
    }
    case "not": {
      const of = compiled(expression.of);
      return (values) => 1 - of(values);
    }
    default: {
      const [a, b] = [compiled(expression.left), compiled(expression.right)];
      if (expression.kind === "and") return (values) => a(values) & b(values);
      if (expression.kind === "or") return (values) => a(values) | b(values);
      return (values) => a(values) ^ b(values);
    }
  }
}
