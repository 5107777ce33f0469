import type { Module } from "@chisel-ts/core";
import { circuitAt } from "../blocks.ts";
import { referencesOf } from "../liberty/references.ts";
import { blockOf } from "../synthesis/cells.ts";
import { verilogOf } from "../synthesis/design.ts";
import { type CellOptions, openLibrary, synthesizeNetlist } from "../synthesize.ts";
import type { Energy } from "./cell-energy.ts";
import { type MacEnergy, perMac } from "./circuit-power.ts";
import { addEnergy, measurePower, noEnergy } from "./measure.ts";
import type { OperandStream } from "./stream.ts";

/** What the cells of one instance take, without those of the instances inside it. Keys are those of the JSON. */
export interface BlockPower extends MacEnergy {
  /** Instances from the top on, such as `mac.multiplier.decoder`. */
  readonly block: string;
  /** The module that it is an instance of. */
  readonly circuit: string;
  readonly cells: number;
  readonly area_ge: number;
}

/** A circuit by block. Its total is not the flat netlist's: every module is mapped for itself, and nothing is shared. */
export interface PowerByBlock extends MacEnergy {
  readonly area_ge: number;
  readonly blocks: readonly BlockPower[];
}

/**
 * The power of a circuit by block: every module mapped for itself, then flattened, and simulated as `circuitPower` does.
 *
 * @throws as `circuitPower`.
 *
 * @example
 * const ports = { weight: input(uint(2)), activation: input(uint(2)), y: output(uint(4)) };
 * const unit = module({ name: "unit", ports }, (io) => io.y.set(io.weight.mul(io.activation)));
 * const stream = streamOf(unit, [{ codes: Uint8Array.of(1, 2, 3), activations: [3, 0, 1] }]);
 * const { blocks, pj_per_mac } = await blockPower(unit, stream, 500);
 * console.log(`${blocks.map(({ block }) => block)} ${pj_per_mac > 0}`); // unit true
 */
export async function blockPower(
  module: Module,
  stream: OperandStream,
  clockMhz: number,
  options: CellOptions = {},
): Promise<PowerByBlock> {
  const mapping = { ...options, byModule: true };
  const { netlist, result } = await synthesizeNetlist(verilogOf(module), mapping);
  const library = await openLibrary([options.liberty ?? []].flat());
  const references = referencesOf(library);
  const { cells, circuit, energy } = measurePower(
    { netlist: { ...netlist, names: new Map(netlist.names) }, library, references },
    stream,
    { clockMhz },
  );
  const blocks = new Map<string, { circuit: string; cells: number; area: number; sum: Energy }>();
  circuit.instances.forEach(({ name, cell }, at) => {
    const path = blockOf(name);
    const block = [module.name, ...path].join(".");
    const { cells: before, area, sum } = blocks.get(block) ?? { cells: 0, area: 0, sum: noEnergy };
    blocks.set(block, {
      circuit: circuitAt(module, path),
      cells: before + 1,
      area: area + (cell.area ?? 0),
      sum: addEnergy(sum, cells[at] ?? noEnergy),
    });
  });
  return {
    area_ge: result.area_ge,
    ...perMac(energy, stream.macs),
    blocks: [...blocks]
      .map(([block, { circuit: name, cells: count, area, sum }]) => ({
        block,
        circuit: name,
        cells: count,
        area_ge: area / references.gateEquivalent,
        ...perMac(sum, stream.macs),
      }))
      .sort((a, b) => b.pj_per_mac - a.pj_per_mac),
  };
}
