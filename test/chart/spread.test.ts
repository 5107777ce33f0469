import fc from "fast-check";
import { expect, test } from "vitest";
import { spread } from "../../src/chart/spread.ts";

const places = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 20 });

test("names keep their gap, their order and the bounds, and stay where there is room", () => {
  fc.assert(
    fc.property(places, (wanted) => {
      const found = spread(wanted, 12, 0, 300);
      const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
      const sorted = order.map((index) => found[index]!);
      for (const [at, place] of sorted.entries()) {
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(300);
        if (at > 0) expect(place - sorted[at - 1]!).toBeGreaterThanOrEqual(12);
      }
      const roomy = order.every(
        (index, at) => at === 0 || wanted[index]! - wanted[order[at - 1]!]! >= 12,
      );
      if (roomy) expect(found).toEqual(wanted);
    }),
  );
});

test("without room the bounds give way, not the gap", () => {
  expect(spread([5, 5, 5], 10, 0, 12)).toEqual([-8, 2, 12]);
});
