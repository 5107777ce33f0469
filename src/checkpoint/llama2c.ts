import { CheckpointError } from "./error.ts";
import type { ByteSource } from "./file.ts";
import { type Llama2cDimensions, readDimensions, stated } from "./llama2c-header.ts";
import type { Header } from "./safetensors/header.ts";
import { type Computed, elementsOf, type TensorInfo } from "./tensor.ts";

/** Far above any model: each layer is nine entries in memory, however few bytes it has. */
const LAYER_LIMIT = 10_000;

/** A tensor of the file: a name, or undefined for what is skipped, and a shape. */
type Part = readonly [name: string | undefined, shape: readonly number[]];

/**
 * Reads the header of llama2.c's formats: version 0 is seven little-endian int32, then float32 tensors in a fixed
 * order (a negative vocabulary says that the classifier is a tensor of its own); version 1 has a longer header and
 * the norms first; version 2 has matrices as int8 in groups, each with a float32 scale. Tensors get Hugging Face's
 * Llama names; the rows of q and k stay as the file has them, for rotary pairs of neighbours, which the metadata
 * says as `rf8.rope: adjacent`.
 *
 * @throws CheckpointError when a dimension is impossible or the size does not follow from the dimensions.
 */
export function readLlama2c(file: ByteSource): Header {
  const fail = (problem: string): never => {
    throw new CheckpointError(file.path, problem);
  };
  const dimensions = readDimensions(file);
  const { layers, version, group, start } = dimensions;

  const tensors: TensorInfo[] = [];
  let position = start;
  for (const [name, shape] of partsOf(dimensions)) {
    const elements = elementsOf(shape) ?? Number.NaN;
    const grouped = version === 2 && shape.length > 1;
    if (grouped && elements % group !== 0)
      return fail(`[${shape.join(", ")}] are no whole groups of ${group}, as version 2 has them`);
    const end = position + (grouped ? elements + 4 * (elements / group) : 4 * elements);
    if (!(end <= file.size))
      return fail(`${stated(dimensions)} need more than its ${file.size} bytes; it is truncated`);
    if (layers > LAYER_LIMIT) return fail(`n_layers is ${layers}, the limit is ${LAYER_LIMIT}`);
    if (name !== undefined) {
      tensors.push({
        name,
        dtype: "F32",
        shape,
        elements,
        byteLength: 4 * elements,
        file: file.path,
        position,
        rf8: undefined,
        ...(grouped && { computed: groups(file.path, position, elements, group) }),
      });
    }
    position = end;
  }
  if (position !== file.size)
    return fail(`its dimensions take ${position} bytes, the file has ${file.size}`);
  return { metadata: { "rf8.rope": "adjacent" }, tensors };
}

/** The tensors in the order of the file. */
export function* partsOf(dimensions: Llama2cDimensions): Generator<Part> {
  const { dim, hidden, layers, heads, kvHeads, vocab, sequence } = dimensions;
  const head = dim / heads;
  const kvDim = head * kvHeads;
  const embedding: Part = ["model.embed_tokens.weight", [vocab, dim]];
  const finalNorm: Part = ["model.norm.weight", [dim]];
  const inputNorm: Part = ["input_layernorm", [dim]];
  const innerNorm: Part = ["post_attention_layernorm", [dim]];
  const attention: Part[] = [
    ["self_attn.q_proj", [dim, dim]],
    ["self_attn.k_proj", [kvDim, dim]],
    ["self_attn.v_proj", [kvDim, dim]],
    ["self_attn.o_proj", [dim, dim]],
  ];
  const inner: Part[] = [
    ["mlp.gate_proj", [hidden, dim]],
    ["mlp.down_proj", [dim, hidden]],
    ["mlp.up_proj", [hidden, dim]],
  ];
  function* each(parts: readonly Part[]): Generator<Part> {
    for (const [part, shape] of parts)
      for (let layer = 0; layer < layers; layer++)
        yield [`model.layers.${layer}.${part}.weight`, shape];
  }
  if (dimensions.version === 0) {
    yield embedding;
    yield* each([inputNorm, ...attention, innerNorm, ...inner]);
    yield finalNorm;
    // The rotary tables of cosine and sine.
    for (let table = 0; table < 2; table++) yield [undefined, [sequence, head / 2]];
  } else {
    yield* each([inputNorm, innerNorm]);
    yield finalNorm;
    yield embedding;
    yield* each([...attention, ...inner]);
  }
  if (dimensions.ownClassifier) yield ["lm_head.weight", [vocab, dim]];
}

/** Int8 weights, all of a tensor, then a float32 scale for each group of them. */
function groups(file: string, position: number, elements: number, group: number): Computed {
  return {
    stored: `int8 in groups of ${group}`,
    unit: group,
    read(first, out, read) {
      const weights = new Int8Array(out.length);
      const scales = new Float32Array(out.length / group);
      read(file, position + first, new Uint8Array(weights.buffer));
      read(file, position + elements + 4 * (first / group), new Uint8Array(scales.buffer));
      for (let i = 0; i < out.length; i++)
        out[i] = (weights[i] as number) * (scales[Math.floor(i / group)] as number);
    },
  };
}
