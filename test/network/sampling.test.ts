import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { greedy, sampling } from "../../src/network/index.ts";

const logits = fc.array(
  fc.integer({ min: -40, max: 40 }).map((n) => n / 2),
  {
    minLength: 1,
    maxLength: 30,
  },
);

/** The tokens that top-k and then top-p leave, by the definition. */
function left(values: readonly number[], temperature: number, topK: number, topP: number) {
  const powers = values.map((v) => Math.exp((v - Math.max(...values)) / temperature));
  const sorted = powers.map((p, id) => ({ p, id })).sort((a, b) => b.p - a.p || a.id - b.id);
  const best = sorted.slice(0, topK);
  const all = best.reduce((sum, { p }) => sum + p, 0);
  const kept: { p: number; id: number }[] = [];
  let sum = 0;
  for (const one of best) {
    if (sum / all >= topP) break;
    kept.push(one);
    sum += one.p;
  }
  return { kept, sum };
}

describe("sampling", () => {
  test("draws nothing but what top-k and top-p leave", () => {
    fc.assert(
      fc.property(
        logits,
        fc.double({ min: 0.1, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.nat(1000),
        (values, temperature, topK, topP, seed) => {
          const given = Float32Array.from(values);
          const { kept } = left([...given], temperature, topK, topP + 1e-9);
          const choose = sampling({ temperature, topK, topP, seed });
          for (let i = 0; i < 20; i++) expect(kept.map(({ id }) => id)).toContain(choose(given));
        },
      ),
    );
  });

  test("with the chances of the definition", () => {
    const values = [2, 1, 0.5, 0, -1, -3].map(Math.fround);
    for (const [topK, topP] of [
      [3, 1],
      [6, 0.8],
      [4, 0.7],
    ] as const) {
      const { kept, sum } = left(values, 1.5, topK, topP);
      const choose = sampling({ temperature: 1.5, topK, topP, seed: 3 });
      const seen = values.map(() => 0);
      for (let i = 0; i < 20_000; i++) seen[choose(Float32Array.from(values))]! += 1;
      expect(seen.filter((n) => n > 0)).toHaveLength(kept.length);
      // Five standard deviations of a binomial count.
      for (const { p, id } of kept) {
        const chance = p / sum;
        const spread = 5 * Math.sqrt(20_000 * chance * (1 - chance));
        expect(Math.abs(seen[id]! - 20_000 * chance)).toBeLessThan(spread);
      }
    }
  });

  test("top-k 1 and a temperature near 0 are greedy; the first of equals", () => {
    fc.assert(
      fc.property(logits, (values) => {
        const given = Float32Array.from(values);
        const best = [...given].indexOf(Math.max(...given));
        expect(greedy(given)).toBe(best);
        expect(sampling({ temperature: 2, topK: 1, seed: 5 })(given)).toBe(best);
        for (const temperature of [1e-6, 1e-320]) {
          const drawn = sampling({ temperature, topP: 0.01, seed: 5 })(given);
          expect(given[drawn]! + 0).toBe(given[best]! + 0);
        }
      }),
    );
  });

  test.each([
    [{ temperature: 0 }, "temperature 0: it must be above 0"],
    [{ topK: 0 }, "top-k 0: a whole number above 0"],
    [{ topK: 1.5 }, "top-k 1.5"],
    [{ topP: 0 }, "top-p 0: it must be above 0 and at most 1"],
    [{ topP: 1.1 }, "top-p 1.1"],
  ])("refuses %j", (options, message) => {
    expect(() => sampling({ temperature: 1, seed: 1, ...options })).toThrow(message);
  });
});
