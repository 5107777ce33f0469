import { elementBytes } from "../column.ts";
import type { Netlist } from "../netlist.ts";
import { commit } from "./commit.ts";
import { Code } from "./encoder.ts";
import { Gatherer } from "./gather.ts";
import type { Plan } from "./groups.ts";
import { Kernels } from "./kernels.ts";
import { type Layout, narrowLoads, narrowStores } from "./layout.ts";
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
  const recorded = layout.recorded.map(({ port }) => port.slot);
  const state = stateSlots(netlist);
  const nexts = nextSlots(netlist);
  const cycle = (code: Code, roots: readonly number[]): Cycle =>
    new Cycle(new Values(code, netlist, layout), plan, layout, kernels, roots);

  const settle = cycle(new Code("settle", []), recorded);
  settle.load([...netlist.inputs.map((port) => port.slot), ...state]);
  settle.compute();
  for (const slot of new Set(recorded)) settle.values.save(slot);

  const edge = cycle(new Code("edge", ["i32"]), nexts);
  edge.load([...netlist.inputs.map((port) => port.slot), ...state]);
  edge.compute();
  edge.clock(0);

  const row = cycle(new Code("row", ["i32"]), [...nexts, ...recorded]);
  row.load(state);
  readColumns(row.values, layout);
  row.compute();
  writeColumns(row.values, layout);
  row.clock(undefined);

  const edges = new Code("edges", ["i32", "i32"]);
  repeat(edges, () => edges.get(1).call("edge"));
  const batch = new Code("batch", ["i32"]);
  const index = batch.local("i32");
  repeat(batch, () => batch.get(index).call("row").get(index).i32(1).emit("i32.add").set(index));
  return [settle, edge, row]
    .map(({ values }) => values.code)
    .concat(edges, batch, kernels.functions);
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
    ...writes.flatMap(({ address, data, enable }) => [address, data, enable]),
  ]),
  ...kept.flatMap(({ module, inputs }) => (module.clocked ? inputs : [])),
];

/** The code of one cycle: only what `roots` depend on. */
class Cycle {
  readonly values: Values;
  readonly #plan: Plan;
  readonly #layout: Layout;
  readonly #kernels: Kernels;
  readonly #gatherer: Gatherer;
  readonly #needed: ReadonlySet<number>;

  constructor(
    values: Values,
    plan: Plan,
    layout: Layout,
    kernels: Kernels,
    roots: readonly number[],
  ) {
    this.values = values;
    this.#plan = plan;
    this.#layout = layout;
    this.#kernels = kernels;
    this.#gatherer = new Gatherer(values, layout);
    this.#needed = slotsBehind(plan.netlist, roots);
  }

  /** Copies slots from their places in memory. */
  load(slots: readonly number[]): void {
    for (const slot of slots) if (this.#needed.has(slot)) this.values.load(slot);
  }

  /** Computes cells and results of instances, level after level. */
  compute(): void {
    const { cells, levels, results } = this.#plan.netlist;
    const needed = cells.filter(({ slot }) => this.#needed.has(slot));
    const last = levels.reduce((most, level) => Math.max(most, level), 0);
    for (let level = 0; level <= last; level++) {
      const now = results.filter(({ slot }) => levels[slot] === level && this.#needed.has(slot));
      for (const layout of this.#layout.groups) {
        const { laneOf, kernel } = layout.group;
        const own = now.filter(({ instance }) => laneOf.has(instance));
        const registers = new Set(kernel.registers.map(({ slot }) => slot));
        const computed = own
          .map((result) => ({
            needs: result.needs,
            lane: laneOf.get(result.instance) ?? 0,
            slot: kernel.signals.get(result.signal)?.slot ?? -1,
          }))
          .filter(({ slot }) => !registers.has(slot));
        if (computed.length === 0) continue;
        this.#gatherer.gather(
          layout,
          computed.flatMap(({ needs, lane }) => needs.map((input) => [input, lane] as const)),
        );
        const lanes = computed.map(({ lane }) => lane);
        const slots = [...new Set(computed.map(({ slot }) => slot))].sort((a, b) => a - b);
        this.#kernels.evaluate(this.values.code, layout, slots, lanes);
      }
      for (const cell of needed) {
        if (levels[cell.slot] !== level) continue;
        compileOperation[cell.operation](this.values, cell);
      }
    }
  }

  /** The clock edge; `reset` is the parameter that says whether the reset is 1. */
  clock(reset: number | undefined): void {
    const { groups } = this.#layout;
    for (const layout of groups) {
      const { kernel, lanes } = layout.group;
      const all = [...lanes.keys()].flatMap((lane) =>
        kernel.inputs.map((_, input) => [input, lane] as const),
      );
      if (kernel.registers.length > 0) this.#gatherer.gather(layout, all);
    }
    commit(this.values, reset);
    for (const slot of stateSlots(this.#plan.netlist)) this.values.save(slot);
    for (const layout of groups) this.#kernels.clock(this.values.code, layout, reset);
  }
}

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

function readColumns(values: Values, { columns }: Layout): void {
  for (const { port, address } of columns) {
    const bytes = elementBytes(port.type.width);
    values.store(port.slot, true, (word) =>
      pushOffset(values.code, bytes).memory(narrowLoads[bytes] ?? "i64.load", address + 8 * word),
    );
  }
}

function writeColumns(values: Values, { recorded }: Layout): void {
  for (const { port, address } of recorded) {
    const bytes = elementBytes(port.type.width);
    for (let word = 0; word < values.words(port.slot); word++) {
      pushOffset(values.code, bytes);
      if (port.type.kind === "sint") values.pushSigned(port.slot, word);
      else values.push(port.slot, 64 * word);
      values.code.memory(narrowStores[bytes] ?? "i64.store", address + 8 * word);
    }
  }
}
