import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { type CoreLevel, simulateCore } from "../../../src/accelerator/core/index.ts";
import { randomDecoder } from "../../network/random-decoder.ts";

const prompt = [1, 5, 9, 2, 14];

const simulated = (level: CoreLevel, batch: number) =>
  simulateCore(randomDecoder(), {
    level,
    batch,
    prompt,
    tokens: 4,
    context: 8,
    activation: "int16",
    terms: 2,
    lanes: 8,
    vectorLanes: 1,
    memory: { latency: 3, outstanding: 4 },
  });

test("a prompt is read some tokens at a time, at every level, with the same text and fewer products", () => {
  const [one, ...others] = [
    simulated(engines.wasm, 1),
    ...(["integers", "descriptors", engines.wasm] as const).map((level) => simulated(level, 4)),
  ].map((reads) => ({
    generated: reads.filter((read) => read.generated).map(({ next }) => next),
    lengths: reads.map(({ tokens }) => tokens.length),
    products: reads.reduce((sum, { counters }) => sum + (counters?.product_cycles ?? 0), 0),
  }));
  expect(one!.lengths).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  for (const other of others) {
    expect(other.generated).toEqual(one!.generated);
    expect(other.lengths).toEqual([4, 1, 1, 1, 1]);
  }
  expect(others[2]!.products).toBeLessThan(0.8 * one!.products);
});
