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

const memory = (
  name: string,
  pj: number | readonly [number, number],
  gb_per_s: number | null,
  source: string,
  includes: string,
): MemoryEnergies => ({
  ...{ name, gb_per_s, source, includes },
  pj_per_bit: typeof pj === "number" ? [pj, pj] : pj,
});

const jouppi = "N. Jouppi et al., ISCA 2021, table 2";
const oConnor = "M. O'Connor et al., Fine-Grained DRAM, MICRO 2017";
const micron = "Micron, Ultra-Bandwidth Solutions, web page of 2020";
const pimAi = "PIM-AI, arXiv 2411.17309, 2024, table 1";

/** Published figures by the name of `--memory`. What has none that could be traced is not here. */
export const memories: Readonly<Record<string, MemoryEnergies>> = {
  dram: memory(
    ...(["DRAM of 2014", [1300 / 64, 2600 / 64], null] as const),
    ...(["M. Horowitz, ISSCC 2014", "array and interface"] as const),
  ),
  ddr4: memory("DDR4-3200, 64 bits", 1300 / 64, 25.6, jouppi, "interface alone, DDR3 and DDR4"),
  lpddr4: memory(
    ...(["LPDDR4-3200, 16 bits", [13, 14], 6.4] as const),
    ...(["H. Ha, thesis, Stanford 2018", "simulated: array and interface"] as const),
  ),
  lpddr5: memory("LPDDR5-6400, 16 bits", 20, 12.8, pimAi, "memory and both physical interfaces"),
  lpddr5x: memory("LPDDR5X-8533, 16 bits", 10, 17.1, pimAi, "memory and both physical interfaces"),
  gddr5: memory("GDDR5, 7 Gb/s, 32 bits", 14, 28, oConnor, "activation, movement and interface"),
  gddr6: memory("GDDR6, 16 Gb/s, 32 bits", [350 / 64, 480 / 64], 64, jouppi, "interface alone"),
  gddr6x: memory("GDDR6X, 19 Gb/s, 32 bits", 7.25, 76, micron, "the device"),
  hbm2: memory("HBM2 stack, 2 Gb/s", 3.97, 256, oConnor, "activation, movement and interface"),
  hbm2e: memory("HBM2E stack, 3.2 Gb/s", 6, 410, micron, "the device"),
  hbm3e: memory(
    ...(["HBM3E stack", 3.9, null] as const),
    ...([
      "Samsung at the OCP Global Summit 2025, as the press has it",
      "it is not said what",
    ] as const),
  ),
};

export const defaultMemory = "dram";

/** Memories that one would look for here, of which no figure could be traced to a publication. */
export const untracedMemories = ["ddr5", "lpddr4x", "hbm3"] as const;
