/** A memory outside the chip. Keys are those of a user's JSON. */
export interface MemoryEnergies {
  readonly name: string;
  /** Picojoules a bit, the range that is published. */
  readonly pj_per_bit: readonly [minimum: number, maximum: number];
  /** Of a channel or stack, at its peak; `null` where it depends. */
  readonly gb_per_s: number | null;
  /** Publication and year. */
  readonly source: string;
  readonly includes: string;
}

/** @param pj of a bit: one figure, or the range that is published */
const memory = (
  name: string,
  pj: number | MemoryEnergies["pj_per_bit"],
  others: Omit<MemoryEnergies, "name" | "pj_per_bit">,
): MemoryEnergies => ({ name, pj_per_bit: typeof pj === "number" ? [pj, pj] : pj, ...others });

const jouppi = "N. Jouppi et al., ISCA 2021, table 2";
const oConnor = "M. O'Connor et al., Fine-Grained DRAM, MICRO 2017";
const micron = "Micron, Ultra-Bandwidth Solutions, web page of 2020";
const pimAi = "PIM-AI, arXiv 2411.17309, 2024, table 1";

/** Published figures by the name of `--memory`. What has none that could be traced is not here. */
export const memories: Readonly<Record<string, MemoryEnergies>> = {
  dram: memory("DRAM of 2014", [1300 / 64, 2600 / 64], {
    gb_per_s: null,
    source: "M. Horowitz, ISSCC 2014",
    includes: "array and interface",
  }),
  ddr4: memory("DDR4-3200, 64 bits", 1300 / 64, {
    gb_per_s: 25.6,
    source: jouppi,
    includes: "interface alone, DDR3 and DDR4",
  }),
  lpddr4: memory("LPDDR4-3200, 16 bits", [13, 14], {
    gb_per_s: 6.4,
    source: "H. Ha, thesis, Stanford 2018",
    includes: "simulated: array and interface",
  }),
  lpddr5: memory("LPDDR5-6400, 16 bits", 20, {
    gb_per_s: 12.8,
    source: pimAi,
    includes: "memory and both physical interfaces",
  }),
  lpddr5x: memory("LPDDR5X-8533, 16 bits", 10, {
    gb_per_s: 17.1,
    source: pimAi,
    includes: "memory and both physical interfaces",
  }),
  gddr5: memory("GDDR5, 7 Gb/s, 32 bits", 14, {
    gb_per_s: 28,
    source: oConnor,
    includes: "activation, movement and interface",
  }),
  gddr6: memory("GDDR6, 16 Gb/s, 32 bits", [350 / 64, 480 / 64], {
    gb_per_s: 64,
    source: jouppi,
    includes: "interface alone",
  }),
  gddr6x: memory("GDDR6X, 19 Gb/s, 32 bits", 7.25, {
    gb_per_s: 76,
    source: micron,
    includes: "the device",
  }),
  hbm2: memory("HBM2 stack, 2 Gb/s", 3.97, {
    gb_per_s: 256,
    source: oConnor,
    includes: "activation, movement and interface",
  }),
  hbm2e: memory("HBM2E stack, 3.2 Gb/s", 6, {
    gb_per_s: 410,
    source: micron,
    includes: "the device",
  }),
  hbm3e: memory("HBM3E stack", 3.9, {
    gb_per_s: null,
    source: "Samsung at the OCP Global Summit 2025, as the press has it",
    includes: "it is not said what",
  }),
};

export const defaultMemory = "dram";

/** Memories that one would look for here, of which no figure could be traced to a publication. */
export const untracedMemories = ["ddr5", "lpddr4x", "hbm3"] as const;
