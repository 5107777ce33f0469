import { expect, test } from "vitest";
import { mac } from "../../../hdl/mac.ts";
import { EventQueue } from "../../../src/cost/gates/event-queue.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { circuitPower } from "../../../src/cost/power/circuit-power.ts";
import { measurePower } from "../../../src/cost/power/measure.ts";
import { randomProducts } from "../../../src/cost/power/operands.ts";
import { activationTypeOf, streamOf } from "../../../src/cost/power/stream.ts";
import { mapToCells } from "../../../src/cost/synthesis/cells.ts";
import { verilogOf } from "../../../src/cost/synthesis/design.ts";
import type { Netlist, NetlistCell } from "../../../src/cost/synthesis/netlist.ts";
import { analyseTiming } from "../../../src/cost/timing/analyse.ts";
import { seededRandom } from "../../../src/format/index.ts";
import { generic } from "../libraries.ts";

const { library } = generic();
const references = referencesOf(library);
const alternating = { columns: { a: [0, 1] }, cycles: 2, starts: [0, 1] };

/** NAND of an input and of what so many inverters, an odd number, make of it: it stays 1 but for glitches. */
function chain(inverters: number): Netlist {
  const cell = (name: string, type: string, pins: Record<string, number>): NetlistCell => ({
    name,
    type,
    pins: Object.fromEntries(Object.entries(pins).map(([pin, net]) => [pin, [net]])),
  });
  return {
    inputs: { a: [0] },
    outputs: { y: [99] },
    cells: [
      ...Array.from({ length: inverters }, (_, at) =>
        cell(`i${at}`, "INV_X1", { A: at, Y: at + 1 }),
      ),
      cell("n", "NAND2_X1", { A: 0, B: inverters, Y: 99 }),
    ],
    names: new Map(),
  };
}

test("a pulse longer than the gate's delay passes, by hand; a shorter one does not", () => {
  const glitches = (inverters: number) =>
    measurePower({ netlist: chain(inverters), library, references }, alternating, {
      clockMhz: 500,
      glitches: true,
    }).glitches!;
  // In τ: the NAND with its load of 4 takes 2 + 4; an inverter 2 before another, 7/3 before the NAND. One takes 7/3, three 19/3.
  expect(glitches(1).energy).toEqual({ switching: 0, internal: 0, clock: 0, leakage: 0 });
  expect(glitches(1).changes).toBe(1);
  // Its output falls and rises again with each rising input, in every other cycle: ½ C V² of 4 fF, and of its own 2 fF, each time.
  const { energy, changes } = glitches(3);
  expect(energy.switching).toBeCloseTo(2 * (0.81e-3 / 2) * 4, 9);
  expect(energy.internal).toBeCloseTo(2 * (0.81e-3 / 2) * 2, 9);
  // The input and three inverters change twice in two cycles, and the NAND twice.
  expect(changes).toBe(10 / 8);
});

test("the last change is never after the slowest path", async () => {
  const design = verilogOf(mac({ pipeline: 1 }));
  const options = { goal: "area", booth: false } as const;
  const netlist = await mapToCells(design, { library, references, options, onStep: () => {} });
  const unit = mac({ pipeline: 1 });
  const stream = streamOf(unit, randomProducts("rf8", activationTypeOf(unit), 400, 1));
  const { glitches } = measurePower({ netlist, library, references }, stream, {
    clockMhz: 500,
    glitches: true,
  });
  const { paths } = analyseTiming(netlist, library, references);
  const slowest = Math.max(...Object.values(paths).map(({ delayPs }) => delayPs));
  expect(glitches!.latest).toBeLessThan(slowest);
  expect(glitches!.latest).toBeGreaterThan(slowest / 2);
});

test("glitches are a row of their own, and no longer among what is not modelled", async () => {
  const unit = mac({ pipeline: 1 });
  const stream = streamOf(unit, randomProducts("rf8", activationTypeOf(unit), 400, 1));
  const [without, timed] = [
    (await circuitPower(unit, stream, 500)).power,
    (await circuitPower(unit, stream, 500, { glitches: true })).power,
  ];
  expect(timed.pj_per_mac).toBe(without.pj_per_mac);
  expect(without.glitches).toBeNull();
  expect(without.not_modelled.some((line) => line.startsWith("glitches"))).toBe(true);
  expect(timed.not_modelled.some((line) => line.startsWith("glitches"))).toBe(false);
  expect(timed.glitches!.pj_per_mac).toBeGreaterThan(0);
  expect(timed.glitches!.leakage_pj + timed.glitches!.clock_pj).toBe(0);
});

test("a queue gives everything at its time, in order", () => {
  const random = seededRandom(4);
  const queue = new EventQueue();
  const expected = new Map<number, number[]>();
  for (let value = 0; value < 500; value++) {
    const time = (random.next() >>> 0) % 97;
    queue.add(time, value);
    expected.set(time, [...(expected.get(time) ?? []), value]);
  }
  const found: [number, number[]][] = [];
  for (let time = queue.next(); time !== undefined; time = queue.next())
    found.push([time, queue.take(time)]);
  expect(found).toEqual([...expected].sort(([a], [b]) => a - b));
});
