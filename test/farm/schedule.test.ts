import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { longestFirst } from "../../src/farm/index.ts";

/** Proofs as they were expected to take and took, in seconds: `node test/farm/measure.js` measures them again. */
const measured: [number, number][] = JSON.parse(
  readFileSync(new URL("./durations.json", import.meta.url), "utf8"),
);

/** As many pieces as the proof of everything has, of the measured kinds. */
const pieces = Array.from({ length: 1500 }, (_, index) => {
  const [expected, seconds] = measured[index % measured.length]!;
  return { expected, seconds };
});

/** When the last of some workers is done, each taking the next piece as soon as it is free. */
function makespan(order: readonly { readonly seconds: number }[], workers: number): number {
  const free = new Float64Array(workers);
  for (const { seconds } of order) {
    let first = 0;
    for (let i = 1; i < workers; i++) if (free[i]! < free[first]!) first = i;
    free[first]! += seconds;
  }
  return Math.max(...free);
}

/** No schedule is shorter. */
function ideal(workers: number): number {
  const seconds = pieces.map((piece) => piece.seconds);
  return Math.max(seconds.reduce((a, b) => a + b) / workers, ...seconds);
}

test.each([8, 64, 512])("on %i workers the schedule is within a tenth of the ideal", (workers) => {
  expect(makespan(longestFirst(pieces), workers) / ideal(workers)).toBeLessThan(1.1);
});

test("which the opposite order is not", () => {
  expect(makespan(longestFirst(pieces).reverse(), 64) / ideal(64)).toBeGreaterThan(1.1);
});
