import { at } from "@chisel-ts/core";
import {
  type Energies,
  estimate,
  memories,
  nodes,
  poweredLanes,
  productPj,
  type Workload,
} from "../accelerator/estimate/index.ts";
import { seededRandom } from "../format/index.ts";
import {
  type MachineFigures,
  machineFigures,
  modelOf,
  type RankedMachine,
  rankedMatrix,
} from "./machine-power.ts";

/** How often the estimate puts two machines in the order in which their netlists are. */
export interface RankingRow {
  readonly figure: string;
  readonly machines: number;
  /** Pairs whose netlists differ. */
  readonly pairs: number;
  /** A tie in the estimate is no agreement. */
  readonly agree: number;
  readonly share: number;
  /** The median of estimate over netlist. */
  readonly ratio: number;
}

const MACHINES = 100;
const [MAX_LANES, MAX_ROWS] = [8, 4];
const formats = ["rf8", "int8", "e4m3", "e5m2"] as const;
const workload: Workload = { matrices: [rankedMatrix], caches: [] };
/** Energies of the circuits themselves: not of the memories. */
const onChip = /^(products|sums|clock pins)/;

/** So many different machines. */
export function rankedMachines(): RankedMachine[] {
  const random = seededRandom(1);
  const below = (limit: number): number => (random.next() >>> 0) % limit;
  const found = new Map<string, RankedMachine>();
  while (found.size < MACHINES) {
    const [lanes, rows] = [1 + below(MAX_LANES), 1 + below(MAX_ROWS)];
    const format = at(formats, below(formats.length));
    found.set(`${lanes} ${rows} ${format}`, { lanes, rows, format });
  }
  return [...found.values()];
}

/** Random machines, estimated, and synthesized and simulated as netlists. @param onStep one a machine */
export async function benchRanking(
  onStep: (done: number, total: number, label: string) => void,
): Promise<RankingRow[]> {
  const machines = rankedMachines();
  const netlists: MachineFigures[] = [];
  for (const [done, machine] of machines.entries()) {
    onStep(done, machines.length, `${machine.rows} × ${machine.lanes} ${machine.format}`);
    netlists.push(await machineFigures(machine));
  }
  return ranking(machines, netlists);
}

/** @param netlists what was found of each machine */
export function ranking(
  machines: readonly RankedMachine[],
  netlists: readonly MachineFigures[],
): RankingRow[] {
  const all = machines.map((machine, index) => ({
    lanes: machine.lanes,
    estimated: estimateOf(machine),
    found: at(netlists, index),
  }));
  const between = all.filter(({ lanes }) => !poweredLanes.some((measured) => measured === lanes));
  const row = (
    figure: string,
    compared: typeof all,
    of: (figures: MachineFigures) => number,
  ): RankingRow => {
    let [pairs, agree] = [0, 0];
    compared.forEach((a, index) => {
      for (const b of compared.slice(index + 1)) {
        const order = Math.sign(of(a.found) - of(b.found));
        if (order === 0) continue;
        pairs += 1;
        if (Math.sign(of(a.estimated) - of(b.estimated)) === order) agree += 1;
      }
    });
    const ratios = compared.map(({ estimated, found }) => of(estimated) / of(found));
    const ratio = at(
      ratios.sort((a, b) => a - b),
      Math.floor(ratios.length / 2),
    );
    return { figure, machines: compared.length, pairs, agree, share: agree / pairs, ratio };
  };
  return [
    row("area", all, ({ area }) => area),
    row("area × cycles", all, ({ area, cycles }) => area * cycles),
    row("energy", all, ({ energy }) => energy),
    row("energy, lanes between measured ones", between, ({ energy }) => energy),
    row("energy × cycles", all, ({ energy, cycles }) => energy * cycles),
  ];
}

/** Those of the netlists' technology: a node with its int8 product. */
function genericEnergies(): Energies {
  const [node, memory] = [nodes["45nm"], memories.dram];
  if (!node || !memory) throw new Error("45nm and dram are published");
  return { node: { ...node, int8_multiply: productPj.int8.int8 }, memory };
}

/** What `rf8 estimate` says of a machine. */
export function estimateOf(machine: RankedMachine): MachineFigures {
  const { format, lanes, rows } = machine;
  const accelerator = modelOf(machine);
  const memory = { bandwidth: lanes * rows, latency: 0 };
  const { decode } = estimate(
    workload,
    { accelerator, memory, clock_mhz: 500, format, energies: genericEnergies() },
    { context: 1, batch: 1 },
  );
  if (decode.unit !== "accelerator") throw new Error("one vector is no work for the array");
  if (decode.area_ge === null) throw new Error(`${format} has an area`);
  const energy = decode.energy
    .filter(({ what }) => onChip.test(what))
    .reduce((sum, { energy_j }) => sum + energy_j * 1e12, 0);
  return { area: decode.area_ge, cycles: decode.accelerator_cycles, energy };
}
