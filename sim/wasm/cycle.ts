// The code of one cycle: cells and loops in order of dependence.

import { at } from "@chisel-ts/core";
import type { Cell, Port, RegisterCell } from "../cells.ts";
import { elementBytes } from "../column.ts";
import type { Netlist, Result } from "../netlist.ts";
import { commit } from "./commit.ts";
import { Code } from "./encoder.ts";
import { Gatherer } from "./gather.ts";
import { type Guarded, GuardWriter, guardCells, type Use } from "./guards.ts";
import type { Kernels } from "./kernels.ts";
import { type GroupLayout, type Layout, narrowLoads, narrowStores } from "./layout.ts";
import { compileLookup } from "./lookup.ts";
import { compileOperation } from "./operations.ts";
import type { Group, Plan } from "./plan.ts";
import type { Values } from "./values.ts";

/** Whether a register has a state to come that depends on others: at a reset, unless it has a reset value. */
export const hasNextState = (reset: boolean, register: RegisterCell): boolean =>
  !reset || register.reset === undefined;

/** The groups with such registers. */
export const moving = (groups: readonly Group[], reset: boolean): Group[] =>
  groups.filter(({ kernel }) => kernel.registers.some((register) => hasNextState(reset, register)));

/** Results of one group's instances that are computed at once. */
interface GroupStep {
  readonly layout: GroupLayout;
  readonly computed: readonly Result[];
}

type Step = Guarded<Cell> | GroupStep;

/** Cells that a branch leaves out, at least and at most. */
const [minGuarded, maxGuarded] = [12, 4096];

/** The code of one cycle: only what `roots` depend on. */
export class Cycle {
  readonly values: Values;
  readonly #layout: Layout;
  readonly #kernels: Kernels;
  readonly #gatherer: Gatherer;
  readonly #roots: ReadonlySet<number>;
  readonly #needed: ReadonlySet<number>;
  readonly #steps: readonly Step[];
  /** The last step that reads a slot. */
  readonly #lastRead = new Map<number, number>();

  constructor(values: Values, plan: Plan, layout: Layout, kernels: Kernels, roots: readonly Use[]) {
    this.values = values;
    this.#layout = layout;
    this.#kernels = kernels;
    this.#gatherer = new Gatherer(values, layout);
    this.#roots = new Set(roots.map(([slot]) => slot));
    this.#needed = slotsBehind(plan.netlist, [...this.#roots]);
    this.#steps = stepsOf(plan.netlist, layout, this.#needed, roots);
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
    const { values } = this;
    const writer = new GuardWriter(
      ({ select, value }) => {
        values.push(select).emit("i32.wrap_i64");
        if (!value) values.code.emit("i32.eqz");
        values.code.emit("if");
        values.conditional = true;
      },
      ({ outer }) => {
        values.code.emit("end");
        values.conditional = outer !== undefined;
      },
    );
    this.#steps.forEach((step, index) => {
      const guard = "cell" in step ? step.guard : undefined;
      writer.to(guard);
      if (!guard) this.#divide(index);
      if (!("cell" in step)) {
        this.#evaluate(step, index);
        return;
      }
      const { cell } = step;
      if (this.#layout.elements.has(cell.slot)) return;
      values.code.from(cell.location ?? "checks and displays");
      if ("operation" in cell) compileOperation[cell.operation](values, cell);
      else compileLookup(values, cell);
    });
    writer.to(undefined);
  }

  #evaluate({ layout, computed }: GroupStep, index: number): void {
    const { laneOf, kernel } = layout.group;
    const lane = ({ instance }: Result): number => laneOf.get(instance) ?? 0;
    const inputs = computed.flatMap((result) =>
      result.needs.map((input) => [input, lane(result)] as const),
    );
    this.#gatherer.gather(layout, inputs, () => this.#divide(index));
    const found = computed.map(({ signal }) => kernel.signals.get(signal)?.slot ?? -1);
    const slots = [...new Set(found)].sort((a, b) => a - b);
    this.values.code.from(`calls of the loop of ${layout.group.name}`);
    this.#kernels.evaluate(this.values.code, layout, slots, computed.map(lane));
  }

  /** The clock edge, with the reset at 1 or at 0. */
  clock(reset = false): void {
    const { groups } = this.#layout;
    const needed = new Set(
      moving(
        groups.map(({ group }) => group),
        reset,
      ),
    );
    for (const layout of groups) {
      const { kernel, lanes } = layout.group;
      if (!needed.has(layout.group)) continue;
      const all = [...lanes.keys()].flatMap((lane) =>
        kernel.inputs.map((_, input) => [input, lane] as const),
      );
      this.#gatherer.gather(layout, all, () => this.#divide(this.#steps.length));
    }
    commit(this.values, reset);
    const { code } = this.values;
    this.#kernels.clock(
      code,
      groups.filter(({ group }) => needed.has(group)),
    );
    if (reset) this.#kernels.reset(code, groups);
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
    this.values.divide((slot) => this.#roots.has(slot) || (this.#lastRead.get(slot) ?? -1) >= step);
  }
}

/** What is to be computed, in an order in which everything follows what it depends on. */
function stepsOf(
  netlist: Netlist,
  { groups }: Layout,
  needed: ReadonlySet<number>,
  roots: readonly Use[],
): Step[] {
  const { cells, levels } = netlist;
  const byLevel = new Map<number, { evaluations: GroupStep[]; cells: Cell[] }>();
  const stepsOf = (level: number): { evaluations: GroupStep[]; cells: Cell[] } => {
    const own = byLevel.get(level) ?? { evaluations: [], cells: [] };
    byLevel.set(level, own);
    return own;
  };
  for (const layout of groups) {
    const { kernel, results } = layout.group;
    const registers = new Set(kernel.registers.map(({ slot }) => slot));
    const computed = new Map<number, Result[]>();
    for (const result of results) {
      const slot = at(kernel.signals, result.signal).slot;
      if (!needed.has(result.slot) || registers.has(slot)) continue;
      const level = at(levels, result.slot);
      const own = computed.get(level) ?? [];
      computed.set(level, own);
      own.push(result);
    }
    for (const [level, own] of computed) stepsOf(level).evaluations.push({ layout, computed: own });
  }
  for (const cell of cells) {
    if (needed.has(cell.slot)) stepsOf(at(levels, cell.slot)).cells.push(cell);
  }
  const inOrder = [...byLevel].sort(([a], [b]) => a - b);
  // What is read from another level may not be left out.
  const uses = new Map<number, Use[]>();
  const use = (one: Use, from?: number): void => {
    const level = at(levels, one[0]);
    if (level === from) return;
    const own = uses.get(level);
    if (own) own.push(one);
    else uses.set(level, [one]);
  };
  // What comes from a later level cannot be branched on.
  const isKnown = (slot: number, enable: number): boolean =>
    (levels[enable] as number) <= (levels[slot] as number);
  for (const [slot, enable] of roots)
    use(enable !== undefined && isKnown(slot, enable) ? [slot, enable] : [slot]);
  for (const [level, { evaluations, cells: own }] of inOrder) {
    for (const step of evaluations) for (const slot of readBy(netlist, step)) use([slot]);
    for (const { operands } of own) for (const slot of operands) use([slot], level);
  }
  const limits = {
    // A branch costs the compiler as many steps as a function has locals.
    min: Math.max(minGuarded, Math.ceil(cells.length / 500)),
    max: maxGuarded,
    accepts: (select: number) => !netlist.constants.has(select),
    isBit: (slot: number) => netlist.widths[slot] === 1,
  };
  return inOrder.flatMap(([level, { evaluations, cells: own }]) => [
    ...evaluations,
    ...guardCells(own, uses.get(level) ?? [], limits),
  ]);
}

/** The slots that a step reads. */
const readBy = ({ kept }: Netlist, step: Step): readonly number[] =>
  "cell" in step
    ? step.cell.operands
    : step.computed.flatMap(({ instance, needs }) =>
        needs.map((input) => at(at(kept, instance).inputs, input)),
      );

/** Every slot that some depend on within the cycle, themselves included. */
function slotsBehind(netlist: Netlist, roots: readonly number[]): Set<number> {
  const behind = new Map<number, readonly number[]>();
  for (const { slot, operands } of netlist.cells) behind.set(slot, operands);
  for (const { slot, instance, needs } of netlist.results) {
    behind.set(
      slot,
      needs.map((input) => at(at(netlist.kept, instance).inputs, input)),
    );
  }
  const found = new Set<number>();
  const stack = [...roots];
  for (let slot = stack.pop(); slot !== undefined; slot = stack.pop()) {
    if (found.has(slot)) continue;
    found.add(slot);
    for (const next of behind.get(slot) ?? []) stack.push(next);
  }
  return found;
}

/** Pushes the address of the present cycle's element, whose number is parameter 0, relative to its column. */
const pushOffset = (code: Code, bytes: number): Code =>
  bytes === 1 ? code.get(0) : code.get(0).i32(bytes).emit("i32.mul");
