import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { benchTuning, type TuningRow } from "../../src/bench/tuning.ts";
import { tuningSvg } from "../../src/bench/tuning-svg.ts";
import { writeModel } from "../../src/network/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { familySizes } from "../network/family-cases.ts";
import { randomDecoder } from "../network/random-decoder.ts";
import { pointsOf } from "../support/chart-points.ts";

const root = scratchFolder();

test("going on with a network: repair takes back what DeepShape does", async () => {
  const folder = join(mkdtempSync(join(root, "tuning-")), "model");
  const sizes = { ...familySizes, num_hidden_layers: 1, max_position_embeddings: 8 };
  await writeModel(folder, randomDecoder({ ...sizes, model_type: "llama" }, 3));
  const done: string[] = [];
  const rows = await benchTuning(folder, {
    only: "DeepShape",
    steps: 40,
    onStep: (step, total, label) => done.push(`${step}/${total} ${label}`),
  });
  const [shaped, , distilled] = rows as [TuningRow, TuningRow, TuningRow];
  expect(rows.map(({ method }) => method)).toEqual([
    ...["DeepShape", "DeepShape, repaired", "DeepShape, repaired by distillation"],
  ]);
  expect(done.at(-1)).toBe("120/120 DeepShape, repaired by distillation");
  expect(shaped.kl).toBeGreaterThan(0);
  expect(distilled.kl).toBeLessThan(0.7 * shaped.kl);
  for (const row of rows) {
    expect(row.kappa).toBeNull();
    expect(row.code_bits).toBeGreaterThan(0);
    expect(row.code_bits).toBeLessThanOrEqual(8);
    expect(row.entropy_bits).toBeLessThanOrEqual(row.eg0_bits);
  }
  await expect(benchTuning(folder, { only: "no such", steps: 1 })).rejects.toThrow("as it is");
});

test("the drawing has a point for every row that differs from the network as it was", () => {
  const row = (method: string, kappa: number | null, entropy_bits: number, kl: number) => ({
    method,
    kappa,
    entropy_bits,
    kl,
  });
  const svg = tuningSvg([
    row("as it is", null, 6, 0),
    row("BackSlash", 0.1, 5, 0.01),
    row("BackSlash", 0.2, 4, 0.1),
  ]);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  const points = pointsOf(svg);
  expect(points).toHaveLength(2);
  const [weak, strong] = [0.1, 0.2].map((kappa) =>
    points.find(({ text }) => text.includes(`κ ${kappa}`)),
  ) as [(typeof points)[0], (typeof points)[0]];
  // Fewer bits are at the left, a higher divergence is above.
  expect(strong.x).toBeLessThan(weak.x);
  expect(strong.y).toBeLessThan(weak.y);
});
