import { expect, test } from "vitest";
import { seededRandom } from "../../src/format/index.ts";
import type { DecoderConfig, MlpConfig, Model } from "../../src/network/index.ts";
import type { Windows } from "../../src/train/batches.ts";
import { Loss } from "../../src/train/loss.ts";
import { decoderPlan, type NetworkPlan, networkOf, newNetwork } from "../../src/train/network.ts";
import { familySizes } from "../network/family-cases.ts";
import { naiveLogits } from "../network/naive-decoder.ts";
import { configOf } from "../network/random-decoder.ts";

const VOCABULARY = 7;
const WINDOWS = 4;

type Values = Map<string, number[]>;

function randomValues(plan: NetworkPlan): Values {
  const random = seededRandom(5);
  return new Map(
    [...plan.shapes].map(([name, shape]) => [
      name,
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
        Math.fround((shape.length === 1 ? 1 : 0) + (random.next() >>> 0) / 2 ** 32 - 0.5),
      ),
    ]),
  );
}

function randomWindows({ context }: NetworkPlan): Windows {
  const random = seededRandom(6);
  const length = context + 1;
  const tokens = Int32Array.from(
    { length: WINDOWS * length },
    () => (random.next() >>> 0) % VOCABULARY,
  );
  return { tokens, length };
}

/** −ln softmax(logits)[target], in float64. */
function nats(logits: readonly number[], target: number): number {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  return Math.log(sum) - logits[target]!;
}

const windowsOf = ({ tokens, length }: Windows): number[][] =>
  Array.from({ length: tokens.length / length }, (_, i) => [
    ...tokens.slice(i * length, (i + 1) * length),
  ]);

/** The mean loss of the last `count` tokens of each window, by the definitions. */
function llamaLoss(config: DecoderConfig, values: Values, windows: Windows, count: number): number {
  const model = {
    config,
    tensors: new Map(
      [...values].map(([name, data]) => [name, { shape: shapes.get(name)!, values: data }]),
    ),
  } as unknown as Model<DecoderConfig>;
  const losses = windowsOf(windows).map((window) => {
    const logits = naiveLogits(model, window.slice(0, -1));
    return logits
      .map((row, t) => nats(row, window[t + 1]!))
      .slice(-count)
      .reduce((a, b) => a + b, 0);
  });
  return losses.reduce((a, b) => a + b, 0) / losses.length / count;
}
let shapes: ReadonlyMap<string, readonly number[]>;

function mlpLoss(config: MlpConfig, values: Values, windows: Windows): number {
  const losses = windowsOf(windows).map((window) => {
    let x: number[] = window
      .slice(0, -1)
      .flatMap((token) => Array.from({ length: VOCABULARY }, (_, id) => (id === token ? 1 : 0)));
    for (const { weight, bias, activation } of config.layers) {
      const matrix = values.get(weight)!;
      const inputs = x;
      x = values.get(bias!)!.map((b, row) => {
        const sum = inputs.reduce((s, v, i) => s + v * matrix[row * inputs.length + i]!, b);
        return activation === "relu" ? Math.max(0, sum) : sum;
      });
    }
    return nats(x, window.at(-1)!);
  });
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

const ofFamily = (model_type: string, keys: Record<string, unknown> = {}): NetworkPlan =>
  decoderPlan(configOf({ ...familySizes, vocab_size: VOCABULARY, model_type, ...keys }), 5);

test.each([
  ["llama", newNetwork({ architecture: "llama", hidden: 32, layers: 2 }, 5, VOCABULARY)],
  ["mlp", newNetwork({ architecture: "mlp", hidden: 12, layers: 2 }, 3, VOCABULARY)],
  ["tied gemma2", ofFamily("gemma2", { head_dim: 6, sliding_window: 3 })],
  ["fused phi3", ofFamily("phi3", { num_attention_heads: 2 })],
  ["stablelm", ofFamily("stablelm", { head_dim: 8, partial_rotary_factor: 0.5 })],
  ["olmo2", ofFamily("olmo2")],
])("every parameter of a %s: gradients are central differences", async (_, plan) => {
  const { predicted } = networkOf(plan);
  shapes = plan.shapes;
  const values = randomValues(plan);
  const windows = randomWindows(plan);
  const { config } = plan;
  const reference = (count: number): number =>
    config.model_type === "mlp"
      ? mlpLoss(config, values, windows)
      : llamaLoss(config, values, windows, count);
  const losses = await Loss.of(plan, "wasm");
  const weights = new Map([...values].map(([name, data]) => [name, Float32Array.from(data)]));
  const gradient = new Map(
    [...weights].map(([name, { length }]) => [name, new Float32Array(length)]),
  );
  losses.use(weights);
  const part = (counted: number) => ({ windows, counted, factor: 1 / (WINDOWS * counted) });
  const loss = await losses.gradient(part(predicted), gradient);
  expect(Math.abs(loss - reference(predicted))).toBeLessThan(1e-5);
  const late = Math.ceil(predicted / 2);
  expect(Math.abs((await losses.loss(part(late))) - reference(late))).toBeLessThan(1e-5);

  const random = seededRandom(7);
  for (const [name, data] of values) {
    for (let probe = 0; probe < 3; probe++) {
      const i = (random.next() >>> 0) % data.length;
      const [at, h] = [data[i]!, 1e-5];
      data[i] = at + h;
      const above = reference(predicted);
      data[i] = at - h;
      const slope = (above - reference(predicted)) / (2 * h);
      data[i] = at;
      expect(Math.abs(gradient.get(name)![i]! - slope), `${name}[${i}]`).toBeLessThan(
        2e-5 + 1e-3 * Math.abs(slope),
      );
    }
  }
});
