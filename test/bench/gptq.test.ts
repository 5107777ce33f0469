import { expect, test } from "vitest";
import { benchGptq } from "../../src/bench/gptq.ts";

test("GPTQ is timed step by step, beside numpy where there is one", () => {
  const rows = benchGptq(48);
  expect(rows.map(({ step }) => step)).toEqual([
    ...["factorisation", "columns", "both", "columns, nearest codes and coordinate descent"],
  ]);
  expect(rows.every(({ rf8_s }) => rf8_s >= 0)).toBe(true);
  const [factor, columns, both] = rows.map(({ numpy_s }) => numpy_s);
  // One of a half and the other measured would be a fault of the script.
  expect(new Set([factor === null, columns === null, both === null]).size).toBe(1);
  if (factor !== null) expect(both).toBeCloseTo(factor! + columns!, 9);
});
