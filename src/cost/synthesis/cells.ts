import { CostError } from "../error.ts";
import type { Library } from "../liberty/library.ts";
import type { References } from "../liberty/references.ts";
import { titleOf, type VerilogDesign } from "./design.ts";
import { requireEqual } from "./equal.ts";
import { abcScripts, type Goal } from "./goal.ts";
import { type Netlist, readNetlist } from "./netlist.ts";
import { type OnStep, runYosys } from "./run.ts";

export interface MappingOptions {
  readonly goal: Goal;
  /** Multipliers as radix-4 Booth. */
  readonly booth: boolean;
}

/** Yosys' commands for standard cells, the library in `cells.lib`. */
export function mappingCommands(
  top: string,
  library: Library,
  { booth }: Pick<MappingOptions, "booth">,
): string[] {
  const reserved = [...library.cells.values()].filter((cell) => cell.reserved);
  const unused = reserved.map(({ name }) => ` -dont_use ${name}`).join("");
  return [
    // Every module for itself first: yosys would fuse a multiplier and the addition in the module above
    // into one wider unit, which costs an INT8 MAC 40 % of area.
    `synth -top ${top}${booth ? " -booth" : ""}`,
    "flatten",
    "opt",
    `dfflibmap${unused} -liberty cells.lib`,
    "write_json logic.json",
    `abc${unused} -liberty cells.lib -constr constraints -script abc.script`,
  ];
}

/**
 * The design as a flat netlist of a library's cells.
 *
 * @throws CostError when yosys fails, something has no cell in the library, or abc
 * mapped the logic wrongly.
 */
export async function mapToCells(
  design: VerilogDesign,
  library: Library,
  libertyText: string,
  { driver, outputLoadFf }: References,
  options: MappingOptions,
  onStep: OnStep,
): Promise<Netlist> {
  if (library.cells.has(design.top)) {
    throw new CostError(`${design.top} is a cell of ${library.file}; give the module another name`);
  }
  const files = {
    "cells.lib": libertyText,
    "abc.script": `${abcScripts[options.goal].join("\n")}\n`,
    constraints: `set_driving_cell ${driver.cell.name}\nset_load ${outputLoadFf}\n`,
  };
  // Other readers of netlists know no x.
  const commands = [...mappingCommands(design.top, library, options), "setundef -zero"];
  const written = await runYosys(design, commands, files, onStep);
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
