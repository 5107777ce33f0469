/** Energy of an operation or a memory access in pJ, and where the figure is from. */
export interface Energy {
  readonly pj: number;
  readonly provenance: string;
}

const table = "45 nm, 0.9 V: M. Horowitz, ISSCC 2014, figure 1.1.9";
const published = (pj: number): Energy => ({ pj, provenance: table });

/** The one table that every energy here comes from; pJ an operation, or for 64 bits of memory. */
export const horowitz = {
  int8_add: published(0.03),
  int32_add: published(0.1),
  int8_multiply: published(0.2),
  fp32_add: published(0.9),
  fp32_multiply: published(3.7),
  sram_8kb: published(10),
  sram_32kb: published(20),
  sram_1mb: published(100),
  dram_least: published(1300),
  dram_most: published(2600),
} as const;

/** A read of 64 bits from an on-chip memory: that of the next larger one in the table. */
export function sramRead(bytes: number): Energy {
  if (bytes <= 8 * 1024) return horowitz.sram_8kb;
  if (bytes <= 32 * 1024) return horowitz.sram_32kb;
  return horowitz.sram_1mb;
}

/** A product, by its area in that of the INT8 product: the table has no shift. */
export const productEnergy = (areaToInt8: number): Energy => ({
  pj: horowitz.int8_multiply.pj * areaToInt8,
  provenance: `derived: int8 multiplication of the table × ${areaToInt8.toFixed(2)}, the ratio of synthesized areas`,
});

/** An addition of so many bits: the table's 32-bit one, in proportion. */
export const additionEnergy = (bits: number): Energy => ({
  pj: (horowitz.int32_add.pj * bits) / 32,
  provenance: `scaled: int32 addition of the table × ${bits}/32 bits`,
});
