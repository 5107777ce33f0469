import { CheckpointError } from "./error.ts";
import type { InputFile } from "./file.ts";
import type { Header } from "./safetensors/header.ts";
import { elementsOf, type TensorInfo } from "./tensor.ts";

const headerBytes = 28;

/** Far above any model: each layer is nine entries in memory, however few bytes it has. */
const LAYER_LIMIT = 10_000;

const fields = [
  "dim",
  "hidden_dim",
  "n_layers",
  "n_heads",
  "n_kv_heads",
  "vocab_size",
  "seq_len",
] as const;

/** What the seven numbers say, checked. */
export interface Llama2cDimensions {
  readonly dim: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly sequence: number;
  /** The classifier is a tensor of its own, not the embedding. */
  readonly ownClassifier: boolean;
}

/** @throws CheckpointError when a dimension is impossible. */
export function readDimensions(file: InputFile): Llama2cDimensions {
  const fail = (problem: string): never => {
    throw new CheckpointError(file.path, problem);
  };
  if (file.size < headerBytes)
    return fail(`is ${file.size} bytes, too short for llama2.c's ${headerBytes}-byte header`);
  const bytes = new Uint8Array(headerBytes);
  file.read(0, bytes);
  const view = new DataView(bytes.buffer);
  const values = fields.map((_, index) => view.getInt32(4 * index, true));
  const [dim = 0, hidden = 0, layers = 0, heads = 0, kvHeads = 0, signedVocab = 0, sequence = 0] =
    values;
  const vocab = Math.abs(signedVocab);
  [dim, hidden, layers, heads, kvHeads, vocab, sequence].forEach((value, index) => {
    if (value <= 0) fail(`${fields[index]} is ${values[index]}; this is no llama2.c checkpoint`);
  });
  if (dim % heads !== 0 || heads % kvHeads !== 0) {
    return fail(
      `${dim} dimensions, ${heads} heads and ${kvHeads} key heads do not divide; this is no llama2.c checkpoint`,
    );
  }
  const head = dim / heads;
  if (head % 2 !== 0) {
    return fail(
      `${dim} dimensions in ${heads} heads are ${head} a head; rotary pairs need an even number`,
    );
  }
  return { dim, hidden, layers, heads, kvHeads, vocab, sequence, ownClassifier: signedVocab < 0 };
}

/**
 * Reads the header of llama2.c's legacy format: seven little-endian int32, then float32 tensors in a fixed
 * order (a negative vocabulary says that the classifier is a tensor of its own). Tensors get Hugging Face's
 * Llama names; the rows of q and k stay as the file has them, for rotary pairs of neighbours, which
 * the metadata says as `rf8.rope: adjacent`.
 *
 * @throws CheckpointError when a dimension is impossible or the size does not follow from the dimensions.
 */
export function readLlama2c(file: InputFile): Header {
  const fail = (problem: string): never => {
    throw new CheckpointError(file.path, problem);
  };
  const dimensions = readDimensions(file);
  const { dim, hidden, layers, heads, kvHeads, vocab, sequence, ownClassifier } = dimensions;
  const head = dim / heads;
  const kvDim = head * kvHeads;

  const tensors: TensorInfo[] = [];
  let position = headerBytes;
  const skip = (shape: readonly number[]): number => {
    const elements = elementsOf(shape);
    const end = position + 4 * (elements ?? Number.NaN);
    if (elements === undefined || !(end <= file.size)) {
      return fail(`${stated(dimensions)} need more than its ${file.size} bytes; it is truncated`);
    }
    position = end;
    return elements;
  };
  const add = (name: string, shape: readonly number[]): void => {
    const start = position;
    const elements = skip(shape);
    tensors.push({
      ...{ name, dtype: "F32", shape, elements, byteLength: 4 * elements, file: file.path },
      ...{ position: start, rf8: undefined },
    });
  };
  const perLayer = (part: string, shape: readonly number[]): void => {
    for (let layer = 0; layer < layers; layer++) add(`model.layers.${layer}.${part}.weight`, shape);
  };
  add("model.embed_tokens.weight", [vocab, dim]);
  if (layers > LAYER_LIMIT) return fail(`n_layers is ${layers}, the limit is ${LAYER_LIMIT}`);
  perLayer("input_layernorm", [dim]);
  perLayer("self_attn.q_proj", [dim, dim]);
  perLayer("self_attn.k_proj", [kvDim, dim]);
  perLayer("self_attn.v_proj", [kvDim, dim]);
  perLayer("self_attn.o_proj", [dim, dim]);
  perLayer("post_attention_layernorm", [dim]);
  perLayer("mlp.gate_proj", [hidden, dim]);
  perLayer("mlp.down_proj", [dim, hidden]);
  perLayer("mlp.up_proj", [hidden, dim]);
  add("model.norm.weight", [dim]);
  for (let table = 0; table < 2; table++) skip([sequence, head / 2]);
  if (ownClassifier) add("lm_head.weight", [vocab, dim]);
  if (position !== file.size) {
    return fail(`its dimensions take ${position} bytes, the file has ${file.size}`);
  }
  return { metadata: { "rf8.rope": "adjacent" }, tensors };
}

/** The seven numbers as the file has them. */
function stated({ dim, hidden, layers, heads, kvHeads, ...rest }: Llama2cDimensions): string {
  const vocab = rest.ownClassifier ? -rest.vocab : rest.vocab;
  const values = [dim, hidden, layers, heads, kvHeads, vocab, rest.sequence];
  return fields.map((name, i) => `${name} ${values[i]}`).join(", ");
}
