import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CANONICAL_MAGNITUDES,
  canonicalise,
  encodeArray,
  integerValue,
  maxBias,
  NAN_CODE,
} from "../../src/format/index.ts";
import { cholesky, solveCholesky } from "../../src/quantize/cholesky.ts";
import { feedbackOf } from "../../src/quantize/feedback.ts";
import { gptq } from "../../src/quantize/gptq.ts";
import { Grid } from "../../src/quantize/grid.ts";
import { meanProduct } from "../../src/quantize/hessian.ts";
import { quantizeMatrix } from "../../src/quantize/matrix.ts";
import { paletteSums, SharedPalette } from "../../src/quantize/matrix-palette.ts";
import { objectives } from "../../src/quantize/objective.ts";
import { PaletteSums } from "../../src/quantize/palette.ts";
import { rowScale } from "../../src/quantize/row-scale.ts";
import { Solver } from "../../src/quantize/solver.ts";
import { correlated, gaussians, identity } from "./random.ts";

const grid = new Grid();

describe("linear algebra", () => {
  test.each([1, 3, 63, 64, 65, 130])("Cholesky of %i columns, against the definition", (n) => {
    const a = correlated(n, n);
    for (let j = 0; j < n; j++) a[j * n + j]! += 0.01;
    const l = a.slice();
    expect(cholesky(l, n)).toBe(true);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k <= j; k++) sum += l[i * n + k]! * l[j * n + k]!;
        expect(sum).toBeCloseTo(a[i * n + j]!, 9);
      }
    const x = gaussians(7, n);
    const b = Float64Array.from(x, (_, i) => x.reduce((s, v, j) => s + a[i * n + j]! * v, 0));
    solveCholesky(l, n, b);
    for (let i = 0; i < n; i++) expect(b[i]).toBeCloseTo(x[i]!, 6);
  });

  test("a matrix that is not positive definite is told", () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
    expect(cholesky(Float64Array.of(0), 1)).toBe(false);
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBe(false);
  });

  test("means of products, against the definition, with a remainder of vectors and columns", () => {
    const [n, vectors] = [7, 259];
    const [x, y] = [1, 2].map((seed) => Float32Array.from(gaussians(seed, n * vectors)));
    const weights = gaussians(3, vectors).map(Math.abs);
    const naive = (a: Float32Array, b: Float32Array, i: number, j: number, by?: Float64Array) => {
      let sum = 0;
      for (let t = 0; t < vectors; t++) sum += a[t * n + i]! * b[t * n + j]! * (by?.[t] ?? 1);
      return sum / vectors;
    };
    const [same, mixed] = [meanProduct(x!, x!, n), meanProduct(x!, y!, n)];
    const weighted = meanProduct(x!, x!, n, weights);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        expect(same[i * n + j]).toBeCloseTo(naive(x!, x!, i, j), 12);
        expect(mixed[i * n + j]).toBeCloseTo(naive(x!, y!, i, j), 12);
        expect(weighted[i * n + j]).toBeCloseTo(naive(x!, x!, i, j, weights), 12);
      }
  });
});

/** GPTQ as published: the inverse, its upper Cholesky factor, and an update of all later columns after each. */
function published(weights: Float64Array, hessian: Float64Array, n: number): number[] {
  const order = [...Array(n).keys()].sort(
    (a, b) => hessian[b * n + b]! - hessian[a * n + a]! || a - b,
  );
  const mean = order.reduce((sum, j) => sum + hessian[j * n + j]!, 0) / n;
  const damped = order.map((i) =>
    order.map(
      (j) => hessian[i * n + j]! + (i === j ? 0.01 * mean + Number(hessian[i * n + i] === 0) : 0),
    ),
  );
  const inverse = invert(damped);
  // H⁻¹ = Uᵀ · U.
  const u = inverse.map((row) => row.map(() => 0));
  for (let i = 0; i < n; i++)
    for (let j = i; j < n; j++) {
      let sum = inverse[i]![j]!;
      for (let k = 0; k < i; k++) sum -= u[k]![i]! * u[k]![j]!;
      u[i]![j] = i === j ? Math.sqrt(sum) : sum / u[i]![i]!;
    }
  const w = order.map((j) => weights[j]!);
  const result = new Array<number>(n);
  w.forEach((value, j) => {
    const q = grid.nearest(value);
    result[order[j]!] = q;
    const error = (value - q) / u[j]![j]!;
    for (let k = j + 1; k < n; k++) w[k]! -= error * u[j]![k]!;
  });
  return result;
}

/** Gauss and Jordan. */
function invert(matrix: number[][]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]![i]!;
    rows[i] = rows[i]!.map((value) => value / pivot);
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]!;
      rows[k] = rows[k]!.map((value, j) => value - factor * rows[i]![j]!);
    }
  }
  return rows.map((row) => row.slice(n));
}

describe("GPTQ", () => {
  test.each([2, 5, 16, 33, 140])("of %i columns is the published one", (n) => {
    const hessian = correlated(n, n);
    // A dead column among them.
    if (n > 4) for (let k = 0; k < n; k++) hessian[n + k] = hessian[k * n + 1] = 0;
    const weights = gaussians(9, 6 * n).map((w) => 50_000 * w);
    const feedback = feedbackOf(hessian, n)!;
    for (const [first, count] of [
      [0, 4],
      [4, 2],
      [0, 6],
    ] as const) {
      const out = new Float64Array(count * n);
      gptq({ count: 6, columns: n, weights }, first, count, feedback, grid, out);
      for (let r = 0; r < count; r++)
        expect([...out.subarray(r * n, (r + 1) * n)]).toEqual(
          published(weights.subarray((first + r) * n, (first + r + 1) * n), hessian, n),
        );
    }
  });

  test("a matrix that no damping makes positive definite has no feedback, and codes are still found", () => {
    const hessian = Float64Array.of(1, 50, 50, 1);
    expect(feedbackOf(hessian, 2)).toBeUndefined();
    const weights = Float64Array.of(17.2, -33);
    const { values } = new Solver(hessian, 2).round(
      { count: 1, columns: 2, weights },
      grid,
      "gptq",
    );
    expect([...values].every((w) => grid.nearest(w) === w)).toBe(true);
  });
});

const cases = fc.record({
  n: fc.integer({ min: 1, max: 24 }),
  rows: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

describe("rounded rows", () => {
  test("together are what each is alone", () => {
    const [n, count] = [70, 37];
    const solver = new Solver(correlated(3, n), n);
    const weights = gaussians(4, count * n).map((w) => 3e4 * w);
    const all = solver.round({ count, columns: n, weights }, grid, "gptq");
    const found = solver.gptq({ count, columns: n, weights }, grid)!;
    for (let r = 0; r < count; r++) {
      const one = { count: 1, columns: n, weights: weights.subarray(r * n, (r + 1) * n) };
      const alone = solver.round(one, grid, "gptq");
      expect(all.values.subarray(r * n, (r + 1) * n)).toEqual(alone.values);
      expect(all.objective[r]).toBeCloseTo(alone.objective[0]!, 3);
      expect(found.subarray(r * n, (r + 1) * n)).toEqual(solver.gptq(one, grid));
    }
  });

  test("no step makes the objective rise: descent ≤ GPTQ or nearest ≤ nearest, on every row", () => {
    fc.assert(
      fc.property(cases, ({ n, rows, seed }) => {
        const hessian = correlated(seed, n, n + 3);
        const weights = gaussians(seed + 5, n * rows).map((w) => 3e4 * w);
        const solver = new Solver(hessian, n);
        const all = { count: rows, columns: n, weights };
        const { values, nearest, objective } = solver.round(all, grid, "gptq");
        const errors = values.map((w, i) => weights[i]! - w);
        const found = objectives(errors, hessian, n);
        for (let r = 0; r < rows; r++) {
          const start = new Float64Array(n);
          gptq(all, r, 1, solver.feedback!, grid, start);
          const before = objectives(
            start.map((w, j) => weights[r * n + j]! - w),
            hessian,
            n,
          )[0]!;
          const slack = 1 + 1e-9;
          expect(objective[r]).toBe(found[r]);
          expect(found[r]).toBeLessThanOrEqual(Math.min(before, nearest[r]!) * slack);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("with H = identity they are the nearest codes exactly, by every method", () => {
    fc.assert(
      fc.property(cases, ({ n, rows, seed }) => {
        const weights = gaussians(seed, n * rows);
        const options = { method: "gptq", scale: "none", bits: 8 } as const;
        const { codes, bias, changed } = quantizeMatrix(
          weights,
          n,
          new Solver(identity(n), n),
          options,
        );
        const block = { dtype: "F64", data: weights } as const;
        expect(codes).toEqual(encodeArray(block, { bias, rounding: "nearest" }).codes);
        expect(changed).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test("rows in another order are the same rows, and every code is canonical", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom("none", "row"), ({ n, rows, seed }, scale) => {
        const solver = new Solver(correlated(seed, n), n);
        const weights = gaussians(seed, n * rows);
        const turned = weights.map(
          (_, i) => weights[(rows - 1 - Math.floor(i / n)) * n + (i % n)]!,
        );
        const options = { method: "gptq", scale, bits: 8 } as const;
        const [a, b] = [weights, turned].map((w) => quantizeMatrix(w, n, solver, options));
        for (let r = 0; r < rows; r++) {
          const other = rows - 1 - r;
          expect(a!.codes.subarray(r * n, (r + 1) * n)).toEqual(
            b!.codes.subarray(other * n, (other + 1) * n),
          );
          expect(a!.scales?.[r]).toBe(b!.scales?.[other]);
        }
        expect(a!.codes.every((code) => code !== NAN_CODE && canonicalise(code) === code)).toBe(
          true,
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("a row's scale", () => {
  test("is the best of an octave of 64, by e · H · eᵀ of the nearest codes", () => {
    const n = 12;
    const hessian = correlated(3, n);
    for (let seed = 1; seed < 9; seed++) {
      const weights = gaussians(seed, n);
      const unit = 2 ** -20;
      const cost = (factor: number): number => {
        const error = weights.map((w) => w - grid.nearest(w / (factor * unit)) * factor * unit);
        let sum = 0;
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) sum += error[i]! * hessian[i * n + j]! * error[j]!;
        return sum;
      };
      const most = Math.max(...weights.map(Math.abs));
      const top = Math.ceil(Math.log2(most / 786_432 / unit));
      const costs = Array.from({ length: 64 }, (_, k) => cost(Math.fround(2 ** (top - k / 64))));
      const found = rowScale(weights, unit, grid, hessian);
      expect(Math.fround(found)).toBe(found);
      expect(cost(found)).toBeCloseTo(Math.min(...costs), 12);
    }
  });

  test("of zeros is 1", () => {
    expect(rowScale(new Float64Array(3), 1, grid, identity(3))).toBe(1);
  });
});

describe("a palette", () => {
  /** Every choice of codes, one after the other. */
  function* choices(codes: readonly number[], size: number): Generator<number[]> {
    if (size === 0) yield [];
    else
      for (let i = 0; i + size <= codes.length; i++)
        for (const rest of choices(codes.slice(i + 1), size - 1))
          yield [codes[i] as number, ...rest];
  }

  test("has the least squared error of all choices of so many codes", () => {
    const all = Array.from({ length: 127 }, (_, i) => i + 1).filter((c) => canonicalise(c) === c);
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 900_000, noNaN: true }),
            fc.integer({ min: 1, max: 5 }),
          ),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        fc.integer({ min: 1, max: 2 }),
        (values, size) => {
          const sums = new PaletteSums();
          for (const [value, weight] of values) sums.add(value, weight);
          const cost = (codes: readonly number[]): number => {
            const own = new Grid(codes);
            return values.reduce((sum, [v, weight]) => sum + weight * (v - own.nearest(v)) ** 2, 0);
          };
          const best = sums.best(size);
          expect(best).toHaveLength(size);
          let least = Number.POSITIVE_INFINITY;
          for (const codes of choices(all, size)) least = Math.min(least, cost(codes));
          expect(cost(best)).toBeLessThanOrEqual(least * (1 + 1e-9) + 1e-3);
        },
      ),
      { numRuns: 12 },
    );
  });

  test("that matrices share has the least sum of their shares of error", () => {
    const n = 3;
    const all = [...CANONICAL_MAGNITUDES].slice(1);
    for (const scale of ["none", "row"] as const) {
      const shared = new SharedPalette();
      const cases = [1, 2, 3].map((seed) => {
        const hessian = correlated(seed, n);
        // Of very different sizes, which must not matter.
        const weights = gaussians(seed + 9, 4 * n).map((w) => w * 10 ** (4 * seed));
        shared.add(paletteSums(weights, n, () => new Solver(hessian, n), scale));
        return { hessian, weights };
      });
      const cost = (code: number): number =>
        cases.reduce((total, { hessian, weights }) => {
          const most = Math.max(...weights.map(Math.abs));
          let [error, signal] = [0, 0];
          weights.forEach((w, i) => {
            const row = weights.subarray(i - (i % n), i - (i % n) + n);
            const step =
              scale === "row"
                ? Math.max(...row.map(Math.abs)) / 2 ** 19
                : 2 ** (-maxBias(most) - 4);
            const importance = hessian[(i % n) * (n + 1)]!;
            const error1 = w - step * new Grid([code]).nearest(w / step);
            error += importance * error1 ** 2;
            signal += importance * w ** 2;
          });
          return total + error / signal;
        }, 0);
      const [found] = shared.best(2);
      expect(cost(found!)).toBeCloseTo(Math.min(...all.map(cost)), 9);
    }
    expect(new SharedPalette().best(4)).toHaveLength(7);
  });

  test.each([4, 5, 6, 7] as const)(
    "of %i bits: codes are of it, in order, and more bits cost less",
    (bits) => {
      const n = 40;
      const solver = new Solver(correlated(1, n), n);
      const weights = gaussians(2, 20 * n);
      const options = { method: "gptq", scale: "row" } as const;
      const { palette, codes, error } = quantizeMatrix(weights, n, solver, { ...options, bits });
      expect(palette).toHaveLength(2 ** (bits - 1) - 1);
      expect(palette).toEqual(palette!.toSorted((a, b) => integerValue(a) - integerValue(b)));
      const known = new Set([0, ...palette!]);
      expect(codes.every((code) => known.has(code & 0x7f) && code !== NAN_CODE)).toBe(true);
      const finer = quantizeMatrix(weights, n, solver, { ...options, bits: (bits + 1) as 5 });
      expect(finer.error).toBeLessThan(error * 1.1);
    },
  );
});
