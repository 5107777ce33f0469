// The code of one cycle: cells and loops in order of dependence.

import { at } from "@chisel-ts/core";
import type { Port } from "../cells.ts";
import { elementBytes } from "../column.ts";
import type { Result } from "../netlist.ts";
import { compileBlock } from "./branches/code.ts";
import type { Literal, Use } from "./branches/guards.ts";
import { commit } from "./commit.ts";
import { Code } from "./encoder.ts";
import { Gatherer } from "./gather.ts";
import type { Kernels } from "./kernels.ts";
import { type GroupLayout, type Layout, narrowLoads, narrowStores } from "./layout.ts";
import type { Plan, QuietBlock } from "./plan.ts";
import { compileQuiet } from "./quiet/code.ts";
import { type GroupStep, quietCells, readBy, type Step, stepsOf } from "./steps.ts";
import { hasNextState, slotsBehind } from "./uses.ts";
import type { Values } from "./values.ts";

/** The groups with registers that have a state to come. */
export const moving = (groups: readonly GroupLayout[], reset: boolean): GroupLayout[] =>
  groups.filter(({ group }) =>
    group.kernel.registers.some((register) => hasNextState(reset, register)),
  );

/** What a cycle is compiled with. */
interface Surroundings {
  readonly values: Values;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly kernels: Kernels;
}

/** The code of one cycle: only what `roots` depend on. */
export class Cycle {
  readonly values: Values;
  readonly #layout: Layout;
  readonly #kernels: Kernels;
  readonly #gatherer: Gatherer;
  readonly #roots: ReadonlySet<number>;
  readonly #needed: ReadonlySet<number>;
  readonly #steps: readonly Step[];
  readonly #quiet: readonly QuietBlock[];
  /** The last step that reads a slot. */
  readonly #lastRead = new Map<number, number>();

  constructor({ values, plan, layout, kernels }: Surroundings, roots: readonly Use[]) {
    this.values = values;
    this.#layout = layout;
    this.#kernels = kernels;
    this.#gatherer = new Gatherer(values, layout);
    this.#roots = new Set(roots.map(([slot]) => slot));
    this.#needed = slotsBehind(plan.netlist, [...this.#roots]);
    this.#steps = stepsOf(plan, layout, this.#needed, roots);
    this.#quiet = plan.quiet;
    this.#steps.forEach((step, index) => {
      for (const slot of readBy(plan.netlist, step)) this.#lastRead.set(slot, index);
    });
  }

  /** Copies slots from their places in memory. */
  load(slots: readonly number[]): void {
    for (const slot of slots) {
      if (!this.#needed.has(slot)) continue;
      this.#divide(0);
      this.values.code.from("state that is read");
      this.values.load(slot);
    }
  }

  /** Copies a slot to its place in memory. */
  save(slot: number): void {
    this.values.save(slot);
    this.#divide(this.#steps.length);
  }

  /** Computes cells and results of instances, level after level. */
  compute(): void {
    if (this.#quiet.length > 0) {
      this.#divide(0);
      compileQuiet(this.values, this.#quiet, (block) =>
        compileBlock(this.values, quietCells(this.values.netlist, block)),
      );
    }
    this.#steps.forEach((step, index) => {
      this.#divide(index);
      if ("computed" in step) this.#evaluate(step, index);
      else compileBlock(this.values, [step]);
    });
  }

  #evaluate({ layout, computed, when }: GroupStep, index: number): void {
    const { laneOf, kernel } = layout.group;
    const lane = ({ instance }: Result): number => laneOf.get(instance) ?? 0;
    const inputs = computed.flatMap((result) =>
      result.needs.map((input) => [input, lane(result)] as const),
    );
    const found = computed.map(({ signal }) => kernel.signals.get(signal)?.slot ?? -1);
    const slots = [...new Set(found)].sort((a, b) => a - b);
    const from = `calls of the loop of ${layout.group.name}`;
    this.values.code.from(from);
    this.#under(when, () => {
      this.#gatherer.gather(layout, inputs, () => this.#divide(index));
      this.#kernels.evaluate(this.values.code.from(from), layout, slots, computed.map(lane));
    });
  }

  /** Emits code that is left out unless all literals hold. */
  #under(literals: readonly Literal[], emit: () => void): void {
    if (literals.length === 0) {
      emit();
      return;
    }
    this.#all(literals);
    this.#conditional(emit);
  }

  /** Pushes whether all of some literals hold, as an i32. */
  #all(literals: readonly Literal[]): void {
    literals.forEach(([select, value], index) => {
      this.values.push(select).emit("i32.wrap_i64");
      if (!value) this.values.code.emit("i32.eqz");
      if (index > 0) this.values.code.emit("i32.and");
    });
  }

  /** Emits code that is left out where 0 is on the stack. */
  #conditional(emit: () => void): void {
    const { values } = this;
    values.code.emit("if");
    values.conditional = true;
    emit();
    values.conditional = false;
    values.code.emit("end");
  }

  /** The clock edge, with the reset at 1 or at 0. */
  clock(reset = false): void {
    const needed = moving(this.#layout.groups, reset);
    for (const layout of needed) {
      this.#noteChange(layout);
      const wanted = [...layout.group.lanes.keys()].flatMap((lane) =>
        layout.group.kernel.inputs.map((_, input) => [input, lane] as const),
      );
      this.#whereChanged(layout, () =>
        this.#gatherer.gather(layout, wanted, () => this.#divide(this.#steps.length)),
      );
    }
    commit(this.values, reset);
    for (const layout of needed)
      this.#whereChanged(layout, () => this.#kernels.clock(this.values.code, layout));
    if (reset) this.#kernels.reset(this.values.code, this.#layout.groups);
  }

  /** Notes in memory whether registers of a group will change, unless they always do: selects may be state, too. */
  #noteChange({ group }: GroupLayout): void {
    const { ways, changes } = at(this.#layout.edges, group);
    if (changes === undefined) return;
    this.values.code.from(`whether ${group.name} change`).i32(0).i32(0);
    for (const literals of ways) {
      this.#all(literals);
      this.values.code.emit("i32.or");
    }
    this.values.code.memory("i32.store8", changes);
  }

  /** Emits code that is left out where the registers of a group keep what they hold. */
  #whereChanged({ group }: GroupLayout, emit: () => void): void {
    const { changes } = at(this.#layout.edges, group);
    if (changes === undefined) {
      emit();
      return;
    }
    this.values.code.i32(0).memory("i32.load8_u", changes);
    this.#conditional(emit);
  }

  readColumns(): void {
    const { values } = this;
    for (const { port, address } of this.#layout.columns) {
      this.#divide(0);
      const { code } = values;
      const bytes = elementBytes(port.type.width);
      const element = this.#layout.elements.get(port.slot);
      if (element) {
        code.i32(0);
        pushOffset(code, bytes).memory(narrowLoads[bytes] ?? "i64.load", address);
        code.memory(narrowStores[bytes] ?? "i64.store", element.address);
        continue;
      }
      values.store(port.slot, true, (word) =>
        pushOffset(values.code, bytes).memory(narrowLoads[bytes] ?? "i64.load", address + 8 * word),
      );
    }
  }

  writeColumns(): void {
    for (const { port, address } of this.#layout.recorded) {
      this.write(port, address, (code) => pushOffset(code, elementBytes(port.type.width)));
    }
  }

  /** Copies a port to an address, relative to the one that `base` pushes, as an element of a column. */
  write(port: Port, address: number, base: (code: Code) => unknown = (code) => code.i32(0)): void {
    const { values } = this;
    this.#divide(this.#steps.length);
    const bytes = elementBytes(port.type.width);
    for (let word = 0; word < values.words(port.slot); word++) {
      base(values.code);
      if (port.type.kind === "sint") values.pushSigned(port.slot, word);
      else values.push(port.slot, 64 * word);
      values.code.memory(narrowStores[bytes] ?? "i64.store", address + 8 * word);
    }
  }

  /** The functions that the code became; where they are several, one of the first name calls them. */
  functions(): Code[] {
    const { code, filled } = this.values;
    const [first] = filled;
    if (!first) return [code];
    const all = new Code(first.name, first.parameters);
    const pieces = [...filled, code].map((piece, index) => piece.named(`${all.name}_${index}`));
    for (const { name } of pieces) {
      first.parameters.forEach((_, parameter) => {
        all.get(parameter);
      });
      all.call(name);
    }
    return [all, ...pieces];
  }

  /** Lets the code go on in another function before a step: what that and later ones read is saved. */
  #divide(step: number): void {
    if (this.values.conditional) return;
    this.values.divide((slot) => this.#roots.has(slot) || (this.#lastRead.get(slot) ?? -1) >= step);
  }
}

/** Pushes the address of the present cycle's element, whose number is parameter 0, relative to its column. */
const pushOffset = (code: Code, bytes: number): Code =>
  bytes === 1 ? code.get(0) : code.get(0).i32(bytes).emit("i32.mul");
