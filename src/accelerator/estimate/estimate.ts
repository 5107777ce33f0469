import { type AreaEstimate, acceleratorArea, arrayArea, withDecoder } from "./area.ts";
import {
  bytesOfWeight,
  defaultMemory,
  defaultNode,
  type EnergySum,
  type EstimateFormat,
  memories,
  nodes,
  sumOf,
} from "./energy/index.ts";
import { type Energies, elementBytes, energyRows } from "./energy-rows.ts";
import type { Demand, Machine } from "./machine.ts";
import { type PhaseEstimate, phaseEstimate } from "./phase.ts";
import { acceleratorWork, addWork, arrayWork, noWork, timesWork, type Work } from "./work.ts";
import type { Matrix, Workload } from "./workload.ts";

/** One kind of matrix, for one token. Keys are those of the JSON. */
export interface LayerEstimate extends EnergySum {
  readonly layer: string;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Of all `count` together: cycles by the closed form, those that wait for weights among them. */
  readonly cycles: number;
  readonly weight_wait: number;
  readonly register_cycles: number;
  readonly macs: number;
  readonly utilisation: number;
  readonly bytes: number;
  readonly energy_j: number;
}

export interface Estimate {
  readonly format: EstimateFormat;
  readonly area: AreaEstimate;
  readonly array_area: AreaEstimate;
  readonly layers: readonly LayerEstimate[];
  readonly prefill: PhaseEstimate;
  readonly decode: PhaseEstimate;
  readonly not_modelled: readonly string[];
}

/** What no figure of a machine has in it. */
export function notModelled({ accelerator, format = "rf8", energies }: Machine): string[] {
  const wires = energies?.wireMm === undefined ? "wires" : "wires of results and control";
  return [
    "of the accelerator alone, attention's products, softmax, norms and activation functions: the host's; the decoder core has them",
    `energy of a clock tree, ${wires}, glitches, the array's controller and skew registers, leakage, refresh and idle memory`,
    ...(format === "bf16" ? ["energy of BF16's registers: no unit of it is written here"] : []),
    ...(format === "rf8" && (accelerator.bits ?? 8) < 8 ? ["energy of the weight decoder"] : []),
    "area of the activation buffer, the controllers and the memory's interface",
  ];
}

const defaultEnergies = (): Energies => {
  const [node, memory] = [nodes[defaultNode], memories[defaultMemory]];
  if (!node || !memory) throw new Error("the default energies are not in their table");
  return { node, memory };
};

/**
 * What a network costs in closed form: no cycle is simulated, and the cycles are those of the RTL. A decode runs on the
 * accelerator, where every vector streams all weights, or for a batch on a streaming array of as many products, `lanes` rows and
 * `rows` columns, where a tile of weights is used for all vectors: whichever takes fewer cycles. A prefill runs on the array.
 * Attention, norms and activation functions are the host's, of which the traffic of the cache is counted and nothing else: a
 * prefill reads it once for each block of as many queries as the array has columns.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const machine = { accelerator: hardware, memory: { bandwidth: 4, latency: 10 }, clock_mhz: 500 };
 * const workload = workloadOf(readConfig(`${folder}/model/config.json`), new Map());
 * const { decode } = estimate(workload, machine, { context: 8, batch: 1 });
 * console.log(decode.tokens_per_s > 0); // true
 */
export function estimate(workload: Workload, machine: Machine, demand: Demand): Estimate {
  const { format = "rf8", energies = defaultEnergies() } = machine;
  // Only RF8 has a decoder for weights of fewer bits, and only the accelerator: the array reads bytes.
  const accelerator =
    format === "rf8" ? machine.accelerator : { ...machine.accelerator, bits: 8, palette: "stream" };
  const { activation, lanes, rows } = accelerator;
  const { batch, context } = demand;
  const weightBytes = bytesOfWeight(format);
  // What takes a weight of one byte in the RTL takes one of two bytes at half the bandwidth.
  const memory = { ...machine.memory, bandwidth: machine.memory.bandwidth / weightBytes };
  const area = withDecoder(acceleratorArea(activation, lanes, rows, format), accelerator);
  const array_area = arrayArea(activation, lanes, rows, format);
  const all = (of: (matrix: Matrix) => Work): Work =>
    workload.matrices.reduce(
      (work, matrix) => addWork(work, timesWork(of(matrix), matrix.count)),
      noWork,
    );
  const onArray = (vectors: number): Work =>
    all((matrix) => arrayWork(matrix, accelerator, memory, vectors));
  /** Bytes that tokens write to the cache and read from it, within each layer's window. */
  const kvBytes = (read: (window: number) => number, written: number): number =>
    elementBytes(accelerator, format) *
    workload.caches.reduce(
      (sum, { elements, window }) =>
        sum + elements * (batch * read((window ?? Number.POSITIVE_INFINITY) - 1) + written),
      0,
    );
  const spent = ({ cycles, registerCycles }: Work): number => cycles + registerCycles;
  const phase = (
    unit: PhaseEstimate["unit"],
    tokens: number,
    work: Work,
    kv: number,
  ): PhaseEstimate => {
    const moved = { weightBytes: work.weights * weightBytes, kvBytes: kv };
    const kvCycles = Math.ceil(kv / machine.memory.bandwidth);
    const used = { ...work, unit, cycles: spent(work) + kvCycles };
    return phaseEstimate(unit, machine, unit === "array" ? array_area : area, {
      tokens,
      work,
      ...moved,
      kvCycles,
      energy: energyRows(accelerator, format, { energies, work: used, traffic: moved }),
    });
  };
  const sequences = timesWork(
    all((matrix) => acceleratorWork(matrix, accelerator, memory)),
    batch,
  );
  const together = onArray(batch);
  const kvDecode = kvBytes((maximum) => Math.min(context, maximum), batch);
  return {
    format,
    area,
    array_area,
    layers: workload.matrices.map((matrix): LayerEstimate => {
      const { wait, ...work } = acceleratorWork(matrix, accelerator, memory);
      const { count } = matrix;
      const bytes = work.weights * weightBytes;
      const used = { ...work, unit: "accelerator", cycles: spent(work) } as const;
      const moved = { weightBytes: bytes, kvBytes: 0 };
      const energy = energyRows(accelerator, format, { energies, work: used, traffic: moved });
      return {
        ...matrix,
        cycles: count * work.cycles,
        weight_wait: count * wait,
        register_cycles: count * work.registerCycles,
        macs: count * work.macs,
        utilisation: work.macs / (work.cycles * lanes * rows),
        bytes: count * bytes,
        energy_j: count * energy.reduce((sum, one) => sum + one.energy_j, 0),
        ...sumOf(energy),
      };
    }),
    prefill: phase(
      "array",
      batch * context,
      onArray(batch * context),
      kvBytes((maximum) => readBack(context, maximum, rows), batch * context),
    ),
    decode:
      spent(together) < spent(sequences)
        ? phase("array", batch, together, kvDecode)
        : phase("accelerator", batch, sequences, kvDecode),
    not_modelled: notModelled(machine),
  };
}

/** Tokens that a prompt reads from the cache: at each block of queries those before it, or as many as its first one's window has. */
export function readBack(context: number, maximum: number, block: number): number {
  const blocks = Math.ceil(context / block);
  const grown = Math.min(blocks, Math.floor(Math.min(maximum, context) / block) + 1);
  return (block * grown * (grown - 1)) / 2 + (blocks - grown) * Math.min(maximum, context);
}
