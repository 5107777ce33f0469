import { at } from "@chisel-ts/core";
import type { Cell, Port, RegisterCell } from "../cells.ts";
import { elementBytes } from "../column.ts";
import type { Netlist, Result } from "../netlist.ts";
import { commit } from "./commit.ts";
import { Code, type ValueType } from "./encoder.ts";
import { Gatherer } from "./gather.ts";
import { type Guarded, GuardWriter, guardCells, type Use } from "./guards.ts";
import { Kernels } from "./kernels.ts";
import { type GroupLayout, type Layout, narrowLoads, narrowStores } from "./layout.ts";
import { Library } from "./library.ts";
import { compileLookup } from "./lookup.ts";
import { compileOperation } from "./operations.ts";
import type { Group, Plan } from "./plan.ts";
import { Values } from "./values.ts";

/**
 * What a simulation may ask for, each compiled when it is first used:
 * `settle()` computes outputs and watched signals from inputs and state;
 * `reset()` lets a clock edge pass with the reset at 1;
 * `edges(cycles)` lets clock edges pass with the inputs in memory;
 * `batch(cycles)` does so with inputs from columns, outputs and watched signals to columns.
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
    this.#kernels = new Kernels(layout);
  }

  /** The code of one cycle, in a function of that name, as far as `roots` depend on it. */
  cycle(name: string, roots: readonly Use[], parameters: readonly ValueType[] = []): Cycle {
    const { plan, layout } = this;
    const values = new Values(new Code(name, parameters), plan.netlist, layout, this.#library);
    return new Cycle(values, plan, layout, this.#kernels, roots);
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
  const edge = unit.cycle("edge", nextSlots(unit.plan, false));
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
    const reset = unit.cycle("reset", nextSlots(unit.plan, true));
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
    const row = unit.cycle(
      "row",
      [...nextSlots(unit.plan, false), ...recorded.map((slot): Use => [slot])],
      ["i32"],
    );
    row.load(stateSlots(netlist));
    row.readColumns();
    row.compute();
    row.writeColumns();
    row.clock();
    const batch = new Code("batch", ["i32"]);
    const index = batch.local("i32");
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

/** Whether a register has a state to come that depends on others: at a reset, unless it has a reset value. */
const hasNextState = (reset: boolean, register: RegisterCell): boolean =>
  !reset || register.reset === undefined;

/** The groups with such registers. */
const moving = (groups: readonly Group[], reset: boolean): Group[] =>
  groups.filter(({ kernel }) => kernel.registers.some((register) => hasNextState(reset, register)));

/** What the state after the edge depends on. */
const nextSlots = (
  { netlist: { registers, memories, kept }, groups }: Plan,
  reset: boolean,
): Use[] => [
  ...registers.flatMap((register): Use[] =>
    hasNextState(reset, register) ? [[register.next]] : [],
  ),
  ...memories.flatMap(({ reads, writes }) => [
    ...reads.flatMap(({ slot, address, enable }): Use[] => [[slot], [address], [enable]]),
    ...writes.flatMap(({ address, data, enable, mask }): Use[] => [
      ...([[address], [enable], [data, enable]] as const),
      ...(mask === undefined ? [] : [[mask, enable] as const]),
    ]),
  ]),
  ...moving(groups, reset).flatMap(({ lanes }) =>
    lanes.flatMap((lane) => (kept[lane]?.inputs ?? []).map((slot): Use => [slot])),
  ),
];

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
  for (const [slot, enable] of roots) {
    // An enable that is known only behind the data cannot leave them out.
    const known = enable !== undefined && at(levels, enable) <= at(levels, slot);
    use(known ? [slot, enable] : [slot]);
  }
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
