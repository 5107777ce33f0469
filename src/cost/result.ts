import type { MappingOptions } from "./synthesis/cells.ts";
import type { FpgaFamily, FpgaResources } from "./synthesis/fpga.ts";
import type { Placement } from "./synthesis/place.ts";
import type { PathGroup } from "./timing/analyse.ts";

/** Where the figures of a library come from. */
export interface LibraryProvenance {
  readonly name: string;
  /** As it was given; `null` for the generic technology, which is made by this package. */
  readonly file: string | null;
  readonly sha256: string;
  readonly corner: string | null;
  readonly process: number | null;
  readonly voltage_v: number | null;
  readonly temperature_c: number | null;
  readonly nand2_area: number;
  readonly fo4_ps: number | null;
}

/** What a circuit is measured in. */
export interface Conditions {
  /** On every input; its own delay without load is not counted. */
  readonly driving_cell: string;
  /** On every output, in inputs of the driving cell. */
  readonly output_load: 4;
  readonly wires: "no load";
  readonly clock: "ideal";
}

/** A delay in FO4 inverter delays of the same library, and in picoseconds where it has such. */
export interface Delay {
  readonly delay_fo4: number;
  readonly delay_ps: number | null;
}

export interface PathSummary extends Delay {
  readonly from: string;
  readonly to: string;
}

export interface CriticalPath extends PathSummary {
  readonly group: PathGroup;
  readonly points: readonly {
    readonly net: string | null;
    readonly cell: string | null;
    readonly edge: "rise" | "fall";
    readonly arrival_fo4: number;
    readonly arrival_ps: number | null;
  }[];
}

/** A circuit in standard cells. */
export interface CellResult extends Delay {
  readonly tech: "generic" | "liberty";
  readonly tool: string;
  readonly options: MappingOptions;
  readonly library: LibraryProvenance;
  readonly conditions: Conditions;
  /** In areas of the library's smallest two-input NAND. */
  readonly area_ge: number;
  /** `null` for the generic technology. */
  readonly area_um2: number | null;
  readonly combinational_ge: number;
  readonly sequential_ge: number;
  /** Of memories, which are flip-flops and multiplexers here; `null` where the design does not say. */
  readonly memory_bits: number | null;
  /** Part of the area that is flip-flops, 0 to 1. */
  readonly sequential_share: number;
  /** From register to register; `null` without such a path or without picoseconds. */
  readonly max_clock_mhz: number | null;
  readonly paths: Readonly<Partial<Record<PathGroup, PathSummary>>>;
  /** The slowest of all paths, which `delay_fo4` and `delay_ps` are of; `null` in a circuit without any. */
  readonly critical_path: CriticalPath | null;
  readonly overloaded_nets: number;
  readonly cells: Readonly<Record<string, number>>;
}

/** A circuit in the cells of an FPGA family. */
export interface FpgaResult extends FpgaResources {
  readonly tech: FpgaFamily;
  readonly tool: string;
  readonly options: { readonly dsp: boolean };
  /** Of ice40 alone, `null` for the others. */
  readonly place_and_route: Placement | null;
  readonly cells: Readonly<Record<string, number>>;
}
