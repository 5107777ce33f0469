import { expect, test } from "vitest";
import { E4M3, fp8Value } from "../../src/model/fp8.ts";
import { objectives } from "../../src/quantize/objective.ts";
import { otherFormats, quantizeOther } from "../../src/quantize/other-formats.ts";
import { Solver } from "../../src/quantize/solver.ts";
import { correlated, gaussians } from "./random.ts";

test("the magnitudes of the formats", () => {
  const { E4M3: e4m3, MXFP4: mxfp4, INT8: int8 } = otherFormats;
  expect([...e4m3.levels.magnitudes]).toEqual(
    Array.from({ length: 127 }, (_, code) => fp8Value(code, E4M3)),
  );
  expect([...mxfp4.levels.magnitudes]).toEqual([0, 0.5, 1, 1.5, 2, 3, 4, 6]);
  expect([...int8.levels.magnitudes]).toEqual(Array.from({ length: 128 }, (_, i) => i));
});

const [rows, columns] = [6, 72];
const weights = gaussians(1, rows * columns);
const solver = new Solver(correlated(2, columns), columns);
const shape = [rows, columns];
const [names, scales] = [Object.keys(otherFormats), ["none", "row"]] as const;
const cases = names.flatMap((name) => scales.map((scale) => [name, scale] as const));

test.each(cases)(
  "%s, scale %s: values of the format, and GPTQ no worse on any row",
  (name, scale) => {
    const format = otherFormats[name as keyof typeof otherFormats];
    const group = format.group ?? columns;
    const quantize = (method: "nearest" | "gptq") =>
      quantizeOther({ weights, shape }, solver, format, { method, scale: scale as "none" | "row" });
    const [nearest, gptq] = [quantize("nearest"), quantize("gptq")];
    const magnitudes = [...format.levels.magnitudes];
    for (const { tensor, rounding } of [nearest, gptq])
      tensor.values.forEach((value, place) => {
        // A value that the rounding leaves as it is, whose group has one scale.
        expect(Math.abs(Math.fround(rounding.nearest(value, place)) - value)).toBeLessThan(1e-6);
        const [row, column] = [Math.floor(place / columns), place % columns];
        const first = row * columns + Math.floor(column / group) * group;
        const end = Math.min(first + group, (row + 1) * columns);
        const most = tensor.values
          .subarray(first, end)
          .reduce((least, v) => (v === 0 ? least : Math.min(least, Math.abs(v))), Infinity);
        if (value === 0 || scale === "none") return;
        // The ratio to the group's least is a ratio of two of the magnitudes.
        const ratio = Math.abs(value) / most;
        const fits = magnitudes
          .slice(1)
          .some((low) => magnitudes.some((m) => Math.abs(low * ratio - m) < 1e-4 * m));
        expect(fits).toBe(true);
      });
    const cost = ({ tensor }: typeof nearest): Float64Array =>
      objectives(
        weights.map((w, i) => w - tensor.values[i]!),
        solver.hessian,
        columns,
      );
    const [before, after] = [cost(nearest), cost(gptq)];
    after.forEach((now, row) => {
      expect(now).toBeLessThan(before[row]! * (1 + 1e-6));
    });
    expect(after.reduce((a, b) => a + b)).toBeLessThan(0.9 * before.reduce((a, b) => a + b));
  },
);

test("the scales of MXFP4 are powers of two", () => {
  const { tensor } = quantizeOther({ weights, shape }, solver, otherFormats.MXFP4, {
    method: "nearest",
    scale: "none",
  });
  for (const value of tensor.values) {
    const mantissa = Math.abs(value) / 2 ** Math.floor(Math.log2(Math.abs(value)));
    expect(value === 0 || mantissa === 1 || mantissa === 1.5).toBe(true);
  }
});
