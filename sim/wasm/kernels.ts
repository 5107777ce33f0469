// Compiles the loops of groups when they are first called.

import type { Netlist } from "../netlist.ts";
import type { Code } from "./encoder.ts";
import type { GroupLayout, Layout } from "./layout.ts";
import { lanesPerBlock } from "./simd/element.ts";
import { StoredForms } from "./simd/forms.ts";
import { clockEdge, evaluation, resetState } from "./simd/kernel.ts";

/** The functions of the groups, each compiled when it is first called for. */
export class Kernels {
  readonly functions: Code[] = [];
  readonly #places: ReadonlyMap<GroupLayout, number>;
  readonly #names = new Map<string, string>();
  readonly #forms: StoredForms;

  constructor(netlist: Netlist, layout: Layout) {
    this.#forms = new StoredForms(netlist, layout);
    this.#places = new Map(layout.groups.map((group, index) => [group, index]));
  }

  /** Emits a call that computes results, given as kernel slots, in blocks that cover some lanes. */
  evaluate(
    code: Code,
    layout: GroupLayout,
    slots: readonly number[],
    lanes: readonly number[],
  ): void {
    const name = this.#function(`evaluate ${slots.join(" ")}`, layout, (unique) =>
      evaluation(unique, layout, slots, this.#forms),
    );
    // Lanes in between that are not asked for get values that are replaced before anything reads them.
    const minimum = lanes.reduce((a, b) => Math.min(a, b));
    const maximum = lanes.reduce((a, b) => Math.max(a, b));
    const block = (lane: number): number => lanesPerBlock * Math.floor(lane / lanesPerBlock);
    code
      .i32(block(minimum))
      .i32(block(maximum) + lanesPerBlock)
      .call(name, 1 + (block(maximum) - block(minimum)) / lanesPerBlock);
  }

  /** Emits the clock edge of a group's registers. */
  clock(code: Code, layout: GroupLayout): void {
    this.#eachLane(code, "edge", [layout], clockEdge);
  }

  /** Emits the reset of the groups' registers. */
  reset(code: Code, layouts: readonly GroupLayout[]): void {
    this.#eachLane(code, "reset", layouts, resetState);
  }

  #eachLane(
    code: Code,
    purpose: string,
    layouts: readonly GroupLayout[],
    compile: (name: string, layout: GroupLayout, forms: StoredForms) => Code,
  ): void {
    for (const layout of layouts) {
      if (layout.group.kernel.registers.length === 0) continue;
      const name = this.#function(purpose, layout, (unique) =>
        compile(unique, layout, this.#forms),
      );
      code
        .i32(0)
        .i32(layout.lanes)
        .call(name, layout.lanes / lanesPerBlock);
    }
  }

  #function(purpose: string, layout: GroupLayout, compile: (name: string) => Code): string {
    const key = `${this.#places.get(layout)} ${purpose}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const [verb = ""] = purpose.split(" ");
    const name = `${verb}_${layout.group.name}_${this.functions.length}`;
    this.#names.set(key, name);
    this.functions.push(compile(name));
    return name;
  }
}
