import { expect, test } from "vitest";
import { machineFigures } from "../../src/bench/machine-power.ts";
import { estimateOf, rankedMachines, ranking } from "../../src/bench/ranking.ts";

test("an estimate is near what a whole accelerator's netlist takes", async () => {
  const machine = { lanes: 1, rows: 1, format: "rf8" } as const;
  const [estimated, found] = [estimateOf(machine), await machineFigures(machine)];
  expect(estimated.cycles).toBe(found.cycles);
  expect(Math.abs(estimated.area / found.area - 1)).toBeLessThan(0.1);
  expect(Math.abs(estimated.energy / found.energy - 1)).toBeLessThan(0.05);
});

test("of pairs, those in the order of their netlists agree; a tie of the estimate does not", () => {
  const machines = [3, 5, 3].map((lanes) => ({ lanes, rows: 1, format: "rf8" as const }));
  const found = (...values: number[]) =>
    values.map((value) => ({ area: value, cycles: 1, energy: -value }));
  const [area, , energy] = ranking(machines, found(1, 3, 2));
  expect(area).toMatchObject({ machines: 3, pairs: 3, agree: 2 });
  // Five lanes take less energy a job than three.
  expect(energy).toMatchObject({ pairs: 3, agree: 2, share: 2 / 3 });
  expect(ranking(machines, found(1, 3, 1))[0]).toMatchObject({ pairs: 2, agree: 2, share: 1 });
});

test("machines are all different", () => {
  expect(new Set(rankedMachines().map((machine) => JSON.stringify(machine))).size).toBe(100);
});
