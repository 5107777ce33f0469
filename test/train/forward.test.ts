import { expect, test } from "vitest";
import { loadJax } from "../../src/train/jax.ts";
import { decoderPlan, networkOf } from "../../src/train/network.ts";
import { familyCases, familySizes } from "../network/family-cases.ts";
import { naiveLogits } from "../network/naive-decoder.ts";
import { randomDecoder } from "../network/random-decoder.ts";

/** Two windows of sixteen tokens, and one more each that is not read. */
const length = 16;
const tokens = Int32Array.from({ length: 2 * (length + 1) }, (_, i) => (7 * i * i + 3) % 17);

test.each(familyCases)("%s has the logits of its description, %j", async (model_type, keys) => {
  const model = randomDecoder({ ...familySizes, model_type, ...keys }, 3);
  const jax = await loadJax("wasm");
  const network = networkOf(decoderPlan(model.config, length));
  const parameters = Object.fromEntries(
    [...model.tensors].map(([name, { shape, values }]) => [
      name,
      jax.numpy.array(Float32Array.from(values), { shape: [...shape] }),
    ]),
  );
  const { lookUp } = network;
  const table = model.tensors.get(lookUp.tensor)!.values;
  const embedded = jax.numpy.array(lookUp.gather(table, { tokens, length: length + 1 }), {
    shape: [2 * length, lookUp.width],
  });
  const logits = network.logits(jax, parameters, embedded).js() as number[][];
  for (const window of [0, 1]) {
    const read = [...tokens.subarray(window * (length + 1), window * (length + 1) + length)];
    naiveLogits(model, read).forEach((row, t) => {
      row.forEach((expected, id) => {
        expect(Math.abs(logits[window * length + t]![id]! - expected)).toBeLessThan(1e-4);
      });
    });
  }
});
