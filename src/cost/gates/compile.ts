import { assemble, Code } from "../../../sim/wasm/encoder.ts";
import type { Expression } from "../liberty/expression.ts";
import type { Gate, GateCircuit } from "./circuit.ts";

/** Something to be counted: the cases in which a condition holds, and, where asked for, a value has just changed. */
export interface Probe {
  /** Over values of the circuit, as they are after the change. */
  readonly when: Expression;
  readonly toggled?: number;
}

/** A vector holds 128 cases, one a bit; counters are 16 bytes that lanes of 8 cases are counted in. */
export const vectorBytes = 16;

/** Steps after which a counter of 8 cases a step is full. */
export const maxSteps = 31;

/** Values are counted on this many gates a function: a compiler's time grows faster than a function. */
const gatesInFunction = 256;

/** Where things are in memory, in bytes. Values come first, each a vector. */
export interface GateLayout {
  /** What registers become. */
  readonly next: number;
  /** Which cases of a value have changed, by value; of those alone that a probe asks for. */
  readonly changes: ReadonlyMap<number, number>;
  /** Counters: changes of each net, ones of each net, probes. */
  readonly counters: number;
  readonly counterCount: number;
  /** Records, one a step: which cases count, then each bit of the inputs in order. */
  readonly records: number;
  readonly recordBytes: number;
  readonly bytes: number;
}

export function layoutOf(
  { values, nets, registers }: GateCircuit,
  inputBits: readonly number[],
  probes: readonly Probe[] | undefined,
): GateLayout {
  let free = values * vectorBytes;
  const take = (vectors: number): number => {
    const at = free;
    free += vectors * vectorBytes;
    return at;
  };
  const next = take(registers.length);
  const toggled = new Set((probes ?? []).flatMap((probe) => probe.toggled ?? []));
  const changes = new Map([...toggled].map((value) => [value, take(1)]));
  const counterCount = probes ? 2 * nets.length + probes.length : 0;
  const counters = take(counterCount);
  const recordBytes = (1 + inputBits.length) * vectorBytes;
  const records = take(maxSteps * (1 + inputBits.length));
  return { next, changes, counters, counterCount, records, recordBytes, bytes: free };
}

/**
 * The module: imports `env.memory`, exports `run(record, steps)`, which takes `steps` records, 1 at least, one a cycle:
 * registers take what they became, inputs come, gates follow in order, and changes, ones and probes are counted.
 *
 * @param probes without them nothing is counted.
 */
export function compileGates(
  circuit: GateCircuit,
  inputBits: readonly number[],
  layout: GateLayout,
  probes: readonly Probe[] | undefined,
): Uint8Array<ArrayBuffer> {
  const tasks: ((code: Body) => void)[] = [
    ...circuit.registers.map(({ value }, at) => (body: Body) => {
      body.store(value * vectorBytes, () => body.load(layout.next + at * vectorBytes));
    }),
    ...inputBits.map((value, at) => (body: Body) => {
      body.assign(value, () => body.input((1 + at) * vectorBytes));
    }),
    ...circuit.gates.map(({ value, expression }) => (body: Body) => {
      body.assign(value, () => body.value(expression));
    }),
    ...circuit.registers.map(({ expression }: Gate, at) => (body: Body) => {
      body.store(layout.next + at * vectorBytes, () => body.value(expression));
    }),
    ...(probes ?? []).map((probe, at) => (body: Body) => body.probe(probe, at)),
  ];
  const parts: Code[] = [];
  for (let first = 0; first < tasks.length; first += gatesInFunction) {
    const body = new Body(`part_${parts.length}`, layout, circuit, probes !== undefined);
    for (const task of tasks.slice(first, first + gatesInFunction)) task(body);
    parts.push(body.code);
  }
  const run = new Code("run", ["i32", "i32"]);
  run.emit("loop");
  for (const { name } of parts) run.get(0).call(name);
  run.get(0).i32(layout.recordBytes).emit("i32.add").set(0);
  run.get(1).i32(1).emit("i32.sub").tee(1).branch("br_if", 0).emit("end");
  return assemble([...parts, run]);
}

/** A function of a part of a step; its parameter is the address of the record. */
class Body {
  readonly code: Code;
  readonly #mask: number;
  readonly #new: number;
  readonly #layout: GateLayout;
  readonly #nets: number;
  readonly #counts: boolean;

  constructor(name: string, layout: GateLayout, { nets }: GateCircuit, counts: boolean) {
    this.code = new Code(name, ["i32"]);
    this.#layout = layout;
    this.#nets = nets.length;
    this.#counts = counts;
    this.#mask = this.code.local("v128");
    this.#new = this.code.local("v128");
    if (counts) this.code.get(0).memory("v128.load", 0).set(this.#mask);
  }

  load(address: number): void {
    this.code.i32(0).memory("v128.load", address);
  }

  input(offset: number): void {
    this.code.get(0).memory("v128.load", offset);
  }

  store(address: number, value: () => void): void {
    this.code.i32(0);
    value();
    this.code.memory("v128.store", address);
  }

  /** A net's new value, and what it adds to the counters. */
  assign(value: number, compute: () => void): void {
    const address = value * vectorBytes;
    if (!this.#counts) {
      this.store(address, compute);
      return;
    }
    compute();
    this.code.set(this.#new);
    const changed = (): void => {
      this.load(address);
      this.code.get(this.#new).emit("v128.xor").get(this.#mask).emit("v128.and");
    };
    const kept = this.#layout.changes.get(value);
    if (kept !== undefined) this.store(kept, changed);
    this.#count(value, () => (kept === undefined ? changed() : this.load(kept)));
    this.#count(this.#nets + value, () => {
      this.code.get(this.#new).get(this.#mask).emit("v128.and");
    });
    this.store(address, () => this.code.get(this.#new));
  }

  probe({ when, toggled }: Probe, at: number): void {
    this.#count(2 * this.#nets + at, () => {
      this.value(when);
      const changes = toggled === undefined ? undefined : this.#layout.changes.get(toggled);
      if (changes === undefined) this.code.get(this.#mask);
      else this.load(changes);
      this.code.emit("v128.and");
    });
  }

  #count(counter: number, cases: () => void): void {
    const address = this.#layout.counters + counter * vectorBytes;
    this.store(address, () => {
      cases();
      this.code.emit("i8x16.popcnt");
      this.load(address);
      this.code.emit("i8x16.add");
    });
  }

  value(expression: Expression): void {
    switch (expression.kind) {
      case "constant":
        this.code.lanes(
          "v128.const",
          new Array<number>(vectorBytes).fill(expression.value ? 255 : 0),
        );
        return;
      case "pin":
        this.load(Number(expression.name) * vectorBytes);
        return;
      case "not":
        this.value(expression.of);
        this.code.emit("v128.not");
        return;
      default:
        this.value(expression.left);
        this.value(expression.right);
        this.code.emit(`v128.${expression.kind}`);
    }
  }
}
