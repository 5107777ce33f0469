import { elementBytes } from "../column.ts";
import type { Cell, Netlist, Result } from "../netlist.ts";
import { commit } from "./commit.ts";
import { Code } from "./encoder.ts";
import { Gatherer } from "./gather.ts";
import type { Plan } from "./groups.ts";
import { Kernels } from "./kernels.ts";
import { type GroupLayout, type Layout, narrowLoads, narrowStores } from "./layout.ts";
import { Library } from "./library.ts";
import { compileLookup } from "./lookup.ts";
import { compileOperation } from "./operations.ts";
import { Values } from "./values.ts";

/**
 * Compiles a plan to functions on one memory:
 * `settle()` computes outputs and watched signals from inputs and state;
 * `edges(cycles, reset)` lets clock edges pass with the inputs in memory;
 * `batch(cycles)` does so with inputs from columns, outputs and watched signals to columns.
 *
 * The cycle itself is a function of its own: inside a loop every value would be one more variable that
 * the optimiser carries around it, which makes large circuits very slow to compile.
 */
export function compile(plan: Plan, layout: Layout): Code[] {
  const { netlist } = plan;
  const kernels = new Kernels(layout);
  const library = new Library();
  const recorded = layout.recorded.map(({ port }) => port.slot);
  const state = stateSlots(netlist);
  const nexts = nextSlots(netlist);
  const cycle = (code: Code, roots: readonly number[]): Cycle =>
    new Cycle(new Values(code, netlist, layout, library), plan, layout, kernels, roots);

  const settle = cycle(new Code("settle", []), recorded);
  settle.load([...netlist.inputs.map((port) => port.slot), ...state]);
  settle.compute();
  for (const slot of new Set(recorded)) settle.save(slot);

  const edge = cycle(new Code("edge", ["i32"]), nexts);
  edge.load([...netlist.inputs.map((port) => port.slot), ...state]);
  edge.compute();
  edge.clock(0);

  const row = cycle(new Code("row", ["i32"]), [...nexts, ...recorded]);
  row.load(state);
  row.readColumns();
  row.compute();
  row.writeColumns();
  row.clock(undefined);

  const edges = new Code("edges", ["i32", "i32"]);
  repeat(edges, () => edges.get(1).call("edge"));
  const batch = new Code("batch", ["i32"]);
  const index = batch.local("i32");
  repeat(batch, () => batch.get(index).call("row").get(index).i32(1).emit("i32.add").set(index));
  return [settle, edge, row]
    .flatMap((cycle) => cycle.functions())
    .concat(edges, batch, kernels.functions, library.functions);
}

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
const nextSlots = ({ registers, memories, kept }: Netlist): number[] => [
  ...registers.map(({ next }) => next),
  ...memories.flatMap(({ reads, writes }) => [
    ...reads.flatMap(({ slot, address, enable }) => [slot, address, enable]),
    ...writes.flatMap(({ address, data, enable, mask }) =>
      mask === undefined ? [address, data, enable] : [address, data, enable, mask],
    ),
  ]),
  ...kept.flatMap(({ module, inputs }) => (module.clocked ? inputs : [])),
];

/** Results of one group's instances that are computed at once. */
interface GroupStep {
  readonly layout: GroupLayout;
  readonly computed: readonly Result[];
}

/** The code of one cycle: only what `roots` depend on. */
class Cycle {
  readonly values: Values;
  readonly #layout: Layout;
  readonly #kernels: Kernels;
  readonly #gatherer: Gatherer;
  readonly #roots: ReadonlySet<number>;
  readonly #needed: ReadonlySet<number>;
  readonly #steps: readonly (Cell | GroupStep)[];
  /** The last step that reads a slot. */
  readonly #lastRead = new Map<number, number>();

  constructor(
    values: Values,
    plan: Plan,
    layout: Layout,
    kernels: Kernels,
    roots: readonly number[],
  ) {
    this.values = values;
    this.#layout = layout;
    this.#kernels = kernels;
    this.#gatherer = new Gatherer(values, layout);
    this.#roots = new Set(roots);
    this.#needed = slotsBehind(plan.netlist, roots);
    this.#steps = stepsOf(plan.netlist, layout, this.#needed);
    this.#steps.forEach((step, index) => {
      for (const slot of readBy(plan.netlist, step)) this.#lastRead.set(slot, index);
    });
  }

  /** Copies slots from their places in memory. */
  load(slots: readonly number[]): void {
    for (const slot of slots) {
      if (!this.#needed.has(slot)) continue;
      this.#divide(0);
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
    this.#steps.forEach((step, index) => {
      this.#divide(index);
      if ("operation" in step) compileOperation[step.operation](this.values, step);
      else if ("from" in step) compileLookup(this.values, step);
      else this.#evaluate(step, index);
    });
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
    this.#kernels.evaluate(this.values.code, layout, slots, computed.map(lane));
  }

  /** The clock edge; `reset` is the parameter that says whether the reset is 1. */
  clock(reset: number | undefined): void {
    const { groups } = this.#layout;
    for (const layout of groups) {
      const { kernel, lanes } = layout.group;
      const all = [...lanes.keys()].flatMap((lane) =>
        kernel.inputs.map((_, input) => [input, lane] as const),
      );
      if (kernel.registers.length === 0) continue;
      this.#gatherer.gather(layout, all, () => this.#divide(this.#steps.length));
    }
    commit(this.values, reset);
    this.#kernels.clock(this.values.code, groups, reset);
  }

  readColumns(): void {
    const { values } = this;
    for (const { port, address } of this.#layout.columns) {
      this.#divide(0);
      const bytes = elementBytes(port.type.width);
      values.store(port.slot, true, (word) =>
        pushOffset(values.code, bytes).memory(narrowLoads[bytes] ?? "i64.load", address + 8 * word),
      );
    }
  }

  writeColumns(): void {
    const { values } = this;
    for (const { port, address } of this.#layout.recorded) {
      this.#divide(this.#steps.length);
      const bytes = elementBytes(port.type.width);
      for (let word = 0; word < values.words(port.slot); word++) {
        pushOffset(values.code, bytes);
        if (port.type.kind === "sint") values.pushSigned(port.slot, word);
        else values.push(port.slot, 64 * word);
        values.code.memory(narrowStores[bytes] ?? "i64.store", address + 8 * word);
      }
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
  { cells, levels }: Netlist,
  { groups }: Layout,
  needed: ReadonlySet<number>,
): (Cell | GroupStep)[] {
  const byLevel = new Map<number, { evaluations: GroupStep[]; cells: Cell[] }>();
  const at = (level: number): { evaluations: GroupStep[]; cells: Cell[] } => {
    const own = byLevel.get(level) ?? { evaluations: [], cells: [] };
    byLevel.set(level, own);
    return own;
  };
  for (const layout of groups) {
    const { kernel, results } = layout.group;
    const registers = new Set(kernel.registers.map(({ slot }) => slot));
    const computed = new Map<number, Result[]>();
    for (const result of results) {
      const slot = kernel.signals.get(result.signal)?.slot ?? -1;
      if (!needed.has(result.slot) || registers.has(slot)) continue;
      const level = levels[result.slot] ?? 0;
      const own = computed.get(level) ?? [];
      computed.set(level, own);
      own.push(result);
    }
    for (const [level, own] of computed) at(level).evaluations.push({ layout, computed: own });
  }
  for (const cell of cells) if (needed.has(cell.slot)) at(levels[cell.slot] ?? 0).cells.push(cell);
  return [...byLevel]
    .sort(([a], [b]) => a - b)
    .flatMap(([, { evaluations, cells: own }]) => [...evaluations, ...own]);
}

/** The slots that a step reads. */
const readBy = ({ kept }: Netlist, step: Cell | GroupStep): readonly number[] =>
  "operands" in step
    ? step.operands
    : step.computed.flatMap(({ instance, needs }) =>
        needs.map((input) => kept[instance]?.inputs[input] ?? -1),
      );

/** Every slot that some depend on within the cycle, themselves included. */
function slotsBehind(netlist: Netlist, roots: readonly number[]): Set<number> {
  const behind = new Map<number, readonly number[]>();
  for (const { slot, operands } of netlist.cells) behind.set(slot, operands);
  for (const { slot, instance, needs } of netlist.results) {
    behind.set(
      slot,
      needs.map((input) => netlist.kept[instance]?.inputs[input] ?? -1),
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
