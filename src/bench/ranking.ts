import { at, queue, uint } from "@chisel-ts/core";
import { acceleratorShape } from "../../hdl/accelerator/parameters.ts";
import { row } from "../../hdl/accelerator/row.ts";
import type { Format } from "../../hdl/format.ts";
import {
  estimate,
  type Machine,
  measureAcceleratorArea,
  type Workload,
} from "../accelerator/estimate/index.ts";
import {
  activationTypeOf,
  circuitPower,
  contenders,
  randomProducts,
  streamOf,
  synthesize,
  verilogOf,
} from "../cost/index.ts";
import { seededRandom } from "../format/index.ts";

/** How often the estimate puts two machines in the order in which their netlists are. */
export interface RankingRow {
  readonly figure: string;
  readonly machines: number;
  /** Pairs whose netlists differ. */
  readonly pairs: number;
  readonly agree: number;
  readonly share: number;
}

interface RankedMachine {
  readonly lanes: number;
  readonly rows: number;
  readonly format: Format;
}

/** What an estimate or a netlist says of a machine. */
interface Figures {
  readonly area: number;
  readonly cycles: number;
  /** Of the products and sums of a job, in pJ. */
  readonly energy: number;
}

const MACHINES = 100;
/** Small ones: a row of 6 lanes is synthesized in some seconds. */
const [MAX_LANES, MAX_ROWS] = [6, 16];
const TERMS = 4096;
const MACS = 2 ** 14;
const formats = ["rf8", "int8", "e4m3", "e5m2"] as const;
const workload: Workload = {
  matrices: [{ layer: "w", count: 1, rows: 240, columns: 240 }],
  caches: [],
};

/** Random machines with int8 activations, estimated, and synthesized and simulated row for row. @param onStep one a kind of row */
export async function benchRanking(
  onStep: (done: number, total: number, label: string) => void,
): Promise<RankingRow[]> {
  const random = seededRandom(1);
  const below = (limit: number): number => (random.next() >>> 0) % limit;
  const machines = Array.from(
    { length: MACHINES },
    (): RankedMachine => ({
      ...{ lanes: 1 + below(MAX_LANES), rows: 1 + below(MAX_ROWS) },
      format: at(formats, below(formats.length)),
    }),
  );
  const kinds = [...new Set(machines.map(({ lanes, format }) => `${lanes} ${format}`))];
  const units = new Map<string, { area: number; energy: number }>();
  for (const [done, kind] of kinds.entries()) {
    onStep(done, kinds.length, `row of ${kind}`);
    const [lanes = "", format = ""] = kind.split(" ");
    units.set(kind, await measured(Number(lanes), format as Format));
  }
  const { control_ge } = await measureAcceleratorArea("int8", MAX_LANES);
  const pairs = machines.map((machine): { estimated: Figures; found: Figures } => {
    const estimated = estimateOf(machine);
    const unit = units.get(`${machine.lanes} ${machine.format}`);
    if (!unit) throw new Error("every kind of row was measured");
    return {
      estimated,
      found: {
        area: machine.rows * unit.area + control_ge,
        // The closed form is the RTL's: other tests compare them.
        cycles: estimated.cycles,
        energy: 240 * 240 * unit.energy,
      },
    };
  });
  const compared = (figure: string, of: (figures: Figures) => number): RankingRow => {
    let [all, agree] = [0, 0];
    pairs.forEach((a, index) => {
      for (const b of pairs.slice(index + 1)) {
        const order = Math.sign(of(a.found) - of(b.found));
        if (order === 0) continue;
        all += 1;
        if (Math.sign(of(a.estimated) - of(b.estimated)) === order) agree += 1;
      }
    });
    return { figure, machines: MACHINES, pairs: all, agree, share: agree / all };
  };
  return [
    compared("area", ({ area }) => area),
    compared("area × cycles", ({ area, cycles }) => area * cycles),
    compared("energy on the chip", ({ energy }) => energy),
  ];
}

function estimateOf({ lanes, rows, format }: RankedMachine): Figures {
  const machine: Machine = {
    accelerator: { activation: "int8", lanes, rows, terms: TERMS, pipeline: 1 },
    memory: { bandwidth: lanes * rows, latency: 0 },
    ...{ clock_mhz: 500, format },
  };
  const { decode } = estimate(workload, machine, { context: 1, batch: 1 });
  const energy = decode.energy
    .filter(({ what }) => what === "products" || what === "additions")
    .reduce((sum, { energy_j }) => sum + energy_j * 1e12, 0);
  if (decode.area_ge === null) throw new Error(`${format} has an area`);
  return { area: decode.area_ge, cycles: decode.cycles, energy };
}

/** A row and its part of the result queue: area in GE, energy in pJ a MAC with uniform operands. */
async function measured(lanes: number, format: Format): Promise<{ area: number; energy: number }> {
  const activation = "int8";
  const writing = at(contenders("dot", format, "area"), 0);
  const unit = row({ format, activation, lanes, terms: TERMS, ...writing });
  const shape = acceleratorShape({ format, activation, lanes, terms: TERMS, pipeline: 1 });
  const products = randomProducts(format, activationTypeOf(unit), MACS, 1);
  const { power } = await circuitPower(unit, streamOf(unit, products), 500);
  const results = queue({ type: uint(shape.width + 1), depth: shape.inFlight });
  const { area_ge } = await synthesize(verilogOf(results));
  return { area: power.area_ge + area_ge, energy: power.pj_per_mac };
}
