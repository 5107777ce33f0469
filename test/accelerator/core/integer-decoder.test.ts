import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { IntegerCache } from "../../../src/accelerator/core/cache.ts";
import {
  type CacheFormat,
  type CoreOptions,
  coreNetwork,
  IntegerDecoder,
  logitsOf,
} from "../../../src/accelerator/core/index.ts";
import { argmax } from "../../../src/model/core/index.ts";
import {
  type DecoderConfig,
  DecoderSession,
  isDecoder,
  type Model,
  readModel,
  rf8Model,
  sampledSequences,
} from "../../../src/network/index.ts";
import { familyCases, familySizes } from "../../network/family-cases.ts";
import { randomDecoder, smallConfig, withRowScales } from "../../network/random-decoder.ts";

const options: CoreOptions = { activation: "int16", context: 16 };
const tokens = Array.from({ length: 16 }, (_, i) => (7 * i * i + 3) % 17);

function logProbabilities(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const most = Math.max(...values);
  const total = values.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  return values.map((logit) => logit - most - Math.log(total));
}

interface Compared extends CoreOptions {
  readonly cache?: CacheFormat;
  /** With float activations; the same weights where it is absent. */
  readonly reference?: Model<DecoderConfig>;
}

/** Mean KL(float activations ‖ integers) in nats, and the share of tokens that both find likeliest. */
function divergence(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  { cache = "rf8x2", reference = model, ...core }: Compared,
): { readonly kl: number; readonly same: number } {
  const network = coreNetwork(model, core);
  let [kl, same, count] = [0, 0, 0];
  for (const sequence of sequences) {
    const integer = new IntegerDecoder(network, cache);
    const session = new DecoderSession(reference, undefined, core.context);
    for (const token of sequence) {
      const found = logProbabilities(logitsOf(network, integer.next(token)));
      const exact = logProbabilities(session.next(token));
      kl += exact.reduce((sum, p, i) => sum + Math.exp(p) * (p - found[i]!), 0);
      same += Number(argmax(exact) === argmax(found));
      count += 1;
    }
  }
  return { kl: kl / count, same: same / count };
}

/** What the core has not, and the words that say so. */
const lacking: Readonly<Record<string, RegExp>> = {
  stablelm: /the core has RMS norms, no layer norms/,
  olmo2: /needs a norm before attention/,
  olmo3: /needs a norm before attention/,
};

describe("every family", () => {
  test.each(familyCases)(
    "%s is the float network with activations of 16 bits, %j",
    (model_type, keys) => {
      const model = rf8Model(randomDecoder({ ...familySizes, model_type, ...keys }, 3));
      const capped = model.config.softCaps.attention !== null;
      const words = capped ? /no soft cap of attention scores/ : lacking[model_type];
      if (words) expect(() => coreNetwork(model, options)).toThrow(words);
      else {
        expect(divergence(model, [tokens], { ...options, cache: "int16" }).kl).toBeLessThan(1e-5);
        // Two codes of the cache are good to 0.2 %, which large scores show.
        expect(divergence(model, [tokens], options).kl).toBeLessThan(6e-4);
      }
    },
  );
});

test("rows have their factors", () => {
  const model = withRowScales(randomDecoder({ ...smallConfig, tie_word_embeddings: true }));
  expect(divergence(model, [tokens], options).kl).toBeLessThan(1e-4);
});

test("activations of 8 bits are nearer to the float network than random ones", () => {
  const model = rf8Model(randomDecoder(smallConfig, 5));
  const { kl } = divergence(model, [tokens], { ...options, activation: "int8" });
  expect(kl).toBeGreaterThan(1e-7);
  expect(kl).toBeLessThan(0.01);
});

test("no token makes a key or a value that the cache cannot hold: the bounds of random networks are kept, and not far", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const model = rf8Model(randomDecoder({ ...smallConfig, hidden_size: 8, head_dim: 4 }, seed));
    const network = coreNetwork(model, options);
    let largest = 0;
    const write = IntegerCache.prototype.write;
    IntegerCache.prototype.write = function (row, vector) {
      const unit = 2 ** (vector.exponent - this.exponent);
      for (const value of vector.values) largest = Math.max(largest, Math.abs(value) * unit);
      write.call(this, row, vector);
    };
    try {
      const decoder = new IntegerDecoder(network);
      for (const token of tokens) decoder.next(token);
    } finally {
      IntegerCache.prototype.write = write;
    }
    expect(largest).toBeLessThan(1.5 * 2 ** 19);
    expect(largest).toBeGreaterThan(2 ** 14);
  }
});

test("a wrong token, a full cache, and a context that the network has not are refused", () => {
  const model = rf8Model(randomDecoder(smallConfig));
  const decoder = new IntegerDecoder(coreNetwork(model, { ...options, context: 2 }));
  expect(() => decoder.next(17)).toThrow("token 17: ids are 0 to 16");
  expect(() => decoder.next(0.5)).toThrow("token 0.5");
  decoder.next(1);
  decoder.next(2);
  expect(() => decoder.next(3)).toThrow("the cache has room for 2 tokens");
  for (const context of [0, 1.5, 25])
    expect(() => coreNetwork(model, { ...options, context })).toThrow(
      `a context of ${context}; 1 to`,
    );
  expect(() => coreNetwork(randomDecoder(smallConfig), options)).toThrow("is no RF8 matrix");
});

const stories = fileURLToPath(new URL("../../../../shared/data/stories260K.bin", import.meta.url));
const present = existsSync(stories);
if (!present) console.log("skipped: stories260K.bin, a llama2.c model, is not there");

describe.skipIf(!present)("stories260K", () => {
  test("the divergence of each cache and activation", () => {
    const float = readModel(stories);
    if (!isDecoder(float)) throw new Error("stories260K is a decoder");
    const model = rf8Model(float);
    const sequences = sampledSequences(float, { sequences: 2, length: 60 }, 1);
    // The figures of docs/core.md, to a twentieth of each: beside the same weights, and beside float ones.
    for (const [activation, cache, ofRf8, ofFloat] of [
      ["int16", "int16", 0.00000127, 0.0192],
      ["int16", "rf8x2", 0.0000256, 0.0193],
      ["int16", "rf8", 0.0262, 0.0464],
      ["int8", "int16", 0.00228, 0.0211],
      ["int8", "rf8x2", 0.00263, 0.0222],
      ["int8", "rf8", 0.0304, 0.0486],
    ] as const)
      for (const [reference, figure] of [
        [model, ofRf8],
        [float, ofFloat],
      ] as const) {
        const { kl } = divergence(model, sequences, { activation, cache, reference, context: 64 });
        expect(Math.abs(kl / figure - 1), `${activation} ${cache} ${kl}`).toBeLessThan(0.05);
      }
  });
});
