/** Energy of an operation or a memory access in pJ, and where the figure is from. */
export interface Energy {
  readonly pj: number;
  readonly provenance: string;
}

const table = "table: 45 nm, 0.9 V, M. Horowitz, ISSCC 2014";
const published = (pj: number): Energy => ({ pj, provenance: table });

/** The one table that every energy here comes from; pJ an operation, or for 64 bits of memory. */
export const horowitz = {
  int32_add: published(0.1),
  int8_multiply: published(0.2),
  sram_8kb: published(10),
  sram_32kb: published(20),
  sram_1mb: published(100),
  dram_least: published(1300),
  dram_most: published(2600),
} as const;

/** An access of 64 bits to an on-chip memory: that of the next larger one in the table. */
export function sramAccess(bytes: number): Energy {
  if (bytes <= 8 * 1024) return horowitz.sram_8kb;
  if (bytes <= 32 * 1024) return horowitz.sram_32kb;
  return horowitz.sram_1mb;
}

/** Areas of the products alone, generic technology, goal area (reports/compare.csv). */
export const productAreas = { int8: 277.67, int16: 461, int8_by_int8: 331 } as const;

/** A product of RF8 and an activation: the table has no shift, so that of INT8 in the ratio of areas. */
export function productEnergy(activation: "int8" | "int16"): Energy {
  const ratio = productAreas[activation] / productAreas.int8_by_int8;
  return {
    pj: horowitz.int8_multiply.pj * ratio,
    provenance: `derived: the table's int8 product × ${ratio.toFixed(2)}, RF8's synthesized area over INT8's`,
  };
}

/** An addition of so many bits: the table's 32-bit one, in proportion. */
export const additionEnergy = (bits: number): Energy => ({
  pj: (horowitz.int32_add.pj * bits) / 32,
  provenance: `scaled: the table's int32 addition × ${bits}/32 bits`,
});
