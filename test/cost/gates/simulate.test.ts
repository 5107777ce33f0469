import { describe, expect, test } from "vitest";
import { mac } from "../../../hdl/mac.ts";
import { product } from "../../../hdl/product/product.ts";
import { gateCircuit } from "../../../src/cost/gates/circuit.ts";
import type { Stimulus } from "../../../src/cost/gates/lanes.ts";
import { simulateGates } from "../../../src/cost/gates/simulate.ts";
import { simulateTimed } from "../../../src/cost/gates/timed.ts";
import { constant } from "../../../src/cost/liberty/expression.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { mapToCells } from "../../../src/cost/synthesis/cells.ts";
import { verilogOf } from "../../../src/cost/synthesis/design.ts";
import { seededRandom } from "../../../src/format/index.ts";
import { needs } from "../../support/native.ts";
import { generic, type LibraryText, sky130, sky130Absent } from "../libraries.ts";
import { icarusToggles } from "./icarus.ts";

type Columns = Record<string, number[]>;

/** Values of the low bits that are used alone, in jobs of some lengths. */
function randomStimulus(
  jobs: readonly number[],
  widths: Record<string, number>,
): Stimulus & { columns: Columns } {
  const random = seededRandom(5);
  const starts = jobs.map((_, at) => jobs.slice(0, at).reduce((sum, length) => sum + length, 0));
  const cycles = jobs.reduce((sum, length) => sum + length, 0);
  const columns: Columns = Object.fromEntries(
    Object.entries(widths).map(([name, width]) => [
      name,
      Array.from({ length: cycles }, () => (random.next() >>> 0) % 2 ** width),
    ]),
  );
  if (columns.clear)
    columns.clear = columns.clear.map((_, cycle) => Number(starts.includes(cycle)));
  return { columns, cycles, starts };
}

const map = (design: Parameters<typeof verilogOf>[0], { library }: LibraryText) =>
  mapToCells(verilogOf(design), {
    library,
    references: referencesOf(library),
    options: { goal: "area", booth: false },
    onStep: () => {},
  });

/** Our counts beside those of the dump of one run in Icarus Verilog, net by net. */
async function compare(
  design: Parameters<typeof verilogOf>[0],
  libraryText: LibraryText,
  stimulus: Stimulus & { columns: Columns },
) {
  const { library } = libraryText;
  const netlist = await map(design, libraryText);
  const circuit = gateCircuit(netlist, library);
  const { toggles } = simulateGates(circuit, stimulus);
  // Round the circle: one whole turn that is not counted, then one that is.
  const twice = Object.fromEntries(
    Object.entries(stimulus.columns).map(([name, column]) => [name, [...column, ...column]]),
  );
  const theirs = icarusToggles(netlist, library, twice, stimulus.cycles);
  const ours = new Map(circuit.nets.map((bit, value) => [bit, toggles[value]]));
  expect(ours.size).toBeGreaterThan(100);
  for (const [bit, count] of theirs) {
    if (!circuit.clock.has(bit)) expect([bit, ours.get(bit as number)]).toEqual([bit, count]);
    else expect(count).toBe(2 * stimulus.cycles);
  }
  expect(theirs.size).toBe(ours.size + circuit.clock.size);
  expect(Math.max(...toggles)).toBeGreaterThan(stimulus.cycles / 8);
}

describe("changes of every net are those of Icarus' dump", () => {
  test("of the product", { timeout: 60_000 }, async () => {
    needs("iverilog");
    await compare(
      product(),
      generic(),
      randomStimulus(new Array<number>(1000).fill(1), { weight: 8, activation: 8 }),
    );
  });

  const widths = { reset: 0, weight: 8, activation: 8, enable: 1, clear: 1 };
  test.each([0, 3] as const)(
    "of the MAC with %i registers, in jobs of unequal length",
    { timeout: 60_000 },
    async (pipeline) => {
      needs("iverilog");
      const jobs = Array.from({ length: 90 }, (_, at) => 1 + ((at * 7) % 23));
      const stimulus = randomStimulus(jobs, widths);
      // The first of a job is taken, or it would not forget.
      stimulus.columns.enable = stimulus.columns.enable!.map(
        (value, cycle) => value | stimulus.columns.clear![cycle]!,
      );
      await compare(mac({ pipeline }), generic(), stimulus);
    },
  );

  test.skipIf(sky130Absent)("of the MAC in a foundry's cells", { timeout: 60_000 }, async () => {
    needs("iverilog");
    const stimulus = randomStimulus(new Array<number>(40).fill(16), widths);
    stimulus.columns.enable = stimulus.columns.enable!.map(() => 1);
    await compare(mac({ format: "int8" }), sky130(), stimulus);
  });
});

describe("with delays, changes of every net are those of Icarus' dump: glitches too", () => {
  test.each([
    ["product", product(), { weight: 8, activation: 8 }],
    ["MAC", mac({ pipeline: 2 }), { reset: 0, weight: 8, activation: 8, enable: 1, clear: 1 }],
  ] as const)("of the %s", { timeout: 60_000 }, async (_, design, widths) => {
    needs("iverilog");
    const { library } = generic();
    const netlist = await map(design, generic());
    const circuit = gateCircuit(netlist, library);
    const stimulus = randomStimulus(new Array<number>(10).fill(16), widths);
    if (stimulus.columns.enable) stimulus.columns.enable = stimulus.columns.enable.map(() => 1);
    // Any delays, since what is compared is the order of things; no two changes of a gate's inputs come at once.
    const random = seededRandom(9);
    const any = () =>
      Float64Array.from(
        { length: circuit.values },
        () => 10_000 + ((random.next() >>> 0) % 90_000),
      );
    const delays = { rise: any(), fall: any() };
    const probes = circuit.nets.map((_net, value) => ({ when: constant(true), toggled: value }));
    const settled = simulateGates(circuit, stimulus, probes);
    const timed = simulateTimed(circuit, stimulus, { delays, probes, settled });
    const twice = Object.fromEntries(
      Object.entries(stimulus.columns).map(([name, column]) => [name, [...column, ...column]]),
    );
    const theirs = icarusToggles(netlist, library, twice, stimulus.cycles, {
      period: 20_000_000,
      delayOf(bit) {
        const value = circuit.valueAt.get(bit)!;
        return { rise: delays.rise[value]!, fall: delays.fall[value]! };
      },
    });
    for (const [bit, count] of theirs)
      if (!circuit.clock.has(bit))
        expect([bit, timed.toggles[circuit.valueAt.get(bit)!]]).toEqual([bit, count]);
    expect([...timed.probes]).toEqual([...timed.toggles]);
    const sum = (of: Float64Array) => of.reduce((total, count) => total + count, 0);
    expect(sum(timed.toggles)).toBeGreaterThan(1.1 * sum(settled.toggles));
  });
});
