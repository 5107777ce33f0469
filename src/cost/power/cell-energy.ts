import { at } from "@chisel-ts/core";
import type { Activity } from "../gates/simulate.ts";
import type { Cell } from "../liberty/cell.ts";
import type { InternalPower, PowerReader, PowerUnits } from "../liberty/power.ts";
import { lookup } from "../liberty/table.ts";
import type { Bit } from "../synthesis/netlist.ts";
import { type Edge, edges, opposite } from "../timing/arc.ts";
import type { Instance } from "../timing/nets.ts";
import type { NetTiming } from "../timing/propagate.ts";
import type { Count, Plan } from "./plan.ts";

/** Energy of a run in picojoules, by what takes it. */
export interface Energy {
  /** Charging the nets that cells drive: ½ C V² a change. */
  readonly switching: number;
  /** Inside the cells, when a pin changes. */
  readonly internal: number;
  /** Of that, at the clock's pins; not in `internal`. */
  readonly clock: number;
  readonly leakage: number;
}

/** What the energy of a cell depends on beside the changes of its pins. */
export interface Surroundings {
  /** Of each net in the library's capacitive unit: the greater of both edges, as timing has it. */
  readonly loads: ReadonlyMap<Bit, number>;
  readonly nets: ReadonlyMap<Bit, NetTiming>;
  readonly clock: ReadonlySet<Bit>;
  readonly units: PowerUnits;
  /** Picojoules in the library's unit of energy: its capacitive unit times V². */
  readonly energyPj: number;
  readonly clockMhz: number;
}

/** The energy of a placed cell, once its run is counted. */
export type CellEnergy = (activity: Activity) => Energy;

/** @throws CostError for what the library says of the cell and cannot be. */
export function cellEnergy(
  instance: Instance,
  reader: PowerReader,
  plan: Plan,
  surroundings: Surroundings,
): CellEnergy {
  const { loads, clock, units, energyPj, clockMhz } = surroundings;
  const { internal, leakage } = reader.of(instance.cell);
  const switching: Count[] = [];
  const inside: Count[] = [];
  const clocked: Count[] = [];
  for (const { pin, net } of instance.pins) {
    const own = internal.filter((item) => item.pin === pin.name);
    if (pin.direction === "output") {
      const pj = ((loads.get(net) ?? 0) * energyPj * units.voltage ** 2) / 2;
      const toggles = plan.toggles(net);
      switching.push((activity) => pj * toggles(activity));
      inside.push(...outputEnergy({ instance, net, rows: own }, plan, surroundings));
      continue;
    }
    for (const item of own) {
      const pj = energyPj * meanEnergy(item, { instance, from: net, net }, surroundings);
      const toggles = plan.togglesWhen(instance, net, item.when);
      (clock.has(net) ? clocked : inside).push((activity) => pj * toggles(activity));
    }
  }
  const leaking = leakage.map(({ when, power }): Count => {
    // W over MHz are µJ a cycle.
    const pj = (power * units.leakageUnitW * 1e6) / clockMhz;
    const holds = when ? plan.holds(instance, when) : ({ cycles }: Activity) => cycles;
    return (activity) => pj * holds(activity);
  });
  const sum = (counts: readonly Count[], activity: Activity): number =>
    counts.reduce((total, count) => total + count(activity), 0);
  return (activity) => ({
    switching: sum(switching, activity),
    internal: sum(inside, activity),
    clock: sum(clocked, activity),
    leakage: sum(leaking, activity),
  });
}

/** An output's rows of internal power. */
interface OutputRows {
  readonly instance: Instance;
  readonly net: Bit;
  readonly rows: readonly InternalPower[];
}

/**
 * Of an output's rows, those of one supply share its changes in the ratio in which their inputs may have caused them; a row
 * without an input counts for every change.
 */
function outputEnergy(
  { instance, net, rows }: OutputRows,
  plan: Plan,
  surroundings: Surroundings,
): Count[] {
  const { energyPj, clock } = surroundings;
  const toggles = plan.toggles(net);
  const written = instance.cell.pins.get(rows[0]?.pin ?? "")?.function;
  const energies = rows.map((row) => {
    const from = row.related === undefined ? undefined : (instance.netAt.get(row.related) ?? "0");
    const pj = energyPj * meanEnergy(row, { instance, from, net }, surroundings);
    const weight =
      row.related === undefined || from === undefined || clock.has(from) || instance.cell.sequential
        ? plan.togglesWhen(instance, net, row.when)
        : plan.causes(instance, written, row.related, row.when);
    return { row, pj, weight };
  });
  const free = energies
    .filter(({ row }) => row.related === undefined)
    .map(
      ({ pj, weight }): Count =>
        (activity) =>
          pj * weight(activity),
    );
  const shared = energies.filter(({ row }) => row.related !== undefined);
  const supplies = [...new Set(shared.map(({ row }) => row.supply))];
  return [
    ...free,
    ...supplies.map((supply): Count => {
      const own = shared.filter(({ row }) => row.supply === supply);
      return (activity) => {
        const weights = own.map(({ weight }) => weight(activity));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const mean = own.reduce(
          (sum, { pj }, i) => sum + (total === 0 ? pj / own.length : (pj * at(weights, i)) / total),
          0,
        );
        return mean * toggles(activity);
      };
    }),
  ];
}

/** The mean of both edges of a pin, in the library's unit of energy; an edge without a table takes none. */
function meanEnergy(
  { energy, related, pin, otherOutput }: InternalPower,
  {
    instance: { cell, netAt },
    from,
    net,
  }: { readonly instance: Instance; readonly from: Bit | undefined; readonly net: Bit },
  { loads, nets, clock }: Surroundings,
): number {
  const inverts = related !== undefined && inverting(cell, pin, related);
  const slews = from === undefined || clock.has(from) ? undefined : nets.get(from)?.slew;
  const slew = (edge: Edge): number => (slews ? slews[inverts ? opposite[edge] : edge] : 0);
  const other = otherOutput === undefined ? 0 : (loads.get(netAt.get(otherOutput) ?? "x") ?? 0);
  return edges.reduce((sum, edge) => {
    const table = energy[edge];
    return sum + (table ? lookup(table, slew(edge), loads.get(net) ?? 0, other) : 0) / 2;
  }, 0);
}

const inverting = ({ pins }: Cell, pin: string, related: string): boolean => {
  const arcs = pins.get(pin)?.timing.filter(({ relatedPin }) => relatedPin === related) ?? [];
  return arcs.length > 0 && arcs.every(({ sense }) => sense === "negative_unate");
};
