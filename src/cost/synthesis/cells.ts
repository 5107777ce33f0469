import { CostError } from "../error.ts";
import type { Library } from "../liberty/library.ts";
import type { References } from "../liberty/references.ts";
import { mappingLiberty } from "../liberty/write.ts";
import { titleOf, type VerilogDesign } from "./design.ts";
import { requireEqual } from "./equal.ts";
import { abcScripts, type Goal } from "./goal.ts";
import { type Netlist, readNetlist } from "./netlist.ts";
import { type OnStep, runYosys } from "./run.ts";

export interface MappingOptions {
  readonly goal: Goal;
  /** Multipliers as radix-4 Booth. */
  readonly booth: boolean;
  /** Each module mapped for itself: `blockOf` then tells a cell's. Nothing is shared between modules, so the netlist is larger. */
  readonly byModule?: boolean;
}

/** A memory becomes flip-flops with multiplexers: more bits than these would take yosys hours. */
const maxMemoryBits = 2 ** 16;

/** Behind the module's name, what the memories of a module are called where modules are mapped by themselves. */
export const memories = "memories";

/** Yosys' commands that move the memories of each module, tables left out, into an instance of their own. */
const memoriesApart = [`setattr -set submod "${memories}" t:$mem_v2 r:WR_PORTS>0 %i`, "submod"];

/** Yosys' commands for standard cells, the library's `mappingLiberty` in `cells.lib`. */
export function mappingCommands(
  top: string,
  { booth, byModule = false }: Omit<MappingOptions, "goal">,
): string[] {
  const flipFlops = ["opt", "dfflibmap -liberty cells.lib"];
  // Every module for itself first: yosys would fuse a multiplier and the addition in the module above
  // into one wider unit, which costs an INT8 MAC 40 % of area.
  const synth = `synth -top ${top}${booth ? " -booth" : ""}`;
  return [
    ...(byModule
      ? [
          `${synth} -run begin:fine`,
          ...memoriesApart,
          `${synth} -run fine:`,
          ...[...flipFlops, "design -save modules", "flatten", "write_json logic.json"],
        ]
      : [synth, "flatten", ...flipFlops, "write_json logic.json"]),
    ...(byModule ? ["design -load modules"] : []),
    "abc -liberty cells.lib -constr constraints -script abc.script",
    ...(byModule ? ["flatten", "opt_clean"] : []),
  ];
}

/** The instances that a cell of modules mapped by themselves lies in, the outermost first, as yosys' `flatten` names it. */
export function blockOf(cell: string): string[] {
  const [, path = ""] = /^\$flatten((?:\\[^.]+\.)+)/.exec(cell) ?? [];
  return path.split(".").flatMap((part) => part.slice(1) || []);
}

/** How a design is mapped. */
interface Mapping {
  readonly library: Library;
  readonly references: References;
  readonly options: MappingOptions;
  readonly onStep: OnStep;
}

/**
 * The design as a flat netlist of a library's cells.
 *
 * @throws CostError when yosys fails, something has no cell in the library, or abc
 * mapped the logic wrongly.
 */
export async function mapToCells(
  design: VerilogDesign,
  { library, references: { driver, outputLoadFf }, options, onStep }: Mapping,
): Promise<Netlist> {
  if (library.cells.has(design.top)) {
    throw new CostError(`${design.top} is a cell of ${library.file}; give the module another name`);
  }
  const { memoryBits = 0 } = design;
  if (memoryBits > maxMemoryBits) {
    throw new CostError(
      `${titleOf(design)} has memories of ${memoryBits} bits; in standard cells they become flip-flops, and ${maxMemoryBits} bits are the most: choose a smaller memory, or --tech for block RAMs`,
    );
  }
  const files = {
    "cells.lib": mappingLiberty(library),
    "abc.script": `${abcScripts[options.goal].join("\n")}\n`,
    constraints: `set_driving_cell ${driver.cell.name}\nset_load ${outputLoadFf}\n`,
  };
  // Other readers of netlists know no x.
  const commands = [...mappingCommands(design.top, options), "setundef -zero"];
  const written = await runYosys(design, commands, files, onStep).catch((error: unknown) => {
    const [, reason] = /cannot be legalized: (.*)/.exec(String(error)) ?? [];
    if (reason === undefined) throw error;
    throw new CostError(
      `${library.file}: the library has no flip-flop that ${titleOf(design)} needs: ${reason}`,
    );
  });
  const netlist = readNetlist(written["netlist.json"], design.top);
  const unmapped = netlist.cells.find(({ type }) => !library.cells.has(type));
  if (unmapped) {
    throw new CostError(
      `${library.file}: the library has no cell for yosys' ${unmapped.type}, which ${titleOf(design)} needs`,
    );
  }
  requireEqual(
    titleOf(design),
    readNetlist(written["logic.json"] ?? "", design.top),
    netlist,
    library,
  );
  return netlist;
}
