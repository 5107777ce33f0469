import { expect, test } from "vitest";
import { benchSnr } from "../../src/bench/snr.ts";

test("RF8's noise does not depend on the shape of the weights, and INT8's does", () => {
  const rows = benchSnr(undefined, 2 ** 14);
  expect(rows.map(({ nu }) => nu)).toEqual([2, 1.5, 1, 0.7, 0.5]);
  for (const row of rows) {
    expect(Math.abs(row.rf8 - 28.4)).toBeLessThan(0.3);
    expect(Math.abs(row.e4m3 - 31.5)).toBeLessThan(0.4);
    const fewer = [row.rf8, row.rf8_6, row.rf8_5, row.rf8_4];
    expect(fewer).toEqual(fewer.toSorted((a, b) => b - a));
  }
  const [gaussian, heavy] = [rows[0]!, rows.at(-1)!];
  expect(gaussian.int8 - heavy.int8).toBeGreaterThan(8);
  expect(gaussian.int8).toBeGreaterThan(gaussian.rf8 + 8);
});
