import { expect, test } from "vitest";
import { precisionOf } from "../../src/cost/precision.ts";

test("RF8's precision is that of docs/format.md, and the floating formats are as their mantissas say", () => {
  const rf8 = precisionOf("rf8");
  expect(rf8.rel_rms).toBeCloseTo(0.0378, 3);
  expect(rf8.rel_max).toBeCloseTo(1 / 11, 3);
  // Half a step over the least significand, below which a value is nearer: (h/2) / (1 + h/2), h = 2^-m.
  expect(precisionOf("e4m3").rel_max).toBeCloseTo(0.0625 / 1.0625, 3);
  expect(precisionOf("e5m2").rel_max).toBeCloseTo(0.125 / 1.125, 3);
});

test("INT8 loses all precision in its lowest octave, and is the best in its highest", () => {
  const { rel_max, rel_rms } = precisionOf("int8");
  expect(rel_max).toBeCloseTo(1 / 3, 2);
  expect(rel_rms).toBeGreaterThan(precisionOf("rf8").rel_rms);
});
