import type { Module } from "@chisel-ts/core";
import { cachedResult, fileBytes, yosysVersion } from "#host/src/cost/cache";
import { CostError } from "./error.ts";
import { type Library, mergeLibraries, readLibrary } from "./liberty/library.ts";
import { referencesOf } from "./liberty/references.ts";
import { measure } from "./measure.ts";
import type { CellResult, FpgaResult } from "./result.ts";
import { type MappingOptions, mapToCells } from "./synthesis/cells.ts";
import { designOf, titleOf, type VerilogDesign } from "./synthesis/design.ts";
import { type FpgaFamily, mapToFpga, resourcesOf } from "./synthesis/fpga.ts";
import { type Bit, histogram, type Netlist, readNetlist } from "./synthesis/netlist.ts";
import { place, placer } from "./synthesis/place.ts";
import type { OnStep } from "./synthesis/run.ts";
import { writeVerilog } from "./synthesis/verilog.ts";
import { genericLiberty } from "./technology/generic.ts";

export interface CellOptions extends Partial<MappingOptions> {
  /**
   * A Liberty file, which may be gzipped, or several of one library; without one, the generic technology. A file that
   * was read already comes with its bytes.
   */
  readonly liberty?: LibertyFile | readonly LibertyFile[];
  readonly onStep?: OnStep;
}

/**
 * Area and timing of a circuit or a design in standard cells: the generic technology's or a Liberty file's. A result
 * for the same texts, options and program is taken from the user's cache folder.
 *
 * @throws CostError for a Liberty file that cannot be used, a black box without Verilog, or when yosys fails; system
 * errors of the Liberty file.
 *
 * @example
 * const { area_ge } = await synthesize(product({ format: "int8" }));
 * console.log(area_ge > 100); // true
 */
export async function synthesize(
  design: VerilogDesign | Module,
  options: CellOptions = {},
): Promise<CellResult> {
  return (await synthesizeNetlist(design, options)).result;
}

/** What `synthesize` gives, and the netlist that it is of. */
export interface SynthesizedNetlist {
  readonly result: CellResult;
  /** Structural Verilog, for tools that have read the same library. */
  readonly verilog: string;
  readonly netlist: PlainNetlist;
}

/** A netlist as JSON keeps it. */
export type PlainNetlist = Omit<Netlist, "names"> & {
  readonly names: readonly (readonly [Bit, string])[];
};

/**
 * As `synthesize`, with the mapped netlist.
 *
 * @example
 * const { result, verilog } = await synthesizeNetlist(product({ format: "int8" }));
 * console.log(`${result.area_ge > 100} ${verilog.includes("NAND2_X1")}`); // true true
 */
export async function synthesizeNetlist(
  given: VerilogDesign | Module,
  { liberty = [], goal = "area", booth = false, byModule, onStep = () => {} }: CellOptions = {},
): Promise<SynthesizedNetlist> {
  const design = designOf(given);
  const [box] = design.blackBoxes ?? [];
  if (box !== undefined) {
    throw new CostError(
      `the black box ${box} has no Verilog, so its area and its delays are not known`,
    );
  }
  const files = [liberty].flat();
  const physical = files.length > 0;
  const texts = textsOf(files);
  const options = { goal, booth, ...(byModule && { byModule }) };
  const tool = await yosysVersion();
  const sums = await Promise.all(texts.map(({ bytes }) => sha256(bytes)));
  const parts = [
    ...partsOf(design),
    tool,
    JSON.stringify([options, texts.map(({ file }) => file)]),
    ...sums,
  ];
  return cachedResult("synthesis", parts, async (): Promise<SynthesizedNetlist> => {
    const library = await libraryOf(texts);
    const references = referencesOf(library);
    const netlist = await mapToCells(design, { library, references, options, onStep });
    const result: CellResult = {
      tech: physical ? "liberty" : "generic",
      tool,
      options,
      library: {
        name: library.name,
        file: physical ? library.file : null,
        sha256: sums.join(", "),
        ...corner(library),
        nand2_area: references.gateEquivalent,
        fo4_ps: physical ? references.fo4Ps : null,
      },
      conditions: {
        driving_cell: references.driver.cell.name,
        output_load: 4,
        wires: "no load",
        clock: "ideal",
      },
      memory_bits: design.memoryBits ?? null,
      ...measure(netlist, library, references, physical),
    };
    const load = references.outputLoadFf / library.capacitiveUnitFf;
    const title = titleOf(design);
    const name = library.cells.has(title) ? design.top : title;
    return {
      result,
      verilog: writeVerilog(name, netlist, comment(result, load)),
      netlist: { ...netlist, names: [...netlist.names] },
    };
  });
}

/** @throws as `synthesize` for what is no library. */
export const openLibrary = (files: readonly LibertyFile[]): Promise<Library> =>
  libraryOf(textsOf(files));

/** By its path, or with its bytes. */
export type LibertyFile = string | LibraryBytes;

export interface LibraryBytes {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const textsOf = (files: readonly LibertyFile[]): LibraryBytes[] =>
  files.length > 0
    ? files.map((file) => (typeof file === "string" ? { file, bytes: fileBytes(file) } : file))
    : [{ file: "generic", bytes: new TextEncoder().encode(genericLiberty()) }];

async function libraryOf(texts: readonly LibraryBytes[]): Promise<Library> {
  const [first, ...others] = await Promise.all(
    texts.map(async ({ file, bytes }) => readLibrary(file, await textOf(file, bytes))),
  );
  if (!first) throw new CostError("a library needs a file");
  return mergeLibraries([first, ...others]);
}

/** What another tool needs to know to find the same figures. */
const comment = ({ library, conditions, options, tool }: CellResult, load: number): string[] => [
  `${tool}, goal ${options.goal}${options.booth ? ", Booth multipliers" : ""}`,
  `Library: ${library.file ?? "generic"}`,
  `Every input is driven by ${conditions.driving_cell}, every output loaded with ${Number(load.toPrecision(6))} of the library's`,
  "capacitive units; wires have no load, the clock is ideal.",
];

export interface FpgaOptions {
  /** Multipliers into DSP blocks. */
  readonly dsp?: boolean;
  readonly onStep?: OnStep;
}

/**
 * What a design takes of an FPGA: yosys' own flow for the family, and for ice40 place and route where the
 * optional package for it is installed.
 *
 * @throws CostError when yosys fails.
 *
 * @example
 * const ports = { a: input(bool()), b: input(bool()), y: output(bool()) };
 * const both = module({ name: "both", ports }, (io) => io.y.set(io.a.and(io.b)));
 * console.log((await synthesizeFpga(both, "ecp5")).luts); // 1
 */
export async function synthesizeFpga(
  given: VerilogDesign | Module,
  family: FpgaFamily,
  { dsp = false, onStep = () => {} }: FpgaOptions = {},
): Promise<FpgaResult> {
  const design = designOf(given);
  const tool = await yosysVersion();
  const placed = family === "ice40";
  const placedBy = placed ? ((await placer()) ?? null) : null;
  const parts = [...partsOf(design), tool, JSON.stringify([family, dsp, placedBy])];
  return cachedResult("synthesis", parts, async (): Promise<FpgaResult> => {
    const json = await mapToFpga(design, family, { dsp, byModule: false }, onStep);
    const cells = histogram(readNetlist(json, design.top));
    return {
      tech: family,
      tool,
      options: { dsp },
      ...resourcesOf(cells, family),
      place_and_route: placed ? await place(json) : null,
      cells,
    };
  });
}

const partsOf = ({ top, sources, memoryBits }: VerilogDesign): string[] => [
  ...[top, String(memoryBits)],
  ...Object.entries(sources).flat(),
];

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function textOf(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  try {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(unpacked).text();
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
