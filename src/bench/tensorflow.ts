import { createRequire } from "node:module";
import { join } from "node:path";
import { at } from "@chisel-ts/core";
import { classifierOf, EMBEDDING, FINAL_NORM, layerTensor } from "../network/index.ts";
import type { Windows } from "../train/batches.ts";
import type { NetworkPlan } from "../train/network.ts";
import type { Weights } from "../train/parameters.ts";

/** The part of TensorFlow.js in use. */
interface Tensor {
  dataSync(): Float32Array;
}
interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, shape: readonly number[]): Tensor;
  tidy<T>(action: () => T): T;
  valueAndGrads(f: (...x: Tensor[]) => Tensor): (x: Tensor[]) => { value: Tensor; grads: Tensor[] };
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  add(a: Tensor, b: Tensor | number): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  neg(a: Tensor): Tensor;
  exp(a: Tensor): Tensor;
  log(a: Tensor): Tensor;
  sqrt(a: Tensor): Tensor;
  sigmoid(a: Tensor): Tensor;
  square(a: Tensor): Tensor;
  sum(a: Tensor, axis?: number, keep?: boolean): Tensor;
  mean(a: Tensor, axis: number, keep: boolean): Tensor;
  softmax(a: Tensor): Tensor;
  reshape(a: Tensor, shape: readonly number[]): Tensor;
  transpose(a: Tensor, axes: readonly number[]): Tensor;
  slice(a: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  concat(a: readonly Tensor[], axis: number): Tensor;
}

/** The loss of a Llama, and its gradients, in TensorFlow.js, installed in a folder, on its WebAssembly backend. */
export async function tensorflowGradient(
  folder: string,
  plan: NetworkPlan,
  batch: number,
): Promise<(weights: Weights, windows: Windows) => number> {
  const require = createRequire(join(folder, "package.json"));
  const tf: TensorFlow = require("@tensorflow/tfjs");
  require("@tensorflow/tfjs-backend-wasm").setWasmPaths(
    join(folder, "node_modules/@tensorflow/tfjs-backend-wasm/dist/"),
  );
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js has no WebAssembly backend");
  const names = [...plan.shapes.keys()];
  const vocabulary = plan.shapes.get(EMBEDDING)?.[0] ?? 0;
  return (weights, windows) =>
    tf.tidy(() => {
      const shape = [batch * plan.context, vocabulary];
      const inputs = tf.tensor(oneHot(windows, 0, vocabulary), shape);
      const targets = tf.tensor(oneHot(windows, 1, vocabulary), shape);
      const parameters = names.map((name) =>
        tf.tensor(Float32Array.from(weights.get(name) ?? []), plan.shapes.get(name) ?? []),
      );
      const { value, grads } = tf.valueAndGrads((...tensors) =>
        lossOf(tf, plan, {
          batch,
          parameters: new Map(tensors.map((t, i) => [at(names, i), t])),
          inputs,
          targets,
        }),
      )(parameters);
      for (const gradient of grads) gradient.dataSync();
      return value.dataSync()[0] ?? Number.NaN;
    });
}

/** All tokens of each window but one, from `first` on, as one-hot vectors. */
function oneHot({ tokens, length }: Windows, first: number, vocabulary: number): Float32Array {
  const windows = tokens.length / length;
  const vectors = new Float32Array(windows * (length - 1) * vocabulary);
  for (let window = 0; window < windows; window++)
    for (let t = 0; t < length - 1; t++) {
      const token = tokens[window * length + first + t] as number;
      vectors[(window * (length - 1) + t) * vocabulary + token] = 1;
    }
  return vectors;
}

/** What a loss is computed of. */
interface Batch {
  readonly batch: number;
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly inputs: Tensor;
  readonly targets: Tensor;
}

/** The network of `decoderLogits`, and its loss. */
function lossOf(
  tf: TensorFlow,
  { config, context }: NetworkPlan,
  { batch, parameters, inputs, targets }: Batch,
): Tensor {
  if (config.model_type !== "llama") throw new RangeError("the comparison is of Llamas");
  const { num_attention_heads: heads, head_dim: head } = config;
  const half = head / 2;
  const weight = (name: string): Tensor => {
    const found = parameters.get(name);
    if (!found) throw new RangeError(`there is no parameter ${name}`);
    return found;
  };
  const linear = (x: Tensor, name: string): Tensor => tf.matMul(x, weight(name), false, true);
  const norm = (x: Tensor, name: string): Tensor =>
    tf.mul(
      tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), config.norm.epsilon))),
      weight(name),
    );
  const frequencies = config.layers[0]?.rotary?.frequencies ?? [];
  const angles = Float32Array.from({ length: context * head }, (_, i) => {
    const element = i % half;
    return Math.floor(i / head) * at(frequencies, element);
  });
  const cosines = tf.tensor(angles.map(Math.cos), [1, 1, context, head]);
  const sines = tf.tensor(angles.map(Math.sin), [1, 1, context, head]);
  const mask = tf.tensor(
    Float32Array.from({ length: context ** 2 }, (_, i) =>
      i % context > Math.floor(i / context) ? -1e9 : 0,
    ),
    [1, 1, context, context],
  );
  const split = (x: Tensor): Tensor =>
    tf.transpose(tf.reshape(x, [batch, context, heads, head]), [0, 2, 1, 3]);
  const turn = (x: Tensor): Tensor => {
    const size = [batch, heads, context, half];
    const turned = tf.concat(
      [tf.neg(tf.slice(x, [0, 0, 0, half], size)), tf.slice(x, [0, 0, 0, 0], size)],
      3,
    );
    return tf.add(tf.mul(x, cosines), tf.mul(turned, sines));
  };
  let x = tf.matMul(inputs, weight(EMBEDDING));
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const name = (part: string): string => layerTensor(layer, part);
    const normed = norm(x, name("input_layernorm"));
    const query = turn(split(linear(normed, name("self_attn.q_proj"))));
    const key = turn(split(linear(normed, name("self_attn.k_proj"))));
    const value = split(linear(normed, name("self_attn.v_proj")));
    const scores = tf.mul(tf.matMul(query, key, false, true), head ** -0.5);
    const mixed = tf.matMul(tf.softmax(tf.add(scores, mask)), value);
    const attended = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * context, heads * head]);
    x = tf.add(x, linear(attended, name("self_attn.o_proj")));
    const inner = norm(x, name("post_attention_layernorm"));
    const gate = linear(inner, name("mlp.gate_proj"));
    const gated = tf.mul(tf.mul(gate, tf.sigmoid(gate)), linear(inner, name("mlp.up_proj")));
    x = tf.add(x, linear(gated, name("mlp.down_proj")));
  }
  const logits = linear(norm(x, FINAL_NORM), classifierOf(config));
  // The logits of a start are small: the exponentials need no shift.
  const likelihoods = tf.sub(logits, tf.log(tf.sum(tf.exp(logits), -1, true)));
  return tf.mul(tf.sum(tf.mul(likelihoods, targets)), -1 / (batch * context));
}
