import { at } from "@chisel-ts/core";
import type * as Jax from "@jax-js/jax";
import type { Activation } from "../network/activations.ts";
import {
  classifierOf,
  type DecoderConfig,
  FINAL_NORM,
  layerPart,
  layerTensor,
  type Projection,
  projectionsOf,
} from "../network/index.ts";
import { causalMask, rotation, turn } from "./attention.ts";
import { type Arrays, type JaxArray, linear, take } from "./jax.ts";

/**
 * The logits of a decoder of any family for whole sequences at once, as `Decoder` has them token by token.
 *
 * @param embedded rows of the embedding, [windows · length, hidden]; consumed
 * @returns [windows · length, vocabulary]
 * @throws RangeError for a mixture of experts.
 */
export function decoderLogits(context: Context, embedded: JaxArray): JaxArray {
  const { jax, config, parameters } = context;
  const { residual } = config.scales;
  let x = scaled(embedded, config.scales.embedding);
  const branch = (
    layer: number,
    { before, after }: DecoderConfig["attentionNorms"],
    apply: (x: JaxArray) => JaxArray,
  ): void => {
    const made = apply(
      before === undefined ? x.ref : norm(context, layerPart(layer, before), x.ref),
    );
    const normed = after === undefined ? made : norm(context, layerPart(layer, after), made);
    x = x.add(scaled(normed, residual));
  };
  config.layers.forEach((_, layer) => {
    branch(layer, config.attentionNorms, (input) => attention(context, layer, input));
    branch(layer, config.feedForwardNorms, (input) => feedForward(context, layer, input));
  });
  const states = norm(context, FINAL_NORM, x);
  const logits = linear(jax, states, take(parameters, classifierOf(config)));
  return capped(jax, scaled(logits, config.scales.logits), config.softCaps.logits);
}

interface Context {
  readonly jax: typeof Jax;
  readonly config: DecoderConfig;
  /** By Hugging Face's names; consumed by the caller. */
  readonly parameters: Arrays;
  /** Tokens of a sequence. */
  readonly length: number;
}

const scaled = (x: JaxArray, factor: number): JaxArray => (factor === 1 ? x : x.mul(factor));

const capped = ({ numpy: np }: typeof Jax, x: JaxArray, cap: number | null): JaxArray =>
  cap === null ? x : np.tanh(x.mul(1 / cap)).mul(cap);

/** Over the last axis, which the gain is as long as. */
function norm({ jax, config, parameters }: Context, name: string, x: JaxArray): JaxArray {
  const { numpy: np } = jax;
  const { kind, epsilon } = config.norm;
  const gain = take(parameters, `${name}.weight`);
  const centred = kind === "layer" ? x.ref.sub(np.mean(x, -1, { keepdims: true })) : x;
  const meanSquare = np.mean(np.square(centred.ref), -1, { keepdims: true });
  const normed = centred
    .div(np.sqrt(meanSquare.add(epsilon)))
    .mul(kind === "rms-plus-one" ? gain.add(1) : gain);
  return kind === "layer" ? normed.add(take(parameters, `${name}.bias`)) : normed;
}

/** The outputs of a projection cut into arrays of these widths. @param x consumed */
function project(
  { jax, parameters }: Context,
  {
    layer,
    projection: { parts, bias },
    widths,
  }: {
    readonly layer: number;
    readonly projection: Projection;
    readonly widths: readonly number[];
  },
  x: JaxArray,
): JaxArray[] {
  const outputs = parts.map(({ name }) => {
    const y = linear(jax, x.ref, take(parameters, layerTensor(layer, name)));
    return bias ? y.add(take(parameters, layerTensor(layer, name, "bias"))) : y;
  });
  x.dispose();
  if (outputs.length === widths.length) return outputs;
  const [fused] = outputs as [JaxArray];
  let start = 0;
  const pieces = widths.map((width) => {
    const piece = fused.ref.slice([], [start, start + width]);
    start += width;
    return piece;
  });
  fused.dispose();
  return pieces;
}

function attention(context: Context, layer: number, x: JaxArray): JaxArray {
  const { jax, config, length } = context;
  const { numpy: np, nn } = jax;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads, head_dim: head } = config;
  const windows = at(x.shape, 0) / length;
  const { queryKeyValue, output } = projectionsOf(config);
  const [queries, keys] = [heads * head, keyHeads * head];
  const group = heads / keyHeads;
  const { window = null, rotary = null } = config.layers[layer] ?? {};
  const turns = rotary && rotation(jax, rotary, length);

  /** [windows · length, count · head] → [windows, length, count, head], normed and turned */
  const placed = (vectors: JaxArray, which: "q" | "k", count: number): JaxArray => {
    const name = layerPart(layer, `self_attn.${which}_norm`);
    const whole = config.queryKeyNorm === "projection" ? norm(context, name, vectors) : vectors;
    const split = whole.reshape([windows, length, count, head]);
    const normed = config.queryKeyNorm === "head" ? norm(context, name, split) : split;
    return turns ? turn(jax, normed, turns) : normed;
  };
  const [q, k, v] = project(
    context,
    { layer, projection: queryKeyValue, widths: [queries, keys, keys] },
    x,
  ) as [JaxArray, JaxArray, JaxArray];
  // The query heads of a key head, one below the other, make one matrix.
  const query = np
    .transpose(
      placed(q, "q", heads).reshape([windows, length, keyHeads, group, head]),
      [0, 2, 3, 1, 4],
    )
    .reshape([windows, keyHeads, group * length, head]);
  const key = np.transpose(placed(k, "k", keyHeads), [0, 2, 3, 1]);
  const value = np.transpose(v.reshape([windows, length, keyHeads, head]), [0, 2, 1, 3]);
  const scores = capped(
    jax,
    np.matmul(query, key).mul(config.scales.attention),
    config.softCaps.attention,
  ).reshape([windows, keyHeads, group, length, length]);
  const shares = nn.softmax(scores.add(causalMask(jax, length, window)), -1);
  const mixed = np
    .matmul(shares.reshape([windows, keyHeads, group * length, length]), value)
    .reshape([windows, keyHeads, group, length, head]);
  const attended = np.transpose(mixed, [0, 3, 1, 2, 4]).reshape([windows * length, queries]);
  const [made] = project(
    context,
    { layer, projection: output, widths: [config.hidden_size] },
    attended,
  ) as [JaxArray];
  return made;
}

function feedForward(context: Context, layer: number, x: JaxArray): JaxArray {
  const { jax, config } = context;
  if (config.layers[layer]?.experts)
    throw new RangeError(`layer ${layer} is a mixture of experts, which is not trained`);
  const { gateUp, down } = projectionsOf(config);
  const inner = config.intermediate_size;
  const [gate, up] = project(context, { layer, projection: gateUp, widths: [inner, inner] }, x) as [
    JaxArray,
    JaxArray,
  ];
  const gated = activations(jax)[config.activation](gate).mul(up);
  const [made] = project(
    context,
    { layer, projection: down, widths: [config.hidden_size] },
    gated,
  ) as [JaxArray];
  return made;
}

const activations = ({
  nn,
}: typeof Jax): Readonly<Record<Activation, (x: JaxArray) => JaxArray>> => ({
  relu: nn.relu,
  leaky_relu: (x) => nn.leakyRelu(x, 0.01),
  silu: nn.silu,
  gelu: (x) => nn.gelu(x, { approximate: false }),
  gelu_tanh: (x) => nn.gelu(x, { approximate: true }),
});
