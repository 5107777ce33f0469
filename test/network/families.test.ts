import { expect, test } from "vitest";
import { Decoder, DecoderSession } from "../../src/network/index.ts";
import { familyCases as cases, familySizes as sizes } from "./family-cases.ts";
import { naiveLogits } from "./naive-decoder.ts";
import { randomDecoder } from "./random-decoder.ts";

const tokens = Array.from({ length: 16 }, (_, i) => (7 * i * i + 3) % 17);

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((logit, id) => {
    expect(Math.abs(logit - expected[id]!)).toBeLessThan(1e-4);
  });
}

test.each(cases)("%s is its description, %j", (model_type, keys) => {
  const model = randomDecoder({ ...sizes, model_type, ...keys }, 3);
  const expected = naiveLogits(model, tokens);
  // Against a pass of the wrong function, which only zeros would hide.
  expect(Math.max(...expected.flat().map(Math.abs))).toBeGreaterThan(0.1);
  const session = new DecoderSession(model, undefined, tokens.length);
  tokens.forEach((token, t) => {
    expectClose([...session.next(token)], expected[t]!);
  });

  session.reset();
  session.next(tokens[0]!);
  expectClose([...session.readAll(tokens.slice(1))], expected.at(-1)!);

  // All at once, and other sequences beside it.
  const decoder = new Decoder(model);
  const [one, other] = [decoder.sequence(tokens.length), decoder.sequence(tokens.length)];
  const steps = tokens.flatMap((token, t) => [
    { sequence: one, token },
    { sequence: other, token: tokens.at(-1 - t)! },
  ]);
  const states = decoder.read(steps);
  const logits = new Float32Array(steps.length * 17);
  decoder.classify(states, logits);
  tokens.forEach((_, t) => {
    expectClose([...logits.subarray(34 * t, 34 * t + 17)], expected[t]!);
  });
});

/** Keys that others depend on, or that name what is the default. */
const entangled = new Set([
  ..."head_dim num_attention_heads num_hidden_layers hidden_act layer_types".split(" "),
  ..."original_max_position_embeddings no_rope_layers".split(" "),
]);

test("every key of a case changes the logits, so that none is read and then forgotten", () => {
  for (const [model_type, keys] of cases) {
    // Within what it was trained for, dynamic scaling changes nothing.
    if (JSON.stringify(keys).includes("dynamic")) continue;
    const logits = (without?: string): number[][] => {
      const left = Object.entries(keys).filter(([key]) => key !== without);
      const model = randomDecoder({ ...sizes, model_type, ...Object.fromEntries(left) }, 3);
      const session = new DecoderSession(model, undefined, tokens.length);
      return tokens.map((token) => [...session.next(token)]);
    };
    for (const key of Object.keys(keys))
      if (!entangled.has(key)) expect(logits(key), `${model_type} ${key}`).not.toEqual(logits());
  }
});
