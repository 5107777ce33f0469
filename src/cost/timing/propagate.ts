import type { Edges, TimingArc } from "../liberty/pin.ts";
import type { References } from "../liberty/references.ts";
import type { Bit, Netlist } from "../synthesis/netlist.ts";
import { causes, drive, type Edge, edges, isClocked } from "./arc.ts";
import type { TimingGraph } from "./graph.ts";
import type { Instance } from "./nets.ts";

/** Where a path begins. */
export const starts = ["input", "register"] as const;
export type Start = (typeof starts)[number];

/** The latest arrival of an edge on a net, and the one that it follows. Library time units. */
export interface Arrival {
  readonly time: number;
  readonly net: Bit;
  readonly edge: Edge;
  /** The cell that drives the net; none for an input. */
  readonly instance: Instance | undefined;
  readonly before: Arrival | undefined;
}

export interface NetTiming {
  /** The slowest transition of each edge, whatever path it comes by. */
  readonly slew: { rise: number; fall: number };
  readonly arrivals: Record<Start, { rise?: Arrival; fall?: Arrival }>;
}

/** What stands around a netlist. */
interface Surroundings {
  readonly instances: readonly Instance[];
  readonly graph: TimingGraph;
  readonly loads: ReadonlyMap<Bit, Edges<number>>;
  readonly references: References;
}

/**
 * Arrival times and transitions of every net that an input or a register reaches.
 *
 * An input's edge comes at 0 through the driving cell, whose own delay without load is not counted; the
 * clock is ideal: at 0 with a step. All starts are set before any edge goes on.
 *
 * @throws CostError for a combinational loop.
 */
export function propagate(
  netlist: Netlist,
  { instances, graph, loads, references: { driver } }: Surroundings,
): ReadonlyMap<Bit, NetTiming> {
  const nets = new Map<Bit, NetTiming>();
  const loadOf = (net: Bit, edge: Edge): number => loads.get(net)?.[edge] ?? 0;

  /** The load of the other output that an arc's tables depend on. */
  const relatedLoad = ({ netAt }: Instance, { relatedOutput }: TimingArc, edge: Edge): number =>
    relatedOutput === undefined ? 0 : loadOf(netAt.get(relatedOutput) ?? "x", edge);

  const arrive = (start: Start, arrival: Arrival, slew: number): void => {
    const { net, edge, time } = arrival;
    let timing = nets.get(net);
    if (!timing) {
      timing = { slew: { rise: 0, fall: 0 }, arrivals: { input: {}, register: {} } };
      nets.set(net, timing);
    }
    timing.slew[edge] = Math.max(timing.slew[edge], slew);
    const known = timing.arrivals[start][edge];
    if (!known || known.time < time) timing.arrivals[start][edge] = arrival;
  };

  for (const net of Object.values(netlist.inputs).flat()) {
    for (const edge of edges) {
      const loaded = drive(driver.arc, edge, { slew: 0, load: loadOf(net, edge) });
      const time =
        (loaded?.delay ?? 0) - (drive(driver.arc, edge, { slew: 0, load: 0 })?.delay ?? 0);
      const arrival = { time, net, edge, instance: undefined, before: undefined };
      arrive("input", arrival, loaded?.slew ?? 0);
    }
  }

  for (const instance of instances) {
    for (const { pin, net } of instance.pins) {
      for (const arc of pin.timing.filter(isClocked)) {
        for (const edge of edges) {
          const found = drive(arc, edge, {
            slew: 0,
            load: loadOf(net, edge),
            related: relatedLoad(instance, arc, edge),
          });
          if (!found) continue;
          const arrival = { time: found.delay, net, edge, instance, before: undefined };
          arrive("register", arrival, found.slew);
        }
      }
    }
  }

  for (const { instance, arc, from, to: net } of graph.inOrder()) {
    const input = nets.get(from);
    if (!input) continue;
    for (const edge of edges) {
      for (const cause of causes(arc, edge)) {
        const related = relatedLoad(instance, arc, edge);
        const found = drive(arc, edge, {
          slew: input.slew[cause],
          load: loadOf(net, edge),
          related,
        });
        if (!found) continue;
        for (const start of starts) {
          const before = input.arrivals[start][cause];
          if (!before) continue;
          const time = before.time + found.delay;
          arrive(start, { time, net, edge, instance, before }, found.slew);
        }
      }
    }
  }
  return nets;
}
