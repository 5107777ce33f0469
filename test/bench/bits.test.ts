import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { benchBits, bitsMethods } from "../../src/bench/bits.ts";
import { bitsSvg } from "../../src/bench/bits-svg.ts";
import { writeModel } from "../../src/network/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { familySizes } from "../network/family-cases.ts";
import { randomDecoder } from "../network/random-decoder.ts";
import { pointsOf } from "../support/chart-points.ts";

const root = scratchFolder();

test("bits against KL: fewer bits lose more, and the drawing has every figure", async () => {
  const folder = join(mkdtempSync(join(root, "bits-")), "model");
  const sizes = { ...familySizes, num_hidden_layers: 1, max_position_embeddings: 8 };
  await writeModel(folder, randomDecoder({ ...sizes, model_type: "llama" }, 3));
  const methods = bitsMethods.slice(0, 2);
  const rows = await benchBits(folder, { sets: 1, steps: 0, device: "wasm" });
  expect(rows).toHaveLength(13 * methods.length);
  const kl = (format: string, scale: string, bits: number, method: string): number =>
    rows.find(
      (row) =>
        row.format === format && row.scale === scale && row.bits === bits && row.method === method,
    )!.kl;
  for (const method of methods) {
    const palettes = [6, 5, 4].map((bits) => kl("RF8", "row", bits, method));
    expect(palettes).toEqual([...palettes].sort((a, b) => a - b));
    expect(kl("INT8", "row", 8, method)).toBeLessThan(
      kl("INT4, groups of 32", "group", 4.5, method),
    );
  }
  expect(rows.every((row) => row.kl > 0 && row.kl_sd === null)).toBe(true);

  const svg = bitsSvg(rows);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  const points = pointsOf(svg).map(({ y, text }) => ({ y, kl: Number(text.split(", ").at(-1)) }));
  expect(points).toHaveLength(rows.length);
  // The higher a divergence, the higher its point, in all panels alike.
  const byKl = points.toSorted((a, b) => a.kl - b.kl).map(({ y }) => y);
  expect(byKl).toEqual(byKl.toSorted((a, b) => b - a));
});
