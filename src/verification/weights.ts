import { ChiselError, type Module } from "@chisel-ts/core";
import { columnOf } from "../../sim/index.ts";
import { type Checkpoint, rowLength, type TensorInfo } from "../checkpoint/index.ts";
import { blockCycles, type RandomStimulus, type Stimulus } from "./stimulus.ts";

/** Cycles after the last operand in which its sum becomes visible and is compared. */
const drain = 8;

/** The RF8 tensors whose rows are dot products. */
export const rf8Matrices = ({ tensors }: Checkpoint): TensorInfo[] =>
  tensors.filter((tensor) => tensor.rf8 !== undefined && tensor.shape.length >= 2);

/**
 * The rows of RF8 matrices as dot products on a MAC, streaming: the first term of each row clears, every
 * term is enabled, activations are random. A block holds whole rows, one at least.
 */
export function* dotProducts(
  module: Module,
  checkpoint: Checkpoint,
  matrices: readonly TensorInfo[],
  random: RandomStimulus,
): Generator<Stimulus> {
  const activation = module.portList.find((port) => port.name === "activation");
  if (!activation) throw new ChiselError(`${module.name} has no activation port`);
  for (const tensor of matrices) {
    const columns = Math.max(1, rowLength(tensor.shape));
    const rowsPerBlock = Math.max(1, Math.floor(blockCycles / columns));
    for (const codes of checkpoint.chunks(tensor, rowsPerBlock * columns)) {
      const cycles = codes.length + drain;
      const weight = new Uint8Array(cycles);
      weight.set(codes);
      const x = columnOf(activation.type, cycles);
      for (let cycle = 0; cycle < cycles; cycle++) x[cycle] = random.integer(activation.type);
      const enable = new Uint8Array(cycles).fill(1, 0, codes.length);
      const clear = new Uint8Array(cycles);
      for (let first = 0; first < codes.length; first += columns) clear[first] = 1;
      yield { columns: { weight, activation: x, enable, clear }, cycles };
    }
  }
}
