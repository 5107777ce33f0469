import { expect, test } from "vitest";
import { product } from "../../../hdl/product/product.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { mappingLiberty } from "../../../src/cost/liberty/write.ts";
import { mappingCommands } from "../../../src/cost/synthesis/cells.ts";
import { verilogOf } from "../../../src/cost/synthesis/design.ts";
import { abcScripts, type Goal, goals } from "../../../src/cost/synthesis/goal.ts";
import { readNetlist } from "../../../src/cost/synthesis/netlist.ts";
import { analyseTiming } from "../../../src/cost/timing/analyse.ts";
import { yosys } from "../../../tools/yosys.ts";
import { generic, type LibraryText, sky130, sky130Absent } from "../libraries.ts";

/** The slowest path of the RF8 product, in picoseconds, by this package and by abc's `stime`. */
async function both({ library }: LibraryText, goal: Goal): Promise<[number, number]> {
  const { top, sources } = verilogOf(product());
  const references = referencesOf(library);
  const files = {
    ...sources,
    "cells.lib": mappingLiberty(library),
    "abc.script": [...abcScripts[goal], "stime -p", ""].join("\n"),
    constraints: `set_driving_cell ${references.driver.cell.name}\nset_load ${references.outputLoadFf}\n`,
  };
  const { printed, files: written } = await yosys(
    files,
    [
      `read_verilog ${Object.keys(sources).join(" ")}`,
      ...mappingCommands(top, { booth: false }),
      "write_json netlist.json",
    ].join("; "),
  );
  const netlist = readNetlist(written["netlist.json"]!, top);
  const { paths } = analyseTiming(netlist, library, references);
  const [, abc] = /Delay =\s*([\d.]+) ps/.exec(printed)!;
  return [paths.input_to_output!.delayPs, Number(abc)];
}

test.each(goals)("the delay of a product in generic cells is abc's, goal %s", async (goal) => {
  const [ours, abc] = await both(generic(), goal);
  expect(Math.abs(ours / abc - 1)).toBeLessThan(0.002);
});

// The slowest transition of a net is kept here, whichever path it comes by: 1.9 % at goal delay, less at the others.
test.skipIf(sky130Absent).each(goals)(
  "the delay of a product in sky130 is near abc's, goal %s",
  async (goal) => {
    const [ours, abc] = await both(sky130(), goal);
    expect(Math.abs(ours / abc - 1)).toBeLessThan(0.025);
  },
);
