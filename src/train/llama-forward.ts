import type * as Jax from "@jax-js/jax";
import {
  classifierOf,
  type DecoderConfig,
  EMBEDDING,
  FINAL_NORM,
  layerTensor,
} from "../network/index.ts";
import { type Arrays, type JaxArray, linear, take } from "./jax.ts";

/** What every batch of a shape shares: turns of the rotary embedding, and the mask of what comes later. */
function constants(
  { numpy: np }: typeof Jax,
  { head_dim: head, layers }: DecoderConfig,
  length: number,
) {
  const half = head / 2;
  const frequencies = layers[0]?.rotary?.frequencies ?? [];
  const angles = Array.from({ length: length * head }, (_, i) => {
    const [position, element] = [Math.floor(i / head), i % head];
    return position * (frequencies[element % half] ?? 0);
  });
  const mask = Float32Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? -1e9 : 0,
  );
  return {
    cosines: np.array(Float32Array.from(angles, Math.cos), { shape: [length, head] }),
    sines: np.array(Float32Array.from(angles, Math.sin), { shape: [length, head] }),
    mask: np.array(mask, { shape: [length, length] }),
  };
}

/**
 * The logits of a Llama for whole sequences at once, as `DecoderSession` has them token by token.
 *
 * @param parameters by Hugging Face's names; consumed by the caller
 * @param tokens one-hot, [batch · length, vocabulary]; consumed
 * @returns [batch · length, vocabulary]
 */
export function llamaLogits(
  jax: typeof Jax,
  config: DecoderConfig,
  parameters: Arrays,
  tokens: JaxArray,
  [batch, length]: readonly [number, number],
): JaxArray {
  const { numpy: np, nn } = jax;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads, head_dim: head } = config;
  const { cosines, sines, mask } = constants(jax, config, length);
  const weight = (layer: number, part: string): JaxArray =>
    take(parameters, layerTensor(layer, part));

  const norm = (x: JaxArray, gain: JaxArray): JaxArray => {
    const meanSquare = np.mean(np.square(x.ref), -1, { keepdims: true });
    return x.div(np.sqrt(meanSquare.add(config.norm.epsilon))).mul(gain);
  };
  /** [batch · length, heads · head] → [batch, heads, length, head] */
  const split = (x: JaxArray, count: number): JaxArray =>
    np.transpose(x.reshape([batch, length, count, head]), [0, 2, 1, 3]);
  const turn = (x: JaxArray): JaxArray => {
    const first = x.ref.slice([], [], [], [0, head / 2]);
    const second = x.ref.slice([], [], [], [head / 2, head]);
    return x.mul(cosines.ref).add(np.concatenate([second.neg(), first], 3).mul(sines.ref));
  };
  /** Every key head once for each of its query heads. */
  const spread = (x: JaxArray): JaxArray =>
    keyHeads === heads ? x : np.repeat(x, heads / keyHeads, 1);

  let x = np.matmul(tokens, take(parameters, EMBEDDING));
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const normed = norm(x.ref, weight(layer, "input_layernorm"));
    const project = (part: string, count: number): JaxArray =>
      split(linear(jax, normed.ref, weight(layer, `self_attn.${part}_proj`)), count);
    const query = turn(project("q", heads));
    const key = spread(turn(project("k", keyHeads)));
    const value = spread(project("v", keyHeads));
    normed.dispose();
    const scores = np.matmul(query, np.transpose(key, [0, 1, 3, 2])).mul(head ** -0.5);
    const mixed = np.matmul(nn.softmax(scores.add(mask.ref), -1), value);
    const attended = np.transpose(mixed, [0, 2, 1, 3]).reshape([batch * length, heads * head]);
    x = x.add(linear(jax, attended, weight(layer, "self_attn.o_proj")));

    const inner = norm(x.ref, weight(layer, "post_attention_layernorm"));
    const gate = linear(jax, inner.ref, weight(layer, "mlp.gate_proj"));
    const up = linear(jax, inner, weight(layer, "mlp.up_proj"));
    x = x.add(linear(jax, nn.silu(gate).mul(up), weight(layer, "mlp.down_proj")));
  }
  for (const constant of [cosines, sines, mask]) constant.dispose();
  const last = norm(x, take(parameters, `${FINAL_NORM}.weight`));
  return linear(jax, last, take(parameters, classifierOf(config)));
}
