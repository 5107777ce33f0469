import { input, instance, module, output, register, sint, uint } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { mac } from "../../../hdl/mac.ts";
import { product } from "../../../hdl/product/product.ts";
import type { Stimulus } from "../../../src/cost/gates/lanes.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { measurePower } from "../../../src/cost/power/measure.ts";
import { mapToCells } from "../../../src/cost/synthesis/cells.ts";
import { verilogOf } from "../../../src/cost/synthesis/design.ts";
import { seededRandom } from "../../../src/format/index.ts";
import { needs } from "../../support/native.ts";
import { librariesAtHand } from "../libraries.ts";
import { asLaterOpenSta, asOpenSta, openStaPower, type StaPower } from "./opensta.ts";

/** A product between registers: OpenSTA takes no activities for what is between an input and a register. */
const registered = (format: "rf8" | "int8" | "e4m3") =>
  module(
    {
      name: "registered",
      ports: {
        weight: input(uint(8), "code"),
        activation: input(sint(8), "operand"),
        product: output(
          sint(product({ format }).portList.find((port) => port.name === "product")!.type.width),
          "of them",
        ),
      },
    },
    (io) => {
      const weight = register("w", uint(8), { reset: 0 });
      const activation = register("x", sint(8), { reset: 0 });
      const out = instance("multiplier", product({ format }), { weight, activation });
      weight.set(io.weight);
      activation.set(io.activation);
      io.product.set(out.product);
    },
  );

const designs = [
  { name: "RF8 product", module: registered("rf8"), goal: "area", within: 0.001, loop: false },
  { name: "INT8 product", module: registered("int8"), goal: "area", within: 0.001, loop: false },
  { name: "E4M3 product", module: registered("e4m3"), goal: "delay", within: 0.001, loop: false },
  // It takes no activities in a loop, such as an accumulator's, but works them out itself.
  { name: "MAC", module: mac({ pipeline: 2 }), goal: "area", within: 0.05, loop: true },
] as const;

/** One design for each of the other libraries; STA=all takes all. */
const chosen = (library: string, at: number) =>
  library === "sky130" || process.env.STA === "all" ? designs : designs.slice(at % 3, (at % 3) + 1);

/** Random operands in dot products of 16 cycles. */
function stimulusOf(inputs: Readonly<Record<string, readonly unknown[]>>): Stimulus {
  const random = seededRandom(3);
  const cycles = 4096;
  const columns = Object.fromEntries(
    Object.keys(inputs)
      .filter((name) => name !== "clock")
      .map((name) => [
        name,
        Array.from({ length: cycles }, (_, cycle) => {
          if (name === "reset") return 0;
          if (name === "enable") return 1;
          return name === "clear" ? Number(cycle % 16 === 0) : (random.next() >>> 0) % 256;
        }),
      ]),
  );
  return { columns, cycles, starts: Array.from({ length: cycles / 16 }, (_, job) => 16 * job) };
}

describe("switching, internal power and leakage are OpenSTA's of the same activities", () => {
  for (const [at, [name, read]] of [...librariesAtHand()].entries()) {
    if (name === "generic") continue;
    test(name, { timeout: 120_000 }, async () => {
      needs("sta");
      const { library, text } = read();
      const references = referencesOf(library);
      for (const { name: said, module: design, goal, within, loop } of chosen(name, at)) {
        const options = { goal, booth: false };
        const netlist = await mapToCells(verilogOf(design), {
          library,
          references,
          options,
          onStep: () => {},
        });
        const stimulus = stimulusOf(netlist.inputs);
        const mapped = { netlist, library, references };
        const found = measurePower(mapped, stimulus, { clockMhz: 100 });
        expect(found.annotated).toBe(1);
        const reported = openStaPower(mapped, text, found, 100);
        const counted = asOpenSta(mapped, found, 100);
        const watts = (pj: number): number => pj * 100e6 * 1e-12;
        const ours = (["sequential", "combinational"] as const).map((group) => ({
          group,
          ...counted[group],
          switching: found.groups[group].switching / stimulus.cycles,
        }));
        const sum = (part: "switching" | "internal" | "leakage"): number =>
          ours.reduce((total, one) => total + one[part], 0);
        const total = {
          group: "total",
          switching: sum("switching"),
          internal: sum("internal"),
          leakage: sum("leakage"),
        };
        for (const { group, ...parts } of loop ? [total] : [...ours, total]) {
          for (const [part, pj] of Object.entries(parts)) {
            const ratio = watts(pj) / reported[group]![part as keyof StaPower];
            expect(Math.abs(ratio - 1), `${said}: ${group} ${part} ${ratio}`).toBeLessThan(within);
          }
        }
        const all = watts(total.switching + total.internal + total.leakage);
        expect(Math.abs(all / reported.total!.total - 1), said).toBeLessThan(within);
        const { internal, clock } = found.energy;
        const defined = watts((internal + clock) / stimulus.cycles) / reported.total!.internal;
        expect([said, defined > 0.3 && defined < 0.5]).toEqual([said, true]);
      }
    });
  }
});

describe("groups are within 5 %, totals within 2 %, of OpenSTA's later arithmetic on the same activities", () => {
  for (const [at, [name, read]] of [...librariesAtHand()].entries()) {
    if (name === "generic") continue;
    test(name, { timeout: 120_000 }, async () => {
      const { library } = read();
      const references = referencesOf(library);
      for (const { name: said, module: design, goal } of chosen(name, at)) {
        const options = { goal, booth: false };
        const netlist = await mapToCells(verilogOf(design), {
          library,
          references,
          options,
          onStep: () => {},
        });
        const stimulus = stimulusOf(netlist.inputs);
        const mapped = { netlist, library, references };
        const found = measurePower(mapped, stimulus, { clockMhz: 100 });
        const later = asLaterOpenSta(mapped, found, 100);
        const sum = { ours: 0, theirs: 0 };
        for (const group of ["sequential", "combinational"] as const) {
          const { switching, ...inside } = found.groups[group];
          const ours = {
            internal: (inside.internal + inside.clock) / stimulus.cycles,
            leakage: inside.leakage / stimulus.cycles,
          };
          const theirs = later[group];
          sum.ours += ours.internal + ours.leakage + switching / stimulus.cycles;
          sum.theirs += theirs.internal + theirs.leakage + switching / stimulus.cycles;
          for (const part of ["internal", "leakage"] as const) {
            const ratio = ours[part] / theirs[part];
            expect(Math.abs(ratio - 1), `${said}: ${group} ${part} ${ratio}`).toBeLessThan(0.05);
          }
        }
        expect(Math.abs(sum.ours / sum.theirs - 1), said).toBeLessThan(0.02);
      }
    });
  }
});
