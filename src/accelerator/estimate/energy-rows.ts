import type { AcceleratorModel } from "../../model/index.ts";
import {
  circuitEnergy,
  type Energy,
  type EnergySource,
  type EstimateFormat,
  floatAddition,
  type MemoryEnergies,
  memoryAccess,
  middle,
  type NodeEnergies,
  productEnergy,
  productPj,
  sramAccess,
  wireEnergy,
} from "./energy/index.ts";
import { controlClock } from "./energy-table.ts";
import { elementEnergy, rowEnergy } from "./unit-energy.ts";
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

/** Work on one of the two units; `cycles` are all that its clock runs for. */
export interface UnitWork
  extends Pick<Work, "macs" | "slots" | "cycles" | "words" | "partialSums"> {
  readonly unit: "accelerator" | "array";
}

export function energyRows(
  accelerator: AcceleratorModel,
  format: EstimateFormat,
  {
    energies: { node, memory, wireMm },
    work,
    traffic: { weightBytes, kvBytes },
  }: { readonly energies: Energies; readonly work: UnitWork; readonly traffic: Traffic },
): EnergyRow[] {
  const { lanes, terms } = accelerator;
  const { words, partialSums } = work;
  const bytes = elementBytes(accelerator, format);
  const outside = memoryAccess(memory);
  return [
    ...unitRows(accelerator, format, node, work),
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

/**
 * What a unit takes: its products, what else operands change in it, and the clock's pins of its flip-flops in every cycle. BF16,
 * of which no unit is written here, has the published operations alone.
 */
function unitRows(
  { activation, lanes, rows }: AcceleratorModel,
  format: EstimateFormat,
  node: NodeEnergies,
  { unit, macs, slots, cycles }: UnitWork,
): EnergyRow[] {
  const products = row("products", macs, productEnergy(node, format, activation));
  if (format === "bf16") return [products, row("additions", macs, floatAddition(node))];
  const stored = format === "int4" ? "int8" : format;
  const product = productPj[activation][stored];
  if (unit === "array") {
    const { data, clock, provenance } = elementEnergy(activation, stored, lanes);
    const rest = circuitEnergy(node, data - product, `${provenance}, without its product,`);
    const pins = circuitEnergy(node, lanes * rows * clock, `${lanes * rows} × ${provenance},`);
    return [products, row("sums and registers", slots, rest), row("clock pins", cycles, pins)];
  }
  const { data, clock, provenance } = rowEnergy(activation, stored, lanes);
  const rest = circuitEnergy(node, data - lanes * product, `${provenance}, without its products,`);
  const pins = circuitEnergy(
    node,
    rows * clock + controlClock,
    `${rows} × ${provenance}, and control,`,
  );
  return [
    products,
    row("sums, registers, requantizers, a beat", slots / lanes, rest),
    row("clock pins, a cycle", cycles, pins),
  ];
}

function row(what: string, operations: number, energy: Energy): EnergyRow {
  const { minimum, maximum, ...from } = energy;
  const joules = (pj: number): number => operations * pj * PICO;
  return {
    what,
    operations,
    pj_each: middle(energy),
    energy_j: joules(middle(energy)),
    energy_least_j: joules(minimum),
    energy_most_j: joules(maximum),
    ...from,
  };
}
