import type { Module } from "@chisel-ts/core";
import { referencesOf } from "../liberty/references.ts";
import type { CellResult } from "../result.ts";
import { verilogOf } from "../synthesis/design.ts";
import { type CellOptions, openLibrary, synthesizeNetlist } from "../synthesize.ts";
import type { Energy } from "./cell-energy.ts";
import { measurePower, totalEnergy } from "./measure.ts";
import type { OperandStream } from "./stream.ts";

/** Where an energy is from. Keys are those of the JSON. */
export interface EnergySource {
  readonly source: string;
  /** The process, by its library's name; it is what the figures hold for. */
  readonly node: string;
  readonly voltage: number;
  /** `measured`: simulated here with a library's own figures; `derived`: from a model that is said in `source`. */
  readonly kind: "measured" | "table" | "derived";
}

/** Picojoules a MAC, by what takes them. */
export interface MacEnergy {
  readonly pj_per_mac: number;
  readonly switching_pj: number;
  readonly internal_pj: number;
  readonly clock_pj: number;
  readonly leakage_pj: number;
}

/** The energy of a run a MAC. */
export const perMac = (energy: Energy, macs: number): MacEnergy => ({
  pj_per_mac: totalEnergy(energy) / macs,
  switching_pj: energy.switching / macs,
  internal_pj: energy.internal / macs,
  clock_pj: energy.clock / macs,
  leakage_pj: energy.leakage / macs,
});

/** What delays add, where it was asked for; not in `pj_per_mac`. */
export interface GlitchPower extends MacEnergy {
  /** Changes of all nets, over those without delays. */
  readonly changes: number;
  readonly source: string;
}

/** What a circuit takes while operands stream through it. Keys are those of the JSON. */
export interface CircuitPower extends MacEnergy, EnergySource {
  /** Part of the nets whose changes were counted. */
  readonly annotated: number;
  readonly macs: number;
  readonly cycles: number;
  readonly clock_mhz: number;
  readonly groups: Readonly<Record<"sequential" | "combinational", MacEnergy>>;
  /** What the circuits before take to charge the inputs, and the clock's source to charge the clock's pins; not in `pj_per_mac`. */
  readonly outside: { readonly input_nets_pj: number; readonly clock_net_pj: number };
  readonly glitches: GlitchPower | null;
  readonly not_modelled: readonly string[];
  readonly area_ge: number;
  readonly delay_fo4: number;
}

/**
 * What no energy of a netlist has in it; `physical` where a library has figures of its own.
 *
 * @example
 * console.log(powerNotModelled({ glitches: true, physical: true }).length); // 2
 */
export const powerNotModelled = (has: {
  readonly glitches: boolean;
  readonly physical: boolean;
}): string[] => [
  "wires: nets have the capacitance of pins alone, before placement",
  "a clock tree: the clock's edge comes at once to all flip-flops",
  ...(has.glitches ? [] : ["glitches: each net changes at most once a cycle"]),
  ...(has.physical ? [] : ["leakage: logical effort gives none"]),
];

export interface PowerOptions extends CellOptions {
  /** Also simulate with delays, which takes minutes for a million MACs. */
  readonly glitches?: boolean;
}

/** The power of a circuit and its mapped netlist. */
export interface PoweredNetlist {
  readonly power: CircuitPower;
  readonly result: CellResult;
  readonly verilog: string;
}

/**
 * Synthesizes a circuit, streams operands through its netlist, and adds up what the library's tables say.
 *
 * @throws CostError as `synthesize` and `measurePower`.
 *
 * @example
 * const ports = { weight: input(uint(2)), activation: input(uint(2)), y: output(uint(4)) };
 * const unit = module({ name: "unit", ports }, (io) => io.y.set(io.weight.mul(io.activation)));
 * const stream = streamOf(unit, [{ codes: Uint8Array.of(1, 2, 3), activations: [3, 0, 1] }]);
 * const { power } = await circuitPower(unit, stream, 500);
 * console.log(`${power.macs} ${power.pj_per_mac > 0}`); // 3 true
 */
export async function circuitPower(
  module: Module,
  stream: OperandStream,
  clockMhz: number,
  { glitches: timed = false, ...options }: PowerOptions = {},
): Promise<PoweredNetlist> {
  const files = [options.liberty ?? []].flat();
  const { result, verilog, netlist } = await synthesizeNetlist(verilogOf(module), options);
  const library = await openLibrary(files);
  const { macs, cycles } = stream;
  const found = measurePower(
    {
      netlist: { ...netlist, names: new Map(netlist.names) },
      library,
      references: referencesOf(library),
    },
    stream,
    { clockMhz, glitches: timed },
  );
  const physical = files.length > 0;
  const { glitches } = found;
  const power: CircuitPower = {
    ...perMac(found.energy, macs),
    annotated: found.annotated,
    macs,
    cycles,
    clock_mhz: clockMhz,
    source: physical
      ? `changes of every net simulated here; energies of ${library.file}`
      : "changes of every net simulated here; energies derived: ½ C V² of the capacitances that logical effort gives, an inverter's input 1 fF",
    node: physical ? library.name : "generic",
    voltage: found.voltage,
    kind: physical ? "measured" : "derived",
    groups: {
      sequential: perMac(found.groups.sequential, macs),
      combinational: perMac(found.groups.combinational, macs),
    },
    outside: {
      input_nets_pj: found.inputNets / macs,
      clock_net_pj: found.clockNet / macs,
    },
    glitches: glitches
      ? {
          ...perMac(glitches.energy, macs),
          changes: glitches.changes,
          source: `every change simulated here with the delays of ${physical ? library.file : "the generic technology"}: inertial, a gate's slowest input`,
        }
      : null,
    not_modelled: powerNotModelled({ glitches: glitches !== undefined, physical }),
    area_ge: result.area_ge,
    delay_fo4: result.delay_fo4,
  };
  return { power, result, verilog };
}
