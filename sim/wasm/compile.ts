// The functions that a simulation calls: settle, reset, edges and batch.

import { at } from "@chisel-ts/core";
import type { Netlist } from "../netlist.ts";
import type { Use } from "./branches/guards.ts";
import { Cycle, moving } from "./cycle.ts";
import { Code, type ValueType } from "./encoder.ts";
import { Kernels } from "./kernels.ts";
import type { Layout } from "./layout.ts";
import { Library } from "./library.ts";
import type { Plan } from "./plan.ts";
import { stateUses } from "./uses.ts";
import { Values } from "./values.ts";

/**
 * What a simulation may ask for, each compiled when it is first used:
 * `settle()` computes outputs and watched signals from inputs and state;
 * `reset()` lets a clock edge pass with the reset at 1;
 * `edges(cycles)` lets clock edges pass with the inputs in memory;
 * `batch(cycles, first)` does so with inputs from columns, outputs and watched signals to columns, from element `first` on.
 */
export type Part = "settle" | "reset" | "edges" | "batch";

export const parts: readonly Part[] = ["settle", "reset", "edges", "batch"];

/**
 * Compiles parts of a plan to functions on one memory.
 *
 * The cycle itself is a function of its own: inside a loop every value would be one more variable that
 * the optimiser carries around it, which makes large circuits very slow to compile.
 */
export function compile(plan: Plan, layout: Layout, wanted: readonly Part[]): Code[] {
  const unit = new Unit(plan, layout);
  const functions = wanted.flatMap((part) => compilePart[part](unit));
  return functions.concat(unit.functions());
}

/** Functions that are compiled together and share those of groups and of operations. */
export class Unit {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly #kernels: Kernels;
  readonly #library = new Library();

  constructor(plan: Plan, layout: Layout) {
    this.plan = plan;
    this.layout = layout;
    this.#kernels = new Kernels(plan.netlist, layout);
  }

  /** The code of one cycle, in a function of that name, as far as `roots` depend on it. */
  cycle(name: string, roots: readonly Use[], parameters: readonly ValueType[] = []): Cycle {
    return this.#cycle({ ...this.plan, quiet: [] }, name, roots, parameters);
  }

  /** The same, of a clock edge without reset: what stays is not computed again. */
  edge(name: string, more: readonly Use[] = [], parameters: readonly ValueType[] = []): Cycle {
    return this.#cycle(this.plan, name, [...nextSlots(this, false), ...more], parameters);
  }

  #cycle(plan: Plan, name: string, roots: readonly Use[], parameters: readonly ValueType[]): Cycle {
    const { layout } = this;
    const values = new Values(new Code(name, parameters), plan.netlist, layout, this.#library);
    return new Cycle({ values, plan, layout, kernels: this.#kernels }, roots);
  }

  /** `name()` computes slots from inputs and state; `finish` says where they go. */
  settle(name: string, roots: readonly number[], finish: (cycle: Cycle) => void): Code[] {
    const cycle = this.cycle(
      name,
      roots.map((slot) => [slot]),
    );
    cycle.load(stateSlots(this.plan.netlist));
    cycle.compute();
    finish(cycle);
    return cycle.functions();
  }

  /** What the functions so far call. */
  functions(): Code[] {
    return [...this.#kernels.functions, ...this.#library.functions];
  }
}

/** `edge()` lets a clock edge pass with the inputs in memory. */
export function edgeFunctions(unit: Unit): Code[] {
  const { netlist } = unit.plan;
  const edge = unit.edge("edge");
  edge.load(stateSlots(netlist));
  edge.compute();
  edge.clock();
  return edge.functions();
}

const compilePart: Readonly<Record<Part, (unit: Unit) => Code[]>> = {
  settle(unit) {
    const recorded = unit.layout.recorded.map(({ port }) => port.slot);
    return unit.settle("settle", recorded, (cycle) => {
      for (const slot of new Set(recorded)) cycle.save(slot);
    });
  },
  reset(unit) {
    const { netlist } = unit.plan;
    const reset = unit.cycle("reset", nextSlots(unit, true));
    reset.load(stateSlots(netlist));
    reset.compute();
    reset.clock(true);
    return reset.functions();
  },
  edges(unit) {
    const edges = new Code("edges", ["i32"]);
    repeat(edges, () => edges.call("edge"));
    return [...edgeFunctions(unit), edges];
  },
  batch(unit) {
    const { netlist } = unit.plan;
    const recorded = unit.layout.recorded.map(({ port }) => port.slot);
    const row = unit.edge(
      "row",
      recorded.map((slot): Use => [slot]),
      ["i32"],
    );
    row.load(stateSlots(netlist));
    row.readColumns();
    row.compute();
    row.writeColumns();
    row.clock();
    const batch = new Code("batch", ["i32", "i32"]);
    const index = 1;
    repeat(batch, () => batch.get(index).call("row").get(index).i32(1).emit("i32.add").set(index));
    return [...row.functions(), batch];
  },
};

/** Runs `body` as often as parameter 0 says. */
function repeat(code: Code, body: () => void): void {
  code.emit("block").get(0).emit("i32.eqz").branch("br_if", 0).emit("loop");
  body();
  code.get(0).i32(1).emit("i32.sub").tee(0).branch("br_if", 0).emit("end", "end");
}

const stateSlots = ({ registers, memories }: Netlist): number[] => [
  ...registers.map(({ slot }) => slot),
  ...memories.flatMap(({ reads }) => reads.map(({ slot }) => slot)),
];

/** What the state after the edge depends on. */
const nextSlots = (
  { plan: { netlist }, layout: { groups, edges } }: Unit,
  reset: boolean,
): Use[] => [
  ...stateUses(netlist, reset),
  ...moving(groups, reset).flatMap(({ group }) => {
    const { reads } = at(edges, group);
    return group.lanes.flatMap((instance, lane) =>
      (netlist.kept[instance]?.inputs ?? []).map((slot, input): Use => [slot, reads(input, lane)]),
    );
  }),
];
