import type { VerilogDesign } from "./design.ts";
import { type OnStep, runYosys } from "./run.ts";

export const fpgaFamilies = ["ice40", "ecp5", "xilinx"] as const;
export type FpgaFamily = (typeof fpgaFamilies)[number];

/** Cells of an FPGA by what a data sheet counts. */
export interface FpgaResources {
  /** Look-up tables, of 4 inputs (ice40, ecp5) or up to 6 (xilinx), without those inside carry cells. */
  readonly luts: number;
  readonly flip_flops: number;
  /** Carry cells: of 1 bit (ice40), 2 bits (ecp5), 4 bits (xilinx). */
  readonly carries: number;
  /** Multiplexers behind the look-up tables. */
  readonly wide_muxes: number;
  readonly dsps: number;
  readonly block_rams: number;
  /** Look-up tables' own memory: cells of 16 by 4 (ecp5), or RAM32, RAM64 and shift registers (xilinx). */
  readonly distributed_rams: number;
}

/** How a design is mapped to an FPGA. */
export interface FpgaMapping {
  /** Whether multipliers may go into DSP blocks. */
  readonly dsp: boolean;
  /** Each module mapped for itself, as a module of the netlist. */
  readonly byModule: boolean;
}

interface Family {
  command(top: string, mapping: FpgaMapping): string;
  readonly resources: Readonly<Record<keyof FpgaResources, RegExp | undefined>>;
}

const families: Readonly<Record<FpgaFamily, Family>> = {
  ice40: {
    command: (top, { dsp, byModule }) =>
      `synth_ice40 -top ${top}${byModule ? " -noflatten" : ""}${dsp ? " -dsp" : ""}`,
    resources: {
      luts: /^SB_LUT4$/,
      flip_flops: /^SB_DFF/,
      carries: /^SB_CARRY$/,
      dsps: /^SB_MAC16$/,
      block_rams: /^SB_RAM40/,
      wide_muxes: undefined,
      distributed_rams: undefined,
    },
  },
  ecp5: {
    command: (top, { dsp, byModule }) =>
      `synth_ecp5 -top ${top}${byModule ? " -noflatten" : ""}${dsp ? "" : " -nodsp"}`,
    resources: {
      luts: /^LUT4$/,
      flip_flops: /^TRELLIS_FF$/,
      carries: /^CCU2C$/,
      dsps: /^MULT18X18D$/,
      block_rams: /^(DP16KD|PDPW16KD)$/,
      distributed_rams: /^TRELLIS_DPR16X4$/,
      wide_muxes: /^(PFUMX|L6MUX21)$/,
    },
  },
  xilinx: {
    command: (top, { dsp, byModule }) =>
      `synth_xilinx -top ${top}${byModule ? "" : " -flatten"} -noiopad -noclkbuf${dsp ? "" : " -nodsp"}`,
    resources: {
      luts: /^(LUT[1-6]|INV)$/,
      flip_flops: /^FD[RSCP]E(_1)?$/,
      carries: /^CARRY[48]$/,
      dsps: /^DSP48/,
      block_rams: /^RAMB/,
      distributed_rams: /^(RAM(32|64|128|256)|SRL)/,
      wide_muxes: /^MUXF[789]$/,
    },
  },
};

/** The design as a netlist of an FPGA's cells, in JSON, yosys' own flow. @throws CostError when yosys fails. */
export async function mapToFpga(
  design: VerilogDesign,
  family: FpgaFamily,
  mapping: FpgaMapping,
  onStep: OnStep,
): Promise<string> {
  const commands = [families[family].command(design.top, mapping)];
  return (await runYosys(design, commands, {}, onStep))["netlist.json"];
}

/** What cells, by type, take of their FPGA. */
export function resourcesOf(
  cells: Readonly<Record<string, number>>,
  family: FpgaFamily,
): FpgaResources {
  const counts = Object.entries(cells);
  const resources = Object.entries(families[family].resources).map(([name, pattern]) => [
    name,
    counts.reduce((sum, [type, count]) => sum + (pattern?.test(type) ? count : 0), 0),
  ]);
  return Object.fromEntries(resources) as FpgaResources;
}
