import { type GateCircuit, overValues } from "../gates/circuit.ts";
import type { Probe } from "../gates/compile.ts";
import type { Activity } from "../gates/simulate.ts";
import {
  both,
  constant,
  difference,
  type Expression,
  parseExpression,
  pin,
  substitute,
} from "../liberty/expression.ts";

/** How often something happens in a run. */
export type Count = (activity: Activity) => number;

/** The clock in an expression: 1 in half of every cycle. */
const clock = "clock";

const always: Count = ({ cycles }) => cycles;
const never: Count = () => 0;

/** Collects what a simulation has to count, each once. */
export class Plan {
  readonly #circuit: GateCircuit;
  readonly #probes: Probe[] = [];
  readonly #known = new Map<string, Count>();

  constructor(circuit: GateCircuit) {
    this.#circuit = circuit;
  }

  get probes(): readonly Probe[] {
    return this.#probes;
  }

  /** Changes of a net; of the clock's, two a cycle; of a constant, none. */
  toggles(net: number | string): Count {
    if (this.#circuit.clock.has(net as number)) return ({ cycles }) => 2 * cycles;
    const value = this.#circuit.valueAt.get(net as number);
    return value === undefined ? never : ({ toggles }) => toggles[value] as number;
  }

  /** Cycles in which a condition on a placed cell's pins holds. */
  holds(instance: Placed, when: Expression): Count {
    return this.#count(this.#over(instance, when), undefined);
  }

  /** Changes of a net with which a condition on a placed cell's pins holds. */
  togglesWhen(instance: Placed, net: number | string, when: Expression | undefined): Count {
    if (when === undefined) return this.toggles(net);
    const condition = this.#over(instance, when);
    if (this.#circuit.clock.has(net as number)) {
      const half = this.#count(condition, undefined);
      return (activity) => 2 * half(activity);
    }
    const value = this.#circuit.valueAt.get(net as number);
    return value === undefined ? never : this.#count(condition, value);
  }

  /** Changes of an input with which the output follows it, and a condition holds. */
  causes(
    instance: Placed,
    written: string | undefined,
    related: string,
    when: Expression | undefined,
  ): Count {
    const found = written === undefined ? undefined : parseExpression(written);
    const follows = found ? difference(found, related) : constant(true);
    const net = instance.netAt.get(related) ?? "0";
    return this.togglesWhen(instance, net, when ? both("and", follows, when) : follows);
  }

  #over(instance: Placed, when: Expression): Expression {
    const { valueAt, states } = this.#circuit;
    return overValues(when, instance, {
      valueAt,
      state: states.get(instance),
      other: () => pin(clock),
    });
  }

  #count(when: Expression, toggled: number | undefined): Count {
    const cases = [true, false].map((value) =>
      substitute(when, (name) => (name === clock ? constant(value) : pin(name))),
    );
    const [high = when, low = when] = cases;
    if (JSON.stringify(high) === JSON.stringify(low)) return this.#probe(high, toggled);
    const [up, down] = [this.#probe(high, toggled), this.#probe(low, toggled)];
    return (activity) => (up(activity) + down(activity)) / 2;
  }

  #probe(when: Expression, toggled: number | undefined): Count {
    if (when.kind === "constant") {
      if (!when.value) return never;
      return toggled === undefined ? always : ({ toggles }) => toggles[toggled] as number;
    }
    const key = JSON.stringify([when, toggled]);
    const known = this.#known.get(key);
    if (known) return known;
    const at = this.#probes.push({ when, ...(toggled !== undefined && { toggled }) }) - 1;
    const count: Count = ({ probes }) => probes[at] as number;
    this.#known.set(key, count);
    return count;
  }
}

type Placed = GateCircuit["instances"][number];
