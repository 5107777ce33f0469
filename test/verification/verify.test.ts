import { expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { mac } from "../../hdl/mac.ts";
import { referenceOf } from "../../src/verification/model-of.ts";
import { exhaustiveStimulus, RandomStimulus } from "../../src/verification/stimulus.ts";
import { verify } from "../../src/verification/verify.ts";

const reference = referenceOf(mac());

test("a circuit that is not what the model says is found out, with a wave from reset", async () => {
  // One register more than the parameters say.
  const stimulus = new RandomStimulus(mac(), 5).block(500);
  const verdict = await verify(mac({ pipeline: 1 }), { reference, blocks: [stimulus, stimulus] });
  expect(verdict.vectors).toBe(1000);
  expect(verdict.mismatches).toBeGreaterThan(500);
  expect(verdict.first?.wave).toMatch(/^sum wasm .*\nsum model /m);
  expect((await verify(mac(), { reference, blocks: [stimulus, stimulus] })).mismatches).toBe(0);
});

test("random stimulus repeats with its seed and differs with another", () => {
  const block = (seed: number) => new RandomStimulus(mac(), seed).block(50).columns;
  expect(block(1)).toEqual(block(1));
  expect(block(1)).not.toEqual(block(2));
});

test("an exhaustive stimulus holds every combination once, also cut into blocks", () => {
  const module = catalogue.find((item) => item.name === "product")!.build({});
  const seen = new Set<number>();
  for (let first = 0; first < 65_536; first += 4096) {
    const { weight, activation } = exhaustiveStimulus(module, first, 4096).columns;
    for (let i = 0; i < 4096; i++)
      seen.add(Number(weight![i]) * 256 + Number(activation![i]) + 128);
  }
  expect(seen.size).toBe(65_536);
});
