import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Library } from "../../../src/cost/liberty/library.ts";
import type { References } from "../../../src/cost/liberty/references.ts";
import { type PathGroup, pathGroups } from "../../../src/cost/timing/analyse.ts";

export interface StaDesign {
  readonly top: string;
  /** The netlist. */
  readonly verilog: string;
  /** Whether it has a clock input, `clock`. */
  readonly clocked: boolean;
}

/** Picoseconds of the slowest path of each kind that a design has. */
export type StaPaths = Readonly<Partial<Record<PathGroup, number>>>;

const period = 1;

function commands({ top, clocked }: StaDesign, file: string, load: number, driver: string): string {
  return `read_verilog ${file}
link_design ${top}
create_clock -name clk -period ${period} ${clocked ? "[get_ports clock]" : ""}
set inputs [list]
foreach port [all_inputs] { if {[get_property $port full_name] ne "clock"} { lappend inputs $port } }
set_input_delay 0 -clock clk $inputs
set_output_delay 0 -clock clk [all_outputs]
set_driving_cell -lib_cell ${driver} [all_inputs]
set_load ${load} [all_outputs]
set_load 0 [get_nets *]
foreach {group from to} [list \\
  input_to_output $inputs [all_outputs] input_to_register $inputs [all_registers -data_pins] \\
  register_to_output [all_registers -clock_pins] [all_outputs] \\
  register_to_register [all_registers -clock_pins] [all_registers -data_pins]] {
  if {[llength $from] == 0 || [llength $to] == 0} continue
  set found [find_timing_paths -path_delay max -from $from -to $to]
  if {[llength $found] > 0} { puts "$group [get_property [lindex $found 0] slack]" }
}
puts "design done"
`;
}

/** What OpenSTA finds in designs of one library, under the conditions that this package measures in. */
export function openSta(
  library: Library,
  liberty: string,
  { driver, outputLoadFf }: References,
  designs: readonly StaDesign[],
): StaPaths[] {
  const folder = mkdtempSync(join(tmpdir(), "rf8-opensta-"));
  try {
    const load = outputLoadFf / library.capacitiveUnitFf;
    const scripts = designs.map((design, at) => {
      writeFileSync(join(folder, `${at}.v`), design.verilog);
      return commands(design, `${at}.v`, load, driver.cell.name);
    });
    writeFileSync(join(folder, "cells.lib"), liberty);
    writeFileSync(join(folder, "run.tcl"), `read_liberty cells.lib\n${scripts.join("")}`);
    const run = spawnSync("sta", ["-exit", "-no_splash", "run.tcl"], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    const texts = run.stdout.split("design done\n").slice(0, -1);
    const errors = /^Error.*$/m.exec(run.stdout + run.stderr);
    if (errors || texts.length !== designs.length) {
      throw new Error(`OpenSTA: ${errors?.[0] ?? run.stdout + run.stderr}`);
    }
    return texts.map((text) =>
      Object.fromEntries(
        [...text.matchAll(/^(\w+_to_\w+) (\S+)$/gm)]
          .filter(([, group]) => pathGroups.some((known) => known === group))
          .map(([, group, slack]) => [group, (period - Number(slack)) * library.timeUnitPs]),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
