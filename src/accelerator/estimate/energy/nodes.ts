import { type Scaling, scalings } from "./scaling.ts";
import type { EnergySource } from "./source.ts";

/** Energies of operations in one process: pJ an operation, or for 64 bits of a memory. Keys are those of a user's JSON. */
export interface NodeEnergies extends Pick<EnergySource, "source" | "node" | "voltage"> {
  readonly int8_multiply: number;
  /** Of bfloat16, or of float16 where the publication has no bfloat16. */
  readonly bf16_multiply: number;
  /** What is said of that figure where it is no bfloat16's. */
  readonly bf16_note?: string;
  /** How the figures follow from the publication's, where they are not its own. */
  readonly scaling?: string;
  readonly fp32_add: number;
  readonly sram_8kb: number;
  readonly sram_32kb: number;
  readonly sram_1mb: number;
}

const horowitz: NodeEnergies = {
  source: "M. Horowitz, ISSCC 2014",
  bf16_note: "its float16 product; it has no bfloat16",
  node: "45 nm",
  voltage: 0.9,
  int8_multiply: 0.2,
  bf16_multiply: 1.1,
  fp32_add: 0.9,
  sram_8kb: 10,
  sram_32kb: 20,
  sram_1mb: 100,
};

/** Every figure by the same factor, memories too. */
function scaled(table: NodeEnergies, { node, voltage, ratio, scaling }: Scaling): NodeEnergies {
  return {
    ...table,
    node,
    voltage,
    scaling,
    int8_multiply: table.int8_multiply * ratio,
    bf16_multiply: table.bf16_multiply * ratio,
    fp32_add: table.fp32_add * ratio,
    sram_8kb: table.sram_8kb * ratio,
    sram_32kb: table.sram_32kb * ratio,
    sram_1mb: table.sram_1mb * ratio,
  };
}

/** Published tables by the name of `--node`, and that of 45 nm scaled to other nodes. */
export const nodes: Readonly<Record<string, NodeEnergies>> = {
  "45nm": horowitz,
  "7nm": {
    source: "N. Jouppi et al., ISCA 2021, table 2",
    node: "7 nm",
    voltage: null,
    int8_multiply: 0.07,
    bf16_multiply: 0.21,
    fp32_add: 0.38,
    sram_8kb: 7.5,
    sram_32kb: 8.5,
    sram_1mb: 14,
  },
  ...Object.fromEntries(scalings(0.9).map((to) => [to.name, scaled(horowitz, to)])),
};

export const defaultNode = "45nm";
