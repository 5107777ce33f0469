import { at } from "@chisel-ts/core";
import { acceleratorCore } from "../../hdl/accelerator/core.ts";
import { PreparedMatrix } from "../accelerator/stimulus/index.ts";
import { blockPower, contenders, type OperandStream, randomProducts } from "../cost/index.ts";
import type { AcceleratorModel, WeightFormat } from "../model/index.ts";

/** A matrix of a job, and the jobs that are run: as many as are simulated side by side. */
const [SIZE, JOBS] = [48, 32];

/** Instances of the activation buffer: its memory, and what is around it. */
const buffer = /\.datapath\.activations(\.|$)/;

/** An accelerator to rank: one pipeline register, a buffer for the columns of the job, int8 activations. */
export interface RankedMachine {
  readonly lanes: number;
  readonly rows: number;
  readonly format: WeightFormat;
}

/** The job that every machine does. */
export const rankedMatrix = { layer: "w", count: 1, rows: SIZE, columns: SIZE } as const;

/** What is estimated of a machine, or found in its netlist. Without its activation buffer, which is a memory. */
export interface MachineFigures {
  readonly area: number;
  readonly cycles: number;
  /** Of a job, in pJ. */
  readonly energy: number;
}

export const modelOf = ({ lanes, rows }: RankedMachine): AcceleratorModel => ({
  activation: "int8",
  lanes,
  rows,
  terms: SIZE,
  pipeline: 1,
});

/**
 * A whole accelerator as a netlist, every module mapped for itself, while it does jobs with uniform operands: register writes,
 * activations, weights, results and reads of the counters.
 */
export async function machineFigures(machine: RankedMachine): Promise<MachineFigures> {
  const { format } = machine;
  const model = modelOf(machine);
  const unit = acceleratorCore({ ...model, format, ...at(contenders("dot", format, "area"), 0) });
  const { stream, cycles } = jobsOf(model, format);
  const { blocks } = await blockPower(unit, stream, 500);
  const counted = blocks.filter(({ block }) => !buffer.test(block));
  const sum = (of: (block: (typeof counted)[number]) => number): number =>
    counted.reduce((total, block) => total + of(block), 0);
  return {
    area: sum(({ area_ge }) => area_ge),
    cycles,
    energy: SIZE * SIZE * sum(({ pj_per_mac }) => pj_per_mac),
  };
}

/** Jobs one after the other, and the cycles of one. */
function jobsOf(
  model: AcceleratorModel,
  format: WeightFormat,
): { readonly stream: OperandStream; readonly cycles: number } {
  const type = { kind: "sint", width: 8 } as const;
  const operands = randomProducts(format, type, JOBS * SIZE * SIZE, 1);
  const weights = Uint8Array.from(operands.flatMap(({ codes }) => [...codes]));
  const activations = Int8Array.from(
    operands.flatMap((product) => Array.from(product.activations)),
  );
  const jobs = Array.from({ length: JOBS }, (_, job) => {
    const from = job * SIZE * SIZE;
    const own = weights.subarray(from, from + SIZE * SIZE);
    const matrix = { weights: own, rows: SIZE, columns: SIZE, relu: false };
    const prepared = new PreparedMatrix(model, matrix);
    return { prepared, columns: prepared.stimulus(activations.subarray(from, from + SIZE)) };
  });
  const { prepared, columns: first } = at(jobs, 0);
  const length = prepared.cycles;
  const cycles = JOBS * length;
  const columns: Record<string, Float64Array> = { reset: new Float64Array(cycles) };
  for (const name of Object.keys(first))
    columns[name] = Float64Array.from({ length: cycles }, (_, cycle) =>
      Number(at(jobs, Math.floor(cycle / length)).columns[name]?.[cycle % length]),
    );
  const starts = jobs.map((_, job) => job * length);
  return {
    stream: { columns, cycles, starts, macs: JOBS * SIZE * SIZE },
    cycles: prepared.schedule.cycles,
  };
}
