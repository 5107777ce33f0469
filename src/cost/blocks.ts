import type { ir, Module } from "@chisel-ts/core";
import { cachedResult, yosysVersion } from "#host/src/cost/cache";
import { referencesOf } from "./liberty/references.ts";
import type { CellResult } from "./result.ts";
import { blockOf, memories } from "./synthesis/cells.ts";
import { titleOf, verilogOf } from "./synthesis/design.ts";
import { type FpgaFamily, type FpgaResources, mapToFpga, resourcesOf } from "./synthesis/fpga.ts";
import { readModules } from "./synthesis/netlist.ts";
import {
  type CellOptions,
  type FpgaOptions,
  openLibrary,
  synthesizeNetlist,
} from "./synthesize.ts";

/** An instance, without those inside it. Keys are those of the JSON. */
interface Place {
  /** Instances from the top on, such as `mac.multiplier.decoder`. */
  readonly block: string;
  /** The module that it is an instance of. In standard cells the memories of a module are a block of their own. */
  readonly circuit: string;
}

/** What the standard cells of one instance take. */
export interface CellBlock extends Place {
  readonly cells: number;
  readonly area_ge: number;
  /** Of flip-flops among it. */
  readonly sequential_ge: number;
}

/** What one instance takes of an FPGA. */
export type FpgaBlock = Place & FpgaResources;

/**
 * Area of a circuit in standard cells by block, the largest first. Every module is mapped for itself, so that a cell has a place:
 * nothing is shared between modules, and the sum, which `result` is of, is not that of `synthesize`. @throws as `synthesize`.
 *
 * @example
 * const { blocks } = await synthesizeBlocks(product());
 * console.log(blocks.map(({ block }) => block).join(", ")); // product, product.decoder
 */
export async function synthesizeBlocks(
  module: Module,
  options: CellOptions = {},
): Promise<{ readonly result: CellResult; readonly blocks: readonly CellBlock[] }> {
  const { netlist, result } = await synthesizeNetlist(module, { ...options, byModule: true });
  const library = await openLibrary([options.liberty ?? []].flat());
  const { gateEquivalent } = referencesOf(library);
  const blocks = new Map<string, CellBlock>();
  for (const { name, type } of netlist.cells) {
    const path = blockOf(name);
    const block = [module.name, ...path].join(".");
    const { area = 0, sequential = false } = library.cells.get(type) ?? {};
    const before = blocks.get(block);
    const ge = (area ?? 0) / gateEquivalent;
    blocks.set(block, {
      block,
      circuit: circuitAt(module, path),
      cells: (before?.cells ?? 0) + 1,
      area_ge: (before?.area_ge ?? 0) + ge,
      sequential_ge: (before?.sequential_ge ?? 0) + (sequential ? ge : 0),
    });
  }
  return { result, blocks: [...blocks.values()].sort((a, b) => b.area_ge - a.area_ge) };
}

/**
 * What a circuit takes of an FPGA by block, the most look-up tables first; every module is mapped for itself. Not placed.
 *
 * @throws CostError when yosys fails.
 *
 * @example
 * const { blocks } = await synthesizeFpgaBlocks(product(), "ecp5");
 * console.log(blocks.map(({ circuit }) => circuit).join(", ")); // product, decode
 */
export async function synthesizeFpgaBlocks(
  module: Module,
  family: FpgaFamily,
  { dsp = false, onStep = () => {} }: FpgaOptions = {},
): Promise<{ readonly total: FpgaResources; readonly blocks: readonly FpgaBlock[] }> {
  const design = verilogOf(module);
  const { top, sources } = design;
  const parts = [await yosysVersion(), JSON.stringify([family, dsp]), top];
  const all = [...parts, ...Object.entries(sources).flat()];
  return cachedResult("blocks", all, async () => {
    const json = await mapToFpga(design, family, { dsp, byModule: true }, onStep);
    const modules = readModules(json);
    const below = (name: string, path: string): FpgaBlock[] => {
      const { cells = {}, instances = [] } = modules.get(name) ?? {};
      const circuit = titleOf({ ...design, top: name });
      return [
        { block: path, circuit, ...resourcesOf(cells, family) },
        ...instances.flatMap((inner) => below(inner.module, `${path}.${inner.name}`)),
      ];
    };
    const blocks = below(top, module.name).sort((a, b) => b.luts - a.luts);
    const sum = (key: keyof FpgaResources): number =>
      blocks.reduce((others, block) => others + block[key], 0);
    return {
      total: {
        luts: sum("luts"),
        flip_flops: sum("flip_flops"),
        carries: sum("carries"),
        wide_muxes: sum("wide_muxes"),
        dsps: sum("dsps"),
        block_rams: sum("block_rams"),
        distributed_rams: sum("distributed_rams"),
      },
      blocks,
    };
  });
}

/** The module of an instance; or that of which these are the memories. */
export function circuitAt(top: ir.ModuleIr, path: readonly string[]): string {
  let module = top;
  for (const name of path) {
    const found = module.instances.find((inner) => inner.name === name);
    if (!found && name.endsWith(`_${memories}`)) return `${module.name}, ${memories}`;
    if (!found) throw new Error(`${module.name} has no instance ${name}`);
    module = found.module;
  }
  return module.name;
}
