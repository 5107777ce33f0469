import type { LlamaConfig, Model } from "../../src/network/index.ts";

type Matrix = number[][];

/** Rows of a tensor as numbers; a vector is one row. */
function rows({ tensors }: Model<LlamaConfig>, name: string): Matrix {
  const { shape, values } = tensors.get(name)!;
  const columns = shape.at(-1)!;
  return Array.from({ length: values.length / columns }, (_, r) => [
    ...values.slice(r * columns, (r + 1) * columns),
  ]);
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** Every row of x times the transposed weight. */
const linear = (x: Matrix, weight: Matrix): Matrix =>
  x.map((row) => weight.map((w) => dot(row, w)));
const add = (a: Matrix, b: Matrix): Matrix => a.map((row, r) => row.map((x, c) => x + b[r]![c]!));

function normalized(x: Matrix, [gain]: Matrix, epsilon: number): Matrix {
  return x.map((row) => {
    const rms = Math.sqrt(dot(row, row) / row.length + epsilon);
    return row.map((value, i) => (value / rms) * gain![i]!);
  });
}

/** rotate_half as Hugging Face's Llama has it: x·cos + (−second half, first half)·sin. */
function rotated(head: readonly number[], position: number, theta: number): number[] {
  const n = head.length;
  const angle = (i: number): number => position / theta ** ((2 * (i % (n / 2))) / n);
  const half = [...head.slice(n / 2).map((x) => -x), ...head.slice(0, n / 2)];
  return head.map((x, i) => x * Math.cos(angle(i)) + half[i]! * Math.sin(angle(i)));
}

/** Softmax of a row of scores, of which minus infinity is masked. */
function softmax(scores: readonly number[]): number[] {
  const weights = scores.map((score) => Math.exp(score));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * A Llama by its definition, the whole sequence at once in float64, without a cache: key heads are repeated for
 * their query heads, and a mask hides what comes later. Returns the logits after every token.
 */
export function naiveLogits(model: Model<LlamaConfig>, tokens: readonly number[]): Matrix {
  const { config } = model;
  const { head_dim: size, num_attention_heads: heads, num_key_value_heads: keyHeads } = config;
  const weight = (layer: number, part: string) =>
    rows(model, `model.layers.${layer}.${part}.weight`);
  const headOf = (x: Matrix, h: number): Matrix =>
    x.map((row) => row.slice(h * size, (h + 1) * size));
  const embedding = rows(model, "model.embed_tokens.weight");

  let x = tokens.map((token) => embedding[token]!);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const y = normalized(x, weight(layer, "input_layernorm"), config.rms_norm_eps);
    const [q, k, v] = ["q", "k", "v"].map((p) => linear(y, weight(layer, `self_attn.${p}_proj`)));
    const turn = (m: Matrix): Matrix => m.map((row, t) => rotated(row, t, config.rope_theta));
    const perHead = Array.from({ length: heads }, (_, h) => {
      const shared = Math.floor((h * keyHeads) / heads);
      const [query, key] = [turn(headOf(q!, h)), turn(headOf(k!, shared))];
      const scores = linear(query, key).map((row, t) =>
        row.map((score, s) => (s <= t ? score / Math.sqrt(size) : Number.NEGATIVE_INFINITY)),
      );
      const values = headOf(v!, shared);
      return scores.map((row) => {
        const chances = softmax(row);
        return values[0]!.map((_, i) =>
          dot(
            chances,
            values.map((value) => value[i]!),
          ),
        );
      });
    });
    const attended = tokens.map((_, t) => perHead.flatMap((head) => head[t]!));
    x = add(x, linear(attended, weight(layer, "self_attn.o_proj")));
    const z = normalized(x, weight(layer, "post_attention_layernorm"), config.rms_norm_eps);
    const gate = linear(z, weight(layer, "mlp.gate_proj"));
    const up = linear(z, weight(layer, "mlp.up_proj"));
    const inner = gate.map((row, r) => row.map((g, c) => (g / (1 + Math.exp(-g))) * up[r]![c]!));
    x = add(x, linear(inner, weight(layer, "mlp.down_proj")));
  }
  const last = normalized(x, rows(model, "model.norm.weight"), config.rms_norm_eps);
  return linear(last, config.tie_word_embeddings ? embedding : rows(model, "lm_head.weight"));
}
