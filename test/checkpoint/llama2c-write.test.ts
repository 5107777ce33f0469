import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { saveLlama2c } from "../../src/checkpoint/index.ts";
import { fitValues, ggStream } from "../../src/gg/index.ts";
import { readModel } from "../../src/network/index.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-llama2c-"));
afterAll(() => rmSync(folder, { recursive: true }));
const shape = { dim: 32, hidden: 48, layers: 2, heads: 4, kvHeads: 2, vocab: 5000, sequence: 16 };

test("what is written is read back, tensor by tensor, though it is filled in pieces", async () => {
  const path = join(folder, "network.bin");
  const draw = ggStream(1.5, 7);
  const given = new Map<string, number[]>();
  await saveLlama2c(path, shape, (name, _, values) => {
    for (let i = 0; i < values.length; i++) values[i] = draw();
    given.set(name, [...(given.get(name) ?? []), ...values]);
  });
  const kv = (32 / 4) * 2;
  const layer = 2 * 32 + 2 * 32 * 32 + 2 * kv * 32 + 3 * 48 * 32;
  expect(statSync(path).size).toBe(28 + 4 * (5000 * 32 + 2 * layer + 32 + 2 * 16 * 4));
  const model = readModel(path);
  for (const [name, values] of given) {
    const read = [...(model.tensors.get(name)?.values ?? [])];
    // The rows of q and k are read in the order of other formats.
    const turned = /[qk]_proj/.test(name);
    const inOrder = (list: readonly number[]) => (turned ? [...list].sort() : list);
    expect(inOrder(read), name).toEqual(inOrder(values));
  }
  // 160,000 draws: ν of the fit is 1.5 to some hundredths.
  expect(fitValues([given.get("model.embed_tokens.weight") ?? []])?.nu).toBeCloseTo(1.5, 1);
});

test("a folder that is not there is refused, and nothing is written", async () => {
  await expect(saveLlama2c(join(folder, "no", "n.bin"), shape, () => {})).rejects.toThrow(
    /there is no folder/,
  );
});
