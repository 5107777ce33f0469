import { at } from "@chisel-ts/core";
import { CostError } from "../error.ts";
import {
  constant,
  type Expression,
  not,
  parseExpression,
  pin,
  substitute,
} from "../liberty/expression.ts";
import { flipFlopOf } from "../liberty/flip-flop.ts";
import type { Library } from "../liberty/library.ts";
import type { Bit, Netlist } from "../synthesis/netlist.ts";
import { type Instance, instancesOf } from "../timing/nets.ts";

/** A mapped netlist as values of 1 bit: what each is, in the order in which they can be worked out. */
export interface GateCircuit {
  readonly instances: readonly Instance[];
  /** How many values there are: nets first, then the flip-flops' states. */
  readonly values: number;
  /** The nets by the number of their value. */
  readonly nets: readonly number[];
  /** The value of a net. Constants have none. */
  readonly valueAt: ReadonlyMap<Bit, number>;
  /** Values of each input port's bits, the least first; the clock's is left out. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Nets that carry the clock: they change twice a cycle, and no expression has them. */
  readonly clock: ReadonlySet<Bit>;
  /** What the names of a cell's state stand for, by cell. */
  readonly states: ReadonlyMap<Instance, ReadonlyMap<string, Expression>>;
  readonly gates: readonly Gate[];
  readonly registers: readonly Gate[];
}

/** A value and what it is of others; of a register: what it becomes with the clock. */
export interface Gate {
  readonly value: number;
  readonly expression: Expression;
}

/** A value as it stands in an expression. */
export const leaf = (value: number): Expression => pin(String(value));

/**
 * @throws CostError for a cell without a function, flip-flops that are set or cleared without the clock, a clock
 * that goes through other cells than buffers and inverters, or a combinational loop.
 */
export function gateCircuit(netlist: Netlist, library: Library): GateCircuit {
  return new Builder(netlist, library).build();
}

class Builder {
  readonly #netlist: Netlist;
  readonly #library: Library;
  readonly #instances: readonly Instance[];
  readonly #drivers = new Map<Bit, Instance>();
  readonly #valueAt = new Map<Bit, number>();
  readonly #states = new Map<Instance, ReadonlyMap<string, Expression>>();

  constructor(netlist: Netlist, library: Library) {
    this.#netlist = netlist;
    this.#library = library;
    this.#instances = instancesOf(netlist, library);
    for (const instance of this.#instances) {
      for (const {
        pin: { direction },
        net,
      } of instance.pins)
        if (direction === "output") this.#drivers.set(net, instance);
    }
  }

  build(): GateCircuit {
    const clock = this.#clockNets();
    const inputs = Object.entries(this.#netlist.inputs);
    const all = [...inputs.flatMap(([, bits]) => bits), ...this.#drivers.keys()];
    const nets = [...new Set(all)].filter(
      (net) => typeof net === "number" && !clock.has(net),
    ) as number[];
    nets.forEach((net, value) => {
      this.#valueAt.set(net, value);
    });
    const registers: Gate[] = [];
    const gates: Gate[] = [];
    for (const instance of this.#instances) {
      const ff = flipFlopOf(instance.cell);
      const value = nets.length + registers.length;
      if (ff) {
        const by = new Map<string, Expression>();
        by.set(ff.state, leaf(value));
        if (ff.inverse !== undefined) by.set(ff.inverse, not(leaf(value)));
        this.#states.set(instance, by);
        registers.push({ value, expression: this.#next(instance, ff) });
      } else if (instance.cell.sequential) this.#fail(instance, "its state is no flip-flop's");
      for (const { pin: output, net } of instance.pins) {
        const target = this.#valueAt.get(net);
        if (output.direction !== "output" || target === undefined) continue;
        const written =
          output.function === undefined ? undefined : parseExpression(output.function);
        if (!written) this.#fail(instance, `its output ${output.name} has no function`);
        gates.push({ value: target, expression: this.#over(instance, written) });
      }
    }
    return {
      instances: this.#instances,
      nets,
      clock,
      registers,
      valueAt: this.#valueAt,
      states: this.#states,
      values: nets.length + registers.length,
      inputs: Object.fromEntries(
        inputs
          .filter(([, bits]) => !bits.some((bit) => clock.has(bit)))
          .map(([name, bits]) => [name, bits.flatMap((bit) => this.#valueAt.get(bit) ?? [])]),
      ),
      gates: inOrder(gates),
    };
  }

  #next(
    instance: Instance,
    { next, clear, preset }: NonNullable<ReturnType<typeof flipFlopOf>>,
  ): Expression {
    const [cleared, set] = [clear, preset].map((given) => this.#over(instance, given));
    if (cleared?.kind !== "constant" || set?.kind !== "constant")
      return this.#fail(instance, "it is set or cleared without the clock, which is not simulated");
    if (cleared.value || set.value) return constant(set.value);
    return this.#over(instance, next);
  }

  #over(instance: Instance, given: Expression): Expression {
    return overValues(given, instance, {
      valueAt: this.#valueAt,
      state: this.#states.get(instance),
      other: (name) =>
        this.#fail(
          instance,
          `its pin ${name} has the clock or no driver; only flip-flops take the clock`,
        ),
    });
  }

  /** The clock input and what buffers and inverters make of it. */
  #clockNets(): Set<Bit> {
    const found = new Set<Bit>();
    for (const instance of this.#instances) {
      const ff = flipFlopOf(instance.cell);
      if (!ff) continue;
      let net = instance.netAt.get(ff.clock) ?? "x";
      while (!found.has(net)) {
        found.add(net);
        const driver = this.#drivers.get(net);
        if (!driver) break;
        const inputs = driver.pins.filter(({ pin: { direction } }) => direction === "input");
        const [input] = inputs;
        if (!input || inputs.length > 1 || driver.cell.sequential)
          this.#fail(driver, "it makes a clock of several signals, which is not simulated");
        net = input.net;
      }
    }
    return found;
  }

  #fail({ name, cell }: Instance, problem: string): never {
    throw new CostError(`${this.#library.file}: ${name}, a ${cell.name}: ${problem}`);
  }
}

/** What stands for the names of an expression. */
interface Replaced {
  readonly valueAt: ReadonlyMap<Bit, number>;
  readonly state: ReadonlyMap<string, Expression> | undefined;
  /** What a pin without a value stands for. */
  readonly other: (name: string) => Expression;
}

/** An expression over the pins of a placed cell as one over values. */
export function overValues(
  given: Expression,
  { netAt }: Instance,
  { valueAt, state, other }: Replaced,
): Expression {
  return substitute(given, (name) => {
    const own = state?.get(name);
    if (own) return own;
    const net = netAt.get(name) ?? "0";
    if (typeof net !== "number") return constant(net === "1");
    const value = valueAt.get(net);
    return value === undefined ? other(name) : leaf(value);
  });
}

/** Gates, each after those that it takes values of. */
function inOrder(gates: readonly Gate[]): Gate[] {
  const byValue = new Map(gates.map((gate) => [gate.value, gate]));
  const users = new Map<number, Gate[]>();
  const waiting = new Map<Gate, number>();
  for (const gate of gates) {
    const sources = [...leavesOf(gate.expression)].filter((value) => byValue.has(value));
    waiting.set(gate, sources.length);
    for (const source of sources) {
      const list = users.get(source) ?? [];
      list.push(gate);
      users.set(source, list);
    }
  }
  const ready = gates.filter((gate) => waiting.get(gate) === 0);
  for (const gate of ready) {
    for (const user of users.get(gate.value) ?? []) {
      const left = at(waiting, user) - 1;
      waiting.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  if (ready.length < gates.length) throw new CostError("the netlist has a combinational loop");
  return ready;
}

/** The values that an expression is of. */
export function leavesOf(expression: Expression): Set<number> {
  const found = new Set<number>();
  const visit = (at: Expression): void => {
    if (at.kind === "pin") found.add(Number(at.name));
    else if (at.kind === "not") visit(at.of);
    else if (at.kind !== "constant") {
      visit(at.left);
      visit(at.right);
    }
  };
  visit(expression);
  return found;
}
