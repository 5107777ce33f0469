import type { EnergySource } from "./source.ts";

/** Energies of operations in one process: pJ an operation, or for 64 bits of a memory. Keys are those of a user's JSON. */
export interface NodeEnergies extends Pick<EnergySource, "source" | "node" | "voltage"> {
  readonly int8_multiply: number;
  readonly int32_add: number;
  /** Of bfloat16, or of float16 where the publication has no bfloat16. */
  readonly bf16_multiply: number;
  /** What is said of that figure where it is no bfloat16's. */
  readonly bf16_note?: string;
  readonly fp32_add: number;
  readonly sram_8kb: number;
  readonly sram_32kb: number;
  readonly sram_1mb: number;
}

/** Published tables by the name of `--node`. */
export const nodes: Readonly<Record<string, NodeEnergies>> = {
  "45nm": {
    source: "M. Horowitz, ISSCC 2014",
    bf16_note: "its float16 product; it has no bfloat16",
    ...{ node: "45 nm", voltage: 0.9 },
    ...{ int8_multiply: 0.2, int32_add: 0.1, bf16_multiply: 1.1, fp32_add: 0.9 },
    ...{ sram_8kb: 10, sram_32kb: 20, sram_1mb: 100 },
  },
  "7nm": {
    source: "N. Jouppi et al., ISCA 2021, table 2",
    ...{ node: "7 nm", voltage: null },
    ...{ int8_multiply: 0.07, int32_add: 0.03, bf16_multiply: 0.21, fp32_add: 0.38 },
    ...{ sram_8kb: 7.5, sram_32kb: 8.5, sram_1mb: 14 },
  },
};

export const defaultNode = "45nm";
