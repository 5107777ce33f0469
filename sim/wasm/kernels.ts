import { Code } from "./encoder.ts";
import type { GroupLayout, Layout } from "./layout.ts";
import { lanesPerBlock } from "./simd/element.ts";
import { clockEdge, evaluation, resetState } from "./simd/kernel.ts";

/** The functions of the groups, each compiled when it is first called for. */
export class Kernels {
  readonly functions: Code[] = [];
  readonly #places: ReadonlyMap<GroupLayout, number>;
  readonly #names = new Map<string, string>();

  constructor(layout: Layout) {
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
      evaluation(unique, layout, slots),
    );
    // Lanes in between that are not asked for get values that are replaced before anything reads them.
    const least = lanes.reduce((a, b) => Math.min(a, b));
    const greatest = lanes.reduce((a, b) => Math.max(a, b));
    const block = (lane: number): number => lanesPerBlock * Math.floor(lane / lanesPerBlock);
    code
      .i32(block(least))
      .i32(block(greatest) + lanesPerBlock)
      .call(name);
  }

  /**
   * Emits the clock edge of the groups' registers, and their reset when that parameter is there and 1. In a
   * function of its own: a branch costs the compiler as many steps as the function around it has locals.
   */
  clock(code: Code, layouts: readonly GroupLayout[], reset: number | undefined): void {
    const clocked = layouts.filter(({ group }) => group.kernel.registers.length > 0);
    if (clocked.length === 0) return;
    const all =
      reset === undefined ? new Code("clock_groups", []) : new Code("reset_groups", ["i32"]);
    for (const layout of clocked) {
      const edge = this.#function("edge", layout, (unique) => clockEdge(unique, layout));
      all.i32(0).i32(layout.lanes).call(edge);
    }
    if (reset !== undefined) {
      all.get(0).emit("if");
      for (const layout of clocked) {
        const back = this.#function("reset", layout, (unique) => resetState(unique, layout));
        all.i32(0).i32(layout.lanes).call(back);
      }
      all.emit("end");
      code.get(reset);
    }
    code.call(all.name);
    this.functions.push(all);
  }

  #function(purpose: string, layout: GroupLayout, compile: (name: string) => Code): string {
    const key = `${this.#places.get(layout)} ${purpose}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const [verb = ""] = purpose.split(" ");
    const name = `${verb}_${layout.group.module.name}_${this.functions.length}`;
    this.#names.set(key, name);
    this.functions.push(compile(name));
    return name;
  }
}
