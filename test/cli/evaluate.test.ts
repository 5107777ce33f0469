import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluate, evaluateMatrices, weightSettings, writeModel } from "../../src/network/index.ts";
import { randomDecoder, smallConfig } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-evaluate-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("sequences shared among workers give the figures of one process", async () => {
  const model = randomDecoder({
    ...smallConfig,
    hidden_size: 64,
    intermediate_size: 160,
    head_dim: 16,
    vocab_size: 200,
    max_position_embeddings: 80,
    bos_token_id: null,
  });
  await writeModel(join(folder, "m"), model);
  const ids = Array.from({ length: 1600 }, (_, i) => (i * i + 7 * i) % 200);
  writeFileSync(join(folder, "ids.txt"), ids.join(" "));
  const args = "evaluate m --tokens ids.txt --activations float --per-tensor --json".split(" ");
  const { status, stdout, stderr } = rf8(folder, ...args);
  expect([status, stderr]).toEqual([0, ""]);
  const found = JSON.parse(stdout);
  expect(found.sequences).toBe(20);

  const sequences = Array.from({ length: 20 }, (_, i) => ids.slice(80 * i, 80 * i + 81));
  const settings = weightSettings.map((weights) => ({ ...weights, activations: "float" as const }));
  const rows = await evaluate(model, { settings, sequences });
  const matrices = await evaluateMatrices(model, { sequences });
  for (const [given, expected] of [
    [found.rows, rows],
    [found.tensors, matrices],
  ]) {
    expect(given).toHaveLength(expected.length);
    expected.forEach(({ nll, kl, ...rest }: (typeof rows)[number], i: number) => {
      expect(given[i]).toMatchObject(rest);
      expect(Math.abs(given[i].nll - nll)).toBeLessThan(1e-9 * nll);
      expect(Math.abs(given[i].kl - kl)).toBeLessThan(1e-9 * (kl + 1e-6));
    });
  }
});
