import { CostError } from "../error.ts";
import type { Bit } from "../synthesis/netlist.ts";
import { clockEdge, type Edge, isClocked, isSetup, opposite } from "./arc.ts";
import type { TimingGraph } from "./graph.ts";
import type { Instance } from "./nets.ts";

/** A net that brings a clock, and the edge that counts. */
interface Root {
  readonly net: Bit;
  readonly edge: Edge;
  /** The first flip-flop found with it. */
  readonly instance: Instance;
}

/**
 * The clock is ideal: at every flip-flop at 0, whatever buffers are before it. That is true of one edge of
 * one input only; between two clocks or edges a path has another time than a period.
 *
 * @throws CostError naming two flip-flops that differ, or one that another cell clocks.
 */
export function requireOneClock(
  instances: readonly Instance[],
  graph: TimingGraph,
  inputs: ReadonlySet<Bit>,
  names: ReadonlyMap<Bit, string>,
): void {
  const roots = new Map<string, Root>();
  const visited = new Set<string>();
  const trace = (net: Bit, edge: Edge, instance: Instance): void => {
    const pending: { readonly net: Bit; readonly edge: Edge }[] = [{ net, edge }];
    for (let at = pending.pop(); at; at = pending.pop()) {
      const key = `${at.net} ${at.edge}`;
      if (visited.has(key)) continue;
      visited.add(key);
      const before = graph.into(at.net);
      if (before.length === 0) roots.set(key, { ...at, instance });
      for (const { arc, from } of before) {
        if (arc.sense !== "negative_unate") pending.push({ net: from, edge: at.edge });
        if (arc.sense !== "positive_unate") pending.push({ net: from, edge: opposite[at.edge] });
      }
    }
  };
  for (const instance of instances) {
    for (const { pin } of instance.pins) {
      for (const arc of pin.timing) {
        if (!isClocked(arc) && !isSetup(arc)) continue;
        trace(instance.netAt.get(arc.relatedPin) ?? "x", clockEdge(arc), instance);
      }
    }
  }
  const described = ({ net, edge }: Root): string =>
    `the ${edge === "rise" ? "rising" : "falling"} edge of ${names.get(net) ?? `net ${net}`}`;
  const [first, second] = roots.values();
  if (first && second) {
    throw new CostError(
      `${first.instance.name} goes by ${described(first)}, ${second.instance.name} by ${described(second)}; ` +
        "timing is of circuits with one clock and one edge of it",
    );
  }
  if (first && !inputs.has(first.net)) {
    throw new CostError(
      `the clock of ${first.instance.name} is ${names.get(first.net) ?? `net ${first.net}`}, no input; timing is of circuits that an input clocks`,
    );
  }
}
