import type { Library } from "../liberty/library.ts";
import type { References } from "../liberty/references.ts";
import { lookup } from "../liberty/table.ts";
import type { Bit, Netlist } from "../synthesis/netlist.ts";
import { edges, isSetup } from "./arc.ts";
import { requireOneClock } from "./clock.ts";
import { TimingGraph } from "./graph.ts";
import { type Instance, instancesOf, loadsOf } from "./nets.ts";
import { type Arrival, type NetTiming, propagate, type Start, starts } from "./propagate.ts";

export const pathGroups = [
  "input_to_output",
  "input_to_register",
  "register_to_output",
  "register_to_register",
] as const;
export type PathGroup = (typeof pathGroups)[number];

/** One point of a path, after the cell that brings the edge there. */
export interface PathPoint {
  /** The net's name in the source, where one has survived. */
  readonly net: string | null;
  /** `null` for an input, and for the setup time at the end. */
  readonly cell: string | null;
  readonly edge: "rise" | "fall";
  /** Since the start of the path, in picoseconds. */
  readonly arrivalPs: number;
}

/** The slowest path of its kind. */
export interface Path {
  readonly group: PathGroup;
  /** From an input or the clock to an output, or to a register with its setup time. */
  readonly delayPs: number;
  readonly from: string;
  readonly to: string;
  readonly points: readonly PathPoint[];
}

export interface Timing {
  /** The slowest path of each kind that there is. */
  readonly paths: Readonly<Partial<Record<PathGroup, Path>>>;
  /** Nets with a larger load than the cell which drives them may have. */
  readonly overloadedNets: number;
}

/**
 * Static timing of a mapped netlist by its library's tables: transitions propagated, rising and falling
 * edges apart, the load of a net the sum of its pins, wires without load, an ideal clock.
 *
 * @throws CostError for a cell that the library does not have, a latch, a second clock, or a combinational
 * loop.
 */
export function analyseTiming(netlist: Netlist, library: Library, references: References): Timing {
  const instances = instancesOf(netlist, library);
  const outputLoad = references.outputLoadFf / library.capacitiveUnitFf;
  const loads = loadsOf(instances, netlist, outputLoad);
  const graph = new TimingGraph(instances);
  requireOneClock(instances, graph, new Set(Object.values(netlist.inputs).flat()), netlist.names);
  const nets = propagate(netlist, { instances, graph, loads, references });
  const ends = [...outputEnds(netlist, nets), ...registerEnds(instances, nets, netlist.names)];
  const paths: Partial<Record<PathGroup, Path>> = {};
  for (const group of pathGroups) {
    const worst = ends
      .filter((end) => `${end.start}_to_${end.kind}` === group)
      .reduce<End | undefined>((a, b) => (a && a.time >= b.time ? a : b), undefined);
    if (worst) paths[group] = pathOf(group, worst, netlist.names, library.timeUnitPs);
  }
  const overloaded = instances
    .flatMap(({ pins }) => pins)
    .filter(({ pin, net }) => {
      const load = loads.get(net);
      const limit = pin.maxCapacitance;
      return limit !== undefined && load && Math.max(load.rise, load.fall) > limit;
    });
  return { paths, overloadedNets: new Set(overloaded.map(({ net }) => net)).size };
}

interface End {
  readonly start: Start;
  readonly kind: "output" | "register";
  /** The output bit, or the register's. */
  readonly name: string;
  readonly time: number;
  readonly arrival: Arrival;
}

const outputEnds = (netlist: Netlist, nets: ReadonlyMap<Bit, NetTiming>): End[] =>
  Object.entries(netlist.outputs).flatMap(([port, bits]) =>
    bits.flatMap((net, at) =>
      arrivalsAt(nets.get(net)).map(([start, arrival]) => ({
        start,
        arrival,
        time: arrival.time,
        kind: "output" as const,
        name: bits.length > 1 ? `${port}[${at}]` : port,
      })),
    ),
  );

function registerEnds(
  instances: readonly Instance[],
  nets: ReadonlyMap<Bit, NetTiming>,
  names: ReadonlyMap<Bit, string>,
): End[] {
  return instances.flatMap((instance) => {
    const output = instance.pins.find(({ pin }) => pin.direction === "output");
    const name = names.get(output?.net ?? "x") ?? instance.name;
    return instance.pins.flatMap(({ pin, net }) =>
      pin.timing.filter(isSetup).flatMap(({ constraint }) =>
        arrivalsAt(nets.get(net)).flatMap(([start, arrival]) => {
          const table = constraint[arrival.edge];
          const { slew } = nets.get(net) ?? { slew: { rise: 0, fall: 0 } };
          const time = arrival.time + (table ? lookup(table, 0, slew[arrival.edge]) : 0);
          return { start, arrival, time, kind: "register" as const, name };
        }),
      ),
    );
  });
}

const arrivalsAt = (timing: NetTiming | undefined): [Start, Arrival][] =>
  starts.flatMap((start) =>
    edges.flatMap((edge): [Start, Arrival][] => {
      const arrival = timing?.arrivals[start][edge];
      return arrival ? [[start, arrival]] : [];
    }),
  );

function pathOf(
  group: PathGroup,
  { arrival: last, time, name, kind }: End,
  names: ReadonlyMap<Bit, string>,
  unitPs: number,
): Path {
  const arrivals: Arrival[] = [];
  for (let at: Arrival | undefined = last; at; at = at.before) arrivals.unshift(at);
  const points = arrivals.map(({ net, edge, instance, time: arrivalTime }) => ({
    net: names.get(net) ?? null,
    cell: instance?.cell.name ?? null,
    edge,
    arrivalPs: arrivalTime * unitPs,
  }));
  const setup = { net: null, cell: null, edge: last.edge, arrivalPs: time * unitPs };
  return {
    group,
    delayPs: time * unitPs,
    from: points[0]?.net ?? arrivals[0]?.instance?.name ?? "",
    to: name,
    points: kind === "register" ? [...points, setup] : points,
  };
}
