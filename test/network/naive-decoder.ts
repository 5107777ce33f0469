import type { DecoderConfig, Model } from "../../src/network/index.ts";

type Matrix = number[][];
/** The keys as the file has them. */
// biome-ignore lint/suspicious/noExplicitAny: a JSON object that the tests have written themselves
type Json = Readonly<Record<string, any>>;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const add = (a: Matrix, b: Matrix, factor = 1): Matrix =>
  a.map((row, r) => row.map((x, c) => x + factor * b[r]![c]!));
const scaled = (x: Matrix, factor: number): Matrix => x.map((row) => row.map((v) => v * factor));
const capped = (score: number, cap: number | null | undefined): number =>
  cap == null ? score : cap * Math.tanh(score / cap);

/** Softmax of a row of scores, of which minus infinity is masked. */
function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

const silu = (x: number): number => x / (1 + Math.exp(-x));
const geluTanh = (x: number): number =>
  0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));

/** The frequencies of a rotary embedding as transformers' modeling_rope_utils describes them, and its factor. */
export function frequencies(
  dims: number,
  base: number,
  rope: Json | null | undefined,
  longest: number,
  length: number,
  config: Json,
): [number[], number] {
  const plain = Array.from({ length: dims / 2 }, (_, i) => 1 / base ** ((2 * i) / dims));
  const kind = rope?.rope_type ?? rope?.type ?? "default";
  const original: number =
    rope?.original_max_position_embeddings ?? config.original_max_position_embeddings ?? longest;
  const factor: number = rope?.factor ?? longest / original;
  if (kind === "linear") return [plain.map((f) => f / factor), 1];
  if (kind === "llama3") {
    const { low_freq_factor: low, high_freq_factor: high } = rope!;
    const found = plain.map((f) => {
      const wavelength = (2 * Math.PI) / f;
      if (wavelength < original / high) return f;
      if (wavelength > original / low) return f / factor;
      const smooth = (original / wavelength - low) / (high - low);
      return ((1 - smooth) * f) / factor + smooth * f;
    });
    return [found, 1];
  }
  if (kind === "yarn") {
    const correction = (rotations: number): number =>
      (dims * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
    const low = Math.max(Math.floor(correction(rope!.beta_fast ?? 32)), 0);
    const high = Math.min(Math.ceil(correction(rope!.beta_slow ?? 1)), dims - 1);
    const found = plain.map((f, i) => {
      const ramp = Math.min(1, Math.max(0, (i - low) / (high === low ? 0.001 : high - low)));
      const extrapolated = 1 - ramp;
      return (f / factor) * (1 - extrapolated) + f * extrapolated;
    });
    return [found, rope!.attention_factor ?? 0.1 * Math.log(factor) + 1];
  }
  if (kind === "longrope" || kind === "su") {
    const factors: number[] = length > original ? rope!.long_factor : rope!.short_factor;
    const ratio = longest / original;
    const attention = ratio <= 1 ? 1 : Math.sqrt(1 + Math.log(ratio) / Math.log(original));
    return [plain.map((f, i) => f / factors[i]!), attention];
  }
  return [plain, 1];
}

/**
 * A decoder by its published description, the whole sequence at once in float64, without a cache: key heads are repeated
 * for their query heads, and a mask hides what comes later or is out of the window. It reads config.json as it is, so
 * nothing that the implementation makes of it is shared. Returns the logits after every token.
 */
export function naiveLogits(model: Model<DecoderConfig>, tokens: readonly number[]): Matrix {
  const c = model.config.json as Json;
  const type: string = c.model_type;
  const gemma = type.startsWith("gemma");
  const rows = (name: string): Matrix => {
    const { shape, values } = model.tensors.get(name)!;
    const columns = shape.at(-1)!;
    return Array.from({ length: values.length / columns }, (_, r) => [
      ...values.slice(r * columns, (r + 1) * columns),
    ]);
  };
  const linear = (x: Matrix, name: string): Matrix => {
    const weight = rows(`${name}.weight`);
    const bias = model.tensors.has(`${name}.bias`) ? rows(`${name}.bias`)[0]! : undefined;
    return x.map((row) => weight.map((w, o) => dot(row, w) + (bias?.[o] ?? 0)));
  };
  const rms = (row: readonly number[], gain: readonly number[]): number[] => {
    const root = Math.sqrt(
      dot(row, row) / row.length +
        (c.rms_norm_eps ?? (type === "phi3" || type.startsWith("olmo") ? 1e-5 : 1e-6)),
    );
    return row.map((x, i) => (x / root) * (gemma ? 1 + gain[i]! : gain[i]!));
  };
  const norm = (x: Matrix, name: string): Matrix => {
    const gain = rows(`${name}.weight`)[0]!;
    if (type !== "stablelm") return x.map((row) => rms(row, gain));
    const bias = rows(`${name}.bias`)[0]!;
    return x.map((row) => {
      const mean = row.reduce((a, b) => a + b, 0) / row.length;
      const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / row.length;
      const root = Math.sqrt(variance + (c.layer_norm_eps ?? 1e-5));
      return row.map((v, i) => ((v - mean) / root) * gain[i]! + bias[i]!);
    });
  };
  const heads: number = c.num_attention_heads;
  const keyHeads: number = c.num_key_value_heads ?? heads;
  const size: number = c.head_dim ?? c.hidden_size / heads;
  const longest: number = c.max_position_embeddings;
  const headOf = (x: Matrix, h: number): Matrix =>
    x.map((row) => row.slice(h * size, (h + 1) * size));

  /** rotate_half of transformers on the first elements of a head: x·cos + (−second half, first half)·sin. */
  const turn = (x: Matrix, layer: number, windowed: boolean): Matrix => {
    const parameters = c.rope_parameters?.full_attention
      ? c.rope_parameters[windowed ? "sliding_attention" : "full_attention"]
      : c.rope_parameters;
    let rope: Json | null | undefined = c.rope_scaling ?? parameters;
    let base: number = rope?.rope_theta ?? parameters?.rope_theta ?? c.rope_theta ?? 10000;
    if (type === "gemma3_text" && windowed && !c.rope_parameters)
      [base, rope] = [c.rope_local_base_freq ?? 10000, undefined];
    if (type === "olmo3" && windowed) rope = undefined;
    if (type === "smollm3") {
      const list: number[] | undefined = c.no_rope_layers;
      if (list ? list[layer] === 0 : (layer + 1) % (c.no_rope_layer_interval ?? 4) === 0) return x;
    }
    const share: number =
      rope?.partial_rotary_factor ?? c.partial_rotary_factor ?? (type === "stablelm" ? 0.25 : 1);
    const n = Math.floor(size * share);
    const [found, factor] = frequencies(n, base, rope, longest, tokens.length, c);
    return x.map((row, t) => {
      const part = row.slice(0, n);
      const half = [...part.slice(n / 2).map((v) => -v), ...part.slice(0, n / 2)];
      const angle = (i: number): number => t * found[i % (n / 2)]!;
      const turned = part.map(
        (v, i) => factor * (v * Math.cos(angle(i)) + half[i]! * Math.sin(angle(i))),
      );
      return [...turned, ...row.slice(n)];
    });
  };

  const isWindowed = (layer: number): boolean => {
    if (c.layer_types) return c.layer_types[layer] === "sliding_attention";
    if (c.sliding_window == null) return false;
    if (type === "gemma2") return layer % 2 === 0;
    if (type === "gemma3_text") return (layer + 1) % (c.sliding_window_pattern ?? 6) !== 0;
    if (type === "olmo3") return (layer + 1) % 4 !== 0;
    if (type.startsWith("qwen")) return !!c.use_sliding_window && layer >= c.max_window_layers;
    if (type === "smollm3") return false;
    return true;
  };

  const attention = (x: Matrix, layer: number): Matrix => {
    const at = `model.layers.${layer}.self_attn`;
    const windowed = isWindowed(layer);
    let [q, k, v]: Matrix[] = [];
    if (type === "phi3") {
      const qkv = linear(x, `${at}.qkv_proj`);
      q = qkv.map((row) => row.slice(0, heads * size));
      k = qkv.map((row) => row.slice(heads * size, (heads + keyHeads) * size));
      v = qkv.map((row) => row.slice((heads + keyHeads) * size));
    } else [q, k, v] = ["q", "k", "v"].map((p) => linear(x, `${at}.${p}_proj`));
    if (type.startsWith("olmo")) {
      q = q!.map((row) => rms(row, rows(`${at}.q_norm.weight`)[0]!));
      k = k!.map((row) => rms(row, rows(`${at}.k_norm.weight`)[0]!));
    }
    const perHead = type === "qwen3" || type === "gemma3_text";
    const normed = (m: Matrix, which: string): Matrix =>
      perHead ? m.map((row) => rms(row, rows(`${at}.${which}_norm.weight`)[0]!)) : m;
    let scale = 1 / Math.sqrt(size);
    if (type === "granite") scale = c.attention_multiplier;
    if (type === "gemma2" || type === "gemma3_text")
      scale = (c.query_pre_attn_scalar ?? 256) ** -0.5;
    const cap: number | null | undefined =
      type === "gemma2" && c.attn_logit_softcapping === undefined ? 50 : c.attn_logit_softcapping;
    const mixed = Array.from({ length: heads }, (_, h) => {
      const shared = Math.floor((h * keyHeads) / heads);
      const query = turn(normed(headOf(q!, h), "q"), layer, windowed);
      const key = turn(normed(headOf(k!, shared), "k"), layer, windowed);
      const value = headOf(v!, shared);
      return query.map((row, t) => {
        const chances = softmax(
          key.map((other, s) =>
            s > t || (windowed && s <= t - c.sliding_window)
              ? Number.NEGATIVE_INFINITY
              : capped(dot(row, other) * scale, cap),
          ),
        );
        return value[0]!.map((_, i) =>
          dot(
            chances,
            value.map((one) => one[i]!),
          ),
        );
      });
    });
    return linear(
      tokens.map((_, t) => mixed.flatMap((head) => head[t]!)),
      `${at}.o_proj`,
    );
  };

  const feedForward = (x: Matrix, layer: number): Matrix => {
    const at = `model.layers.${layer}.mlp`;
    const inner: number = c.intermediate_size;
    const both = type === "phi3" ? linear(x, `${at}.gate_up_proj`) : undefined;
    const gate = both ? both.map((row) => row.slice(0, inner)) : linear(x, `${at}.gate_proj`);
    const up = both ? both.map((row) => row.slice(inner)) : linear(x, `${at}.up_proj`);
    const activation = gemma ? geluTanh : silu;
    return linear(
      gate.map((row, r) => row.map((g, i) => activation(g) * up[r]![i]!)),
      `${at}.down_proj`,
    );
  };

  const embedding = rows("model.embed_tokens.weight");
  let x = tokens.map((token) => embedding[token]!);
  if (gemma) x = scaled(x, Math.sqrt(c.hidden_size));
  if (type === "granite") x = scaled(x, c.embedding_multiplier);
  const residual: number = type === "granite" ? c.residual_multiplier : 1;
  for (let layer = 0; layer < c.num_hidden_layers; layer++) {
    const named = (part: string): string => `model.layers.${layer}.${part}`;
    if (type.startsWith("olmo")) {
      x = add(x, norm(attention(x, layer), named("post_attention_layernorm")));
      x = add(x, norm(feedForward(x, layer), named("post_feedforward_layernorm")));
    } else if (type === "gemma2" || type === "gemma3_text") {
      const attended = attention(norm(x, named("input_layernorm")), layer);
      x = add(x, norm(attended, named("post_attention_layernorm")));
      const fed = feedForward(norm(x, named("pre_feedforward_layernorm")), layer);
      x = add(x, norm(fed, named("post_feedforward_layernorm")));
    } else {
      x = add(x, attention(norm(x, named("input_layernorm")), layer), residual);
      x = add(x, feedForward(norm(x, named("post_attention_layernorm")), layer), residual);
    }
  }
  const tied: boolean = c.tie_word_embeddings ?? (gemma || type === "smollm3");
  const classifier = tied ? embedding : rows("lm_head.weight");
  let logits = norm(x, "model.norm").map((row) => classifier.map((w) => dot(row, w)));
  if (type === "granite") logits = scaled(logits, 1 / c.logits_scaling);
  const cap: number | null | undefined =
    type === "gemma2" && c.final_logit_softcapping === undefined ? 30 : c.final_logit_softcapping;
  return logits.map((row) => row.map((logit) => capped(logit, cap)));
}
