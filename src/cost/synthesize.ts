import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { cachedResult, digest } from "./cache.ts";
import { CostError } from "./error.ts";
import { type Library, readLibrary } from "./liberty/library.ts";
import { referencesOf } from "./liberty/references.ts";
import { measure } from "./measure.ts";
import type { CellResult, FpgaResult } from "./result.ts";
import { type MappingOptions, mapToCells } from "./synthesis/cells.ts";
import type { VerilogDesign } from "./synthesis/design.ts";
import { type FpgaFamily, mapToFpga, resourcesOf } from "./synthesis/fpga.ts";
import { histogram, readNetlist } from "./synthesis/netlist.ts";
import { place, placer } from "./synthesis/place.ts";
import { type OnStep, yosysVersion } from "./synthesis/run.ts";
import { genericLiberty } from "./technology/generic.ts";

export interface CellOptions extends Partial<MappingOptions> {
  /** A Liberty file, which may be gzipped; without one, the generic technology. */
  readonly liberty?: string;
  readonly onStep?: OnStep;
}

/**
 * Area and timing of a design in standard cells: the generic technology's or a Liberty file's. A result
 * for the same texts, options and program is taken from the user's cache folder.
 *
 * @throws CostError for a Liberty file that cannot be used, or when yosys fails; system errors of the
 * Liberty file.
 */
export function synthesize(
  design: VerilogDesign,
  { liberty, goal = "area", booth = false, onStep = () => {} }: CellOptions = {},
): Promise<CellResult> {
  const bytes = liberty === undefined ? Buffer.from(genericLiberty()) : readFileSync(liberty);
  const options = { goal, booth };
  const physical = liberty !== undefined;
  const tool = yosysVersion();
  const sha256 = digest(bytes);
  const parts = [...partsOf(design), tool, JSON.stringify([options, liberty ?? null]), sha256];
  return cachedResult("synthesis", parts, async (): Promise<CellResult> => {
    const text = textOf(liberty ?? "generic", bytes);
    const library = readLibrary(liberty ?? "generic", text);
    const references = referencesOf(library);
    const netlist = await mapToCells(design, library, text, references, options, onStep);
    return {
      tech: physical ? "liberty" : "generic",
      ...{ tool, options },
      library: {
        ...{ name: library.name, file: liberty ?? null, sha256, ...corner(library) },
        nand2_area: references.gateEquivalent,
        fo4_ps: physical ? references.fo4Ps : null,
      },
      conditions: {
        driving_cell: references.driver.cell.name,
        ...{ output_load: 4, wires: "no load", clock: "ideal" },
      },
      ...measure(netlist, library, references, physical),
    };
  });
}

/**
 * What a design takes of an FPGA: yosys' own flow for the family, and for ice40 place and route where the
 * optional package for it is installed.
 *
 * @throws CostError when yosys fails.
 */
export async function synthesizeFpga(
  design: VerilogDesign,
  family: FpgaFamily,
  { dsp = false, onStep = () => {} }: { readonly dsp?: boolean; readonly onStep?: OnStep } = {},
): Promise<FpgaResult> {
  const tool = yosysVersion();
  const placed = family === "ice40";
  const placedBy = placed ? ((await placer()) ?? null) : null;
  const parts = [...partsOf(design), tool, JSON.stringify([family, dsp, placedBy])];
  return cachedResult("synthesis", parts, async (): Promise<FpgaResult> => {
    const json = await mapToFpga(design, family, dsp, onStep);
    const netlist = readNetlist(json, design.top);
    return {
      ...{ tech: family, tool, options: { dsp }, ...resourcesOf(netlist, family) },
      place_and_route: placed ? await place(json) : null,
      cells: histogram(netlist),
    };
  });
}

const partsOf = ({ top, sources }: VerilogDesign): string[] => [
  top,
  ...Object.entries(sources).flat(),
];

function textOf(file: string, bytes: Uint8Array): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  try {
    return new TextDecoder().decode(gunzipSync(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CostError(`${file}: the gzipped file cannot be unpacked: ${reason}`);
  }
}

const corner = ({ corner: { name, process, voltage, temperature } }: Library) => ({
  corner: name ?? null,
  process: process ?? null,
  voltage_v: voltage ?? null,
  temperature_c: temperature ?? null,
});
