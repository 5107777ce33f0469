import { accumulatorBits } from "../../../hdl/parameters.ts";
import type { AcceleratorModel } from "../../model/index.ts";
import {
  additionEnergy,
  type Energy,
  type EnergySource,
  type EstimateFormat,
  type MemoryEnergies,
  memoryAccess,
  middle,
  type NodeEnergies,
  productEnergy,
  sramAccess,
  wireEnergy,
} from "./energy/index.ts";
import type { Work } from "./work.ts";

/** Where the energies of a machine are from. */
export interface Energies {
  readonly node: NodeEnergies;
  readonly memory: MemoryEnergies;
  /** Millimetres that operands travel on the chip, in the mean; no wires where it is left out. */
  readonly wireMm?: number;
}

/** Keys are those of the JSON. */
export interface EnergyRow extends EnergySource {
  readonly what: string;
  readonly operations: number;
  /** In the middle of the published range, and at its ends. */
  readonly pj_each: number;
  readonly energy_j: number;
  readonly energy_least_j: number;
  readonly energy_most_j: number;
}

const PICO = 1e-12;

/** What is moved from and to the memory outside, in bytes. */
export interface Traffic {
  readonly weightBytes: number;
  readonly kvBytes: number;
}

/** Bytes of an activation, and of an element of the cache. */
export const elementBytes = ({ activation }: AcceleratorModel, format: EstimateFormat): number =>
  activation === "int8" && format !== "bf16" ? 1 : 2;

export function energyRows(
  accelerator: AcceleratorModel,
  format: EstimateFormat,
  { node, memory, wireMm }: Energies,
  { macs, words, partialSums }: Pick<Work, "macs" | "words" | "partialSums">,
  { weightBytes, kvBytes }: Traffic,
): EnergyRow[] {
  const { activation, lanes, terms } = accelerator;
  const bits = accumulatorBits({ activation, accumulator: "exact", terms });
  const bytes = elementBytes(accelerator, format);
  const outside = memoryAccess(memory);
  return [
    row("products", macs, productEnergy(node, format, activation)),
    row("additions", macs, additionEnergy(node, format, bits)),
    row("activation buffer, 64 bits", (words * lanes * bytes) / 8, sramAccess(node, terms * bytes)),
    ...(partialSums > 0
      ? [row("partial sums, 64 bits", partialSums, sramAccess(node, 2 ** 20))]
      : []),
    ...(wireMm === undefined
      ? []
      : [
          row(
            "wires of operands, 64 bits",
            (weightBytes + words * lanes * bytes) / 8,
            wireEnergy(wireMm),
          ),
        ]),
    row("weights from memory, 64 bits", weightBytes / 8, outside),
    ...(kvBytes > 0 ? [row("keys and values in memory, 64 bits", kvBytes / 8, outside)] : []),
  ];
}

function row(what: string, operations: number, energy: Energy): EnergyRow {
  const { minimum, maximum, ...from } = energy;
  const joules = (pj: number): number => operations * pj * PICO;
  return {
    ...{ what, operations, pj_each: middle(energy), energy_j: joules(middle(energy)) },
    ...{ energy_least_j: joules(minimum), energy_most_j: joules(maximum), ...from },
  };
}
