import { CostError } from "../error.ts";
import { type GateCircuit, gateCircuit } from "../gates/circuit.ts";
import type { Stimulus } from "../gates/lanes.ts";
import { type Activity, simulateGates } from "../gates/simulate.ts";
import { simulateTimed } from "../gates/timed.ts";
import type { Library } from "../liberty/library.ts";
import { PowerReader, powerUnitsOf } from "../liberty/power.ts";
import type { References } from "../liberty/references.ts";
import type { Bit, Netlist } from "../synthesis/netlist.ts";
import { TimingGraph } from "../timing/graph.ts";
import { loadsOf } from "../timing/nets.ts";
import { propagate } from "../timing/propagate.ts";
import { cellEnergy, type Energy, type Surroundings } from "./cell-energy.ts";
import { delaySteps, delaysOf } from "./delays.ts";
import { Plan } from "./plan.ts";

/** Energy of a run of a mapped netlist, all of it together, in picojoules. */
export interface PowerMeasurement {
  readonly energy: Energy;
  /** By what holds state and what does not. */
  readonly groups: Readonly<Record<"sequential" | "combinational", Energy>>;
  /** In the order of the netlist's cells. */
  readonly cells: readonly Energy[];
  /** What other circuits take to drive the inputs and the clock: ½ C V² a change. Not in `energy`. */
  readonly inputNets: number;
  readonly clockNet: number;
  /** Part of the nets whose changes were counted, 0 to 1. */
  readonly annotated: number;
  readonly voltage: number;
  readonly circuit: GateCircuit;
  readonly activity: Activity;
  /** Where it was asked for. */
  readonly glitches?: Glitches;
}

/** What delays add. */
export interface Glitches {
  /** Beyond `energy` of the run without delays. */
  readonly energy: Energy;
  /** Changes of all nets, over those without delays. */
  readonly changes: number;
  /** When the last change came after its clock edge, in the library's unit of time. */
  readonly latest: number;
}

export const noEnergy: Energy = { switching: 0, internal: 0, clock: 0, leakage: 0 };

export const addEnergy = (a: Energy, b: Energy): Energy => ({
  switching: a.switching + b.switching,
  internal: a.internal + b.internal,
  clock: a.clock + b.clock,
  leakage: a.leakage + b.leakage,
});

const subtract = (a: Energy, b: Energy): Energy => ({
  switching: a.switching - b.switching,
  internal: a.internal - b.internal,
  clock: a.clock - b.clock,
  leakage: a.leakage - b.leakage,
});

export const totalEnergy = ({ switching, internal, clock, leakage }: Energy): number =>
  switching + internal + clock + leakage;

/** A netlist of a library's cells, and what drives and loads it. */
export interface Mapped {
  readonly netlist: Netlist;
  readonly library: Library;
  readonly references: References;
}

/**
 * Simulates a netlist without delays and adds up what the library's tables say: internal power by pin and state, switching of
 * the nets' capacitances, leakage by state. Surroundings are those of timing: inputs driven by the inverter of drive 1, four of
 * it on each output, wires without load, an ideal clock.
 *
 * @throws CostError for tables that cannot be, a cell that cannot be simulated, or ports that are not the netlist's.
 */
export function measurePower(
  mapped: Mapped,
  stimulus: Stimulus,
  { clockMhz, glitches = false }: { readonly clockMhz: number; readonly glitches?: boolean },
): PowerMeasurement {
  if (!(clockMhz > 0)) throw new CostError(`the clock is ${clockMhz} MHz; it must be above 0`);
  const { netlist, library, references } = mapped;
  const circuit = gateCircuit(netlist, library);
  const { instances, clock } = circuit;
  const surroundings = surroundingsOf(mapped, circuit, clockMhz);
  const { loads, units, energyPj } = surroundings;
  const plan = new Plan(circuit);
  const reader = new PowerReader(library);
  const planned = instances.map((instance) => cellEnergy(instance, reader, plan, surroundings));
  const activity = simulateGates(circuit, stimulus, plan.probes);
  const cells = planned.map((energy) => energy(activity));
  const groups = { sequential: noEnergy, combinational: noEnergy };
  cells.forEach((energy, at) => {
    const group = instances[at]?.cell.sequential ? "sequential" : "combinational";
    groups[group] = addEnergy(groups[group], energy);
  });
  const timed = (): Glitches => {
    const edges = loadsOf(instances, netlist, references.outputLoadFf / library.capacitiveUnitFf);
    const delays = delaysOf(netlist, circuit, surroundings.nets, edges);
    const found = simulateTimed(circuit, stimulus, {
      delays,
      probes: plan.probes,
      settled: activity,
    });
    const sum = (of: Float64Array): number => of.reduce((total, count) => total + count, 0);
    return {
      energy: planned.reduce(
        (total, energy, at) => addEnergy(total, subtract(energy(found), cells[at] ?? noEnergy)),
        noEnergy,
      ),
      changes: sum(found.toggles) / sum(activity.toggles),
      latest: found.latest / delaySteps,
    };
  };
  const driven = (of: readonly Bit[]): number =>
    of.reduce<number>((sum, net) => {
      const pj = ((loads.get(net) ?? 0) * energyPj * units.voltage ** 2) / 2;
      return sum + pj * plan.toggles(net)(activity);
    }, 0);
  const inputs = Object.values(netlist.inputs).flat();
  return {
    energy: addEnergy(groups.sequential, groups.combinational),
    groups,
    cells,
    circuit,
    activity,
    inputNets: driven(inputs.filter((net) => !clock.has(net))),
    clockNet: driven(inputs.filter((net) => clock.has(net))),
    annotated: annotatedShare(netlist, circuit),
    voltage: units.voltage,
    ...(glitches && { glitches: timed() }),
  };
}

/** Loads and transitions as timing has them, and units. @throws CostError for units that are not known. */
export function surroundingsOf(
  { netlist, library, references }: Mapped,
  { instances, clock }: GateCircuit,
  clockMhz: number,
): Surroundings {
  const edges = loadsOf(instances, netlist, references.outputLoadFf / library.capacitiveUnitFf);
  return {
    loads: new Map([...edges].map(([net, { rise, fall }]) => [net, Math.max(rise, fall)])),
    nets: propagate(netlist, {
      instances,
      graph: new TimingGraph(instances),
      loads: edges,
      references,
    }),
    clock,
    clockMhz,
    units: powerUnitsOf(library),
    energyPj: library.capacitiveUnitFf / 1000,
  };
}

/** Nets of cells and ports that have a value or are the clock's. */
function annotatedShare(netlist: Netlist, { valueAt, clock }: GateCircuit): number {
  const all = new Set(
    [
      ...Object.values(netlist.inputs).flat(),
      ...Object.values(netlist.outputs).flat(),
      ...netlist.cells.flatMap(({ pins }) => Object.values(pins).flat()),
    ].filter((net) => typeof net === "number"),
  );
  if (all.size === 0) return 1;
  return [...all].filter((net) => valueAt.has(net) || clock.has(net)).length / all.size;
}
