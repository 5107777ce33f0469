import { expect, test } from "vitest";
import type { Part } from "../../src/train/loss.ts";
import { decoderPlan } from "../../src/train/network.ts";
import { partsOf } from "../../src/train/parts.ts";
import type { Workers } from "../../src/train/workers.ts";
import { familySizes } from "../network/family-cases.ts";
import { randomDecoder } from "../network/random-decoder.ts";

const model = randomDecoder({ ...familySizes, model_type: "gemma2", head_dim: 6 }, 3);
const plan = decoderPlan(model.config, 16);
const weights = new Map([...model.tensors].map(([name, { values }]) => [name, values]));
const tokens = Int32Array.from({ length: 96 * 17 }, (_, i) => (7 * i * i + i + 3) % 17);
const parts: Part[] = partsOf({ tokens, length: 17 }, 16, "wasm").map((windows) => ({
  windows,
  counted: 16,
  factor: 1 / (96 * 16),
}));

test("a batch is cut into equal parts of at most 512 tokens, or of one window", () => {
  expect(parts.map(({ windows }) => windows.tokens.length)).toEqual([32 * 17, 32 * 17, 32 * 17]);
  expect(parts.flatMap(({ windows }) => [...windows.tokens])).toEqual([...tokens]);
  expect(partsOf({ tokens: new Int32Array(7 * 1001), length: 1001 }, 1000, "wasm")).toHaveLength(7);
});

test("losses and gradients are the same to the bit on any number of cores, and sums of their parts", async () => {
  // Workers run the compiled program alone.
  const compiled = await import(new URL("../../dist/src/train/workers.js", import.meta.url).href);
  const on = async (cores: number) => {
    const workers: Workers = await compiled.Workers.of(plan, {
      device: "wasm",
      parts: parts.length,
      maximum: cores,
    });
    try {
      workers.use(weights);
      const { loss, gradient } = await workers.gradient(parts);
      return { loss, gradient: new Map([...gradient].map(([name, g]) => [name, [...g]])) };
    } finally {
      await workers.close();
    }
  };
  const [one, two, three] = [await on(1), await on(2), await on(3)];
  expect(two).toEqual(one);
  expect(three).toEqual(one);

  const alone: Workers = await compiled.Workers.of(plan, { device: "wasm", parts: 1 });
  alone.use(weights);
  let loss = 0;
  const sums = new Map([...weights].map(([name, { length }]) => [name, new Float64Array(length)]));
  for (const part of parts) {
    const found = await alone.gradient([part]);
    loss += found.loss;
    for (const [name, values] of found.gradient)
      values.forEach((g, i) => {
        sums.get(name)![i]! += g;
      });
  }
  expect(one.loss).toBeCloseTo(loss, 6);
  for (const [name, values] of one.gradient)
    values.forEach((g, i) => {
      expect(g).toBeCloseTo(sums.get(name)![i]!, 6);
    });
});

test("a worker that fails ends the run", async () => {
  const compiled = await import(new URL("../../dist/src/train/workers.js", import.meta.url).href);
  const broken = { ...plan, config: { ...plan.config, layers: [{ experts: {} }] } };
  const workers: Workers = await compiled.Workers.of(broken, {
    device: "wasm",
    parts: 3,
    maximum: 2,
  });
  workers.use(weights);
  await expect(workers.gradient(parts)).rejects.toThrow("a mixture of experts");
  await workers.close();
});
