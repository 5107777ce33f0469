import type { WeightFormat } from "../../../model/index.ts";
import type { MemoryEnergies } from "./memories.ts";
import type { NodeEnergies } from "./nodes.ts";
import { type Energy, type EnergySource, single } from "./source.ts";

/**
 * What a network's matrices may be stored in. BF16 stands for weights, activations and cache; groups of 32 weights in INT4 share a
 * float16 scale, and INT8's product multiplies them.
 */
export const estimateFormats = ["rf8", "int8", "e4m3", "e5m2", "int4", "bf16"] as const;
export type EstimateFormat = (typeof estimateFormats)[number];

/** Bytes of a weight in memory, with its share of a scale; RF8 of fewer bits is the accelerator's. */
export const bytesOfWeight = (format: EstimateFormat): number =>
  format === "bf16" ? 2 : format === "int4" ? (4 + 16 / 32) / 8 : 1;

/**
 * pJ of the products alone in the generic technology, each in its smallest writing, with uniform operands: those of
 * reports/power.csv.
 */
export const productPj: Readonly<Record<"int8" | "int16", Readonly<Record<WeightFormat, number>>>> =
  {
    int8: { rf8: 0.28314, int8: 0.34599, e4m3: 0.30736, e5m2: 0.30524 },
    int16: { rf8: 0.48345, int8: 0.66445, e4m3: 0.56392, e5m2: 0.5185 },
  };

/** The same of MACs. */
export const macPj: typeof productPj = {
  int8: { rf8: 0.89292, int8: 0.85175, e4m3: 0.89779, e5m2: 1.0292 },
  int16: { rf8: 1.2702, int8: 1.3517, e4m3: 1.3313, e5m2: 1.4208 },
};

const derived = (node: NodeEnergies, pj: number, how: string): Energy => {
  const all = [how, ...(node.scaling === undefined ? [] : [node.scaling])].filter(Boolean);
  return {
    ...single(pj),
    source: `${node.source}: ${all.join("; ")}`,
    node: node.node,
    voltage: node.voltage,
    kind: "derived",
  };
};

const published = (node: NodeEnergies, pj: number): Energy =>
  node.scaling === undefined
    ? {
        ...single(pj),
        source: node.source,
        node: node.node,
        voltage: node.voltage,
        kind: "table",
      }
    : derived(node, pj, "");

/** A product: the table's int8 product in the ratio of measured energies; of BF16, the table's own. */
export function productEnergy(
  node: NodeEnergies,
  format: EstimateFormat,
  activation: "int8" | "int16",
): Energy {
  if (format === "bf16") {
    const { bf16_note, bf16_multiply } = node;
    return bf16_note === undefined
      ? published(node, bf16_multiply)
      : derived(node, bf16_multiply, bf16_note);
  }
  const unit = format === "int4" ? "int8" : format;
  const ratio = productPj[activation][unit] / productPj.int8.int8;
  if (ratio === 1) return published(node, node.int8_multiply);
  const name = unit.toUpperCase();
  return derived(
    node,
    node.int8_multiply * ratio,
    `the int8 product × ${ratio.toFixed(2)}, ${name}'s with ${activation} over INT8's with int8 as rf8 power measures both`,
  );
}

/** The table's float32 addition. */
export const floatAddition = (node: NodeEnergies): Energy => published(node, node.fp32_add);

/**
 * What a circuit takes in the generic technology, brought to a node by the table's int8 product over the measured one.
 *
 * @param pj in the generic technology
 * @param what the circuit
 */
export function circuitEnergy(node: NodeEnergies, pj: number, what: string): Energy {
  const ratio = pj / productPj.int8.int8;
  return derived(
    node,
    node.int8_multiply * ratio,
    `the int8 product × ${Number(ratio.toPrecision(4))}, ${what} over INT8's product in the generic technology as rf8 power measures both`,
  );
}

/** An access of 64 bits to an on-chip memory: that of the next larger one in the table. */
export function sramAccess(node: NodeEnergies, bytes: number): Energy {
  if (bytes <= 8 * 1024) return published(node, node.sram_8kb);
  return published(node, bytes <= 32 * 1024 ? node.sram_32kb : node.sram_1mb);
}

/** 64 bits from or to the memory outside. */
export function memoryAccess({ name, pj_per_bit, source, includes }: MemoryEnergies): Energy {
  const [minimum, maximum] = pj_per_bit;
  const from: EnergySource = {
    source: `${source}; ${includes}`,
    node: name,
    voltage: null,
    kind: "table",
  };
  return { ...from, minimum: 64 * minimum, maximum: 64 * maximum };
}
