// Finds cells that need not be computed again while the state that they depend on stays as it is.

import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { append } from "../append.ts";
import { guardsOf, type Use } from "../branches/guards.ts";
import type { QuietBlock } from "../plan.ts";
import { branchLimits } from "../steps.ts";
import { slotsBehind, stateUses } from "../uses.ts";
import { CellGraph } from "./graph.ts";
import { type Support, supportsOf } from "./supports.ts";

const limits = {
  /** Cells of all blocks. */
  cells: 8192,
  /** What a block is worth at least, in operations; and its worth for each operation that it costs while it is quiet. */
  worth: 48,
  ratio: 2,
  /** Sets of state that are tried. */
  tried: 256,
};

/**
 * Cells that depend on the same state are a block, if they are enough to make up for comparing that state with what it was. Only cells
 * that no branch leaves out count.
 */
export function quietBlocks(netlist: Netlist): QuietBlock[] {
  const uses = usesOf(netlist);
  const graph = new CellGraph(netlist, uses);
  const classes = new Classes(netlist, unguarded(netlist, uses));
  const chosen = new Set<number>();
  const compared = new Set<number>();
  const blocks: QuietBlock[] = [];
  for (const leaves of tried(classes, graph)) {
    const cells = graph.behind(classes.within(leaves), chosen);
    const outputs = graph.readElsewhere(cells);
    const worth = graph.work(cells);
    const words = graph.words(leaves.filter((slot) => !compared.has(slot)));
    const cost = 6 * words + 2 * leaves.length + 3 * graph.words(outputs);
    if (worth - cost < limits.worth || worth < limits.ratio * cost) continue;
    if (chosen.size + cells.length > limits.cells) continue;
    for (const { slot } of cells) chosen.add(slot);
    for (const slot of leaves) compared.add(slot);
    blocks.push({ leaves, cells, outputs });
  }
  return blocks;
}

/** Cells that are needed in every cycle, by the state that they depend on. */
class Classes {
  readonly bySupport = new Map<Support, Cell[]>();
  /** Supports by the last of their slots. */
  readonly #byLast = new Map<number, Support[]>();

  constructor(netlist: Netlist, always: ReadonlySet<number>) {
    const supports = supportsOf(netlist);
    for (const cell of netlist.cells) {
      const support = supports.get(cell.slot);
      const last = support?.at(-1);
      if (!support || last === undefined || !always.has(cell.slot)) continue;
      if (!this.bySupport.has(support)) append(this.#byLast, last, support);
      append(this.bySupport, support, cell);
    }
  }

  /** The cells that depend on nothing but some state. */
  within(leaves: Support): number[] {
    const within = new Set(leaves);
    return leaves
      .flatMap((last) => this.#byLast.get(last) ?? [])
      .filter((support) => support.every((slot) => within.has(slot)))
      .flatMap((support) => this.bySupport.get(support) ?? [])
      .map(({ slot }) => slot);
  }
}

/** The state of the classes with the most work, the smallest sets first: more state changes more often. */
const tried = ({ bySupport }: Classes, graph: CellGraph): Support[] =>
  [...bySupport]
    .map(([support, cells]) => ({ support, work: graph.work(cells) }))
    .sort((a, b) => b.work - a.work)
    .slice(0, limits.tried)
    .map(({ support }) => support)
    .sort((a, b) => a.length - b.length);

/** What the state after a clock edge depends on, and instances. */
const usesOf = (netlist: Netlist): Use[] => [
  ...stateUses(netlist),
  ...netlist.kept.flatMap(({ inputs }) => inputs.map((slot): Use => [slot])),
];

/** The cells that those uses need in every cycle. */
function unguarded(netlist: Netlist, uses: readonly Use[]): Set<number> {
  const needed = slotsBehind(
    netlist,
    uses.map(([slot]) => slot),
  );
  const own = netlist.cells.filter(({ slot }) => needed.has(slot));
  const guards = guardsOf(own, uses, branchLimits(netlist));
  return new Set(own.flatMap(({ slot }) => (guards.has(slot) ? [] : [slot])));
}
