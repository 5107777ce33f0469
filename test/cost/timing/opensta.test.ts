import { type Module, queue, uint } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { accelerator } from "../../../hdl/accelerator/accelerator.ts";
import { accumulate } from "../../../hdl/accumulate.ts";
import { dot } from "../../../hdl/dot.ts";
import { mac } from "../../../hdl/mac.ts";
import { product } from "../../../hdl/product/product.ts";
import { streamingArray } from "../../../hdl/systolic/stream/array.ts";
import { systolic } from "../../../hdl/systolic/systolic.ts";
import { readLibrary } from "../../../src/cost/liberty/library.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { measure } from "../../../src/cost/measure.ts";
import { mapToCells } from "../../../src/cost/synthesis/cells.ts";
import { type VerilogDesign, verilogOf } from "../../../src/cost/synthesis/design.ts";
import { type Goal, goals } from "../../../src/cost/synthesis/goal.ts";
import { writeVerilog } from "../../../src/cost/synthesis/verilog.ts";
import { genericLiberty } from "../../../src/cost/technology/generic.ts";
import { analyseTiming, pathGroups } from "../../../src/cost/timing/analyse.ts";
import { yosys } from "../../../tools/yosys.ts";
import { needs } from "../../support/native.ts";
import { type LibraryText, librariesAtHand } from "../libraries.ts";
import { openSta } from "./opensta.ts";

interface Case {
  readonly label: string;
  readonly design: () => VerilogDesign;
  readonly goal: Goal;
}

const label = ({ name, parameters }: Module): string =>
  [name, ...Object.entries(parameters).map(([key, value]) => `${key} ${value}`)].join(", ");

const macs = ([0, 1, 2, 3] as const).flatMap((pipeline) =>
  (["int8", "int16"] as const).flatMap((activation) =>
    (["wrap", "saturate"] as const).map((overflow) => mac({ pipeline, activation, overflow })),
  ),
);
const others = [
  ...[product(), product({ activation: "int16" }), accumulate({ overflow: "saturate" })],
  ...[dot({ lanes: 4 }), systolic({ rows: 2, columns: 2 }), queue({ type: uint(8), depth: 4 })],
  streamingArray({ rows: 1, columns: 1 }),
];
const casesOf = (modules: readonly Module[]): Case[] =>
  modules.flatMap((module) =>
    goals.map((goal) => ({
      label: `${label(module)}, goal ${goal}`,
      design: () => verilogOf(module),
      goal,
    })),
  );
const cases = casesOf([...macs, ...others]);
/** Memories of flip-flops, and as long as ten others. */
const long = () => casesOf([accelerator({ lanes: 1, rows: 1, terms: 2 })]);

/** One case in so many for each library, others for each; STA=all takes all 72. */
const share = 11;
const chosen = (library: number): Case[] =>
  process.env.STA === "all"
    ? [...cases, ...long()]
    : cases.filter((_, at) => (at + 2 * library) % share === 0);

/** Maps cases, and compares area with yosys' and every kind of path with OpenSTA's. */
async function compareAll({ library, text }: LibraryText, wanted: readonly Case[]): Promise<void> {
  const references = referencesOf(library);
  const mapped = await Promise.all(
    wanted.map(async ({ design, goal }) => {
      const source = design();
      const options = { goal, booth: false };
      const netlist = await mapToCells(source, { library, references, options, onStep: () => {} });
      const verilog = writeVerilog(source.top, netlist, []);
      return { top: source.top, verilog, netlist, clocked: "clock" in netlist.inputs };
    }),
  );
  const stas = openSta(library, text, references, mapped);
  const areas = await areasOf(
    mapped.map(({ verilog }) => verilog),
    text,
  );
  for (const [at, { netlist }] of mapped.entries()) {
    const said = wanted[at]!.label;
    const { paths } = analyseTiming(netlist, library, references);
    for (const group of pathGroups) {
      const [ours, theirs] = [paths[group]?.delayPs, stas[at]![group]];
      expect([said, group, ours === undefined]).toEqual([said, group, theirs === undefined]);
      if (ours === undefined || theirs === undefined) continue;
      const same = Math.abs(ours / theirs - 1) < 0.001;
      expect(same, `${said}: ${group} ${ours} ps, OpenSTA ${theirs} ps`).toBe(true);
    }
    const ours = measure(netlist, library, references, false).area_ge * references.gateEquivalent;
    expect(Math.abs(ours - areas[at]!), said).toBeLessThan(0.001 * areas[at]! + 1e-9);
  }
}

/** The area that yosys sums up in each netlist with the same library. */
async function areasOf(verilogs: readonly string[], liberty: string): Promise<number[]> {
  const files = Object.fromEntries(verilogs.map((text, at) => [`${at}.v`, text]));
  const commands = verilogs.map(
    (_, at) => `read_verilog ${at}.v; stat -liberty cells.lib; log end of ${at}; design -reset`,
  );
  const { printed } = await yosys({ ...files, "cells.lib": liberty }, commands.join("; "));
  const texts = printed.split(/end of \d+\n/);
  return verilogs.map((_, at) =>
    Number(/Chip area for (?:top )?module .*: ([\d.e+]+)/.exec(texts[at] ?? "")?.[1]),
  );
}

describe("area and every kind of path are OpenSTA's and yosys'", () => {
  for (const [at, [name, library]] of [...librariesAtHand()].entries()) {
    test(name, { timeout: 1_200_000 }, () => {
      needs("sta");
      return compareAll(library(), chosen(at));
    });
  }

  test("a library with ranges, defaults and loads of outputs, and without senses", () => {
    needs("sta");
    const text = genericLiberty()
      .replace(
        /capacitive_load_unit.*/,
        "$& default_input_pin_cap : 2.5; default_output_pin_cap : 0.25;",
      )
      .replaceAll(/ *timing_sense : "\w+";\n/g, "")
      .replaceAll(
        "capacitance : 1;",
        "capacitance : 1; rise_capacitance : 0.5; fall_capacitance_range (0.75, 1.25);",
      )
      .replaceAll("capacitance : 2;", "");
    const library = { library: readLibrary("strange.lib", text), text };
    return compareAll(library, [...cases.slice(20, 22), ...cases.slice(48, 49)]);
  });
});
