import { at } from "@chisel-ts/core";
import { existsSync, join, statSync } from "#host/tools/disk";
import { CheckpointError } from "../checkpoint/error.ts";
import { type Checkpoint, openCheckpoint, type TensorInfo } from "../checkpoint/index.ts";
import { type NetworkConfig, readConfig } from "./config.ts";
import type { DecoderConfig } from "./decoder/config.ts";
import { decoderTensors, EMBEDDING } from "./decoder/tensors.ts";
import { readGgufModel, type WholeModel } from "./gguf-model.ts";
import { llama2cConfig, llama2cStop, llama2cTokenizer } from "./llama2c-model.ts";
import type { MlpConfig } from "./mlp-config.ts";
import { adjacentRows } from "./rope-rows.ts";
import { stopTokens } from "./stop-tokens.ts";
import { loadTensor, type ModelTensor } from "./tensor.ts";
import { refuseUnused, tensorsByName } from "./tensor-names.ts";
import { tiedWeights } from "./tied-weights.ts";
import { readTokenizer, type Tokenizer } from "./tokenizer.ts";

/** A network in memory: every tensor that its configuration asks for, with the shape that follows from it. */
export interface Model<Config extends NetworkConfig = NetworkConfig> {
  readonly config: Config;
  /** By Hugging Face's names; rows of q and k in Hugging Face's order. */
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly tokenizer?: Tokenizer;
  /** Tokens that end a text. */
  readonly stop?: readonly number[];
  /** What whoever loads it should know, a line each. */
  readonly warnings?: readonly string[];
}

/**
 * Whether a network is a decoder; else it is an MLP.
 *
 * @example
 * console.log(isDecoder(readModel(`${folder}/model`))); // true
 */
export const isDecoder = (model: Model): model is Model<DecoderConfig> =>
  model.config.model_type !== "mlp";

/**
 * Whether a network is an MLP; else it is a decoder.
 *
 * @example
 * console.log(isMlp(readModel(`${folder}/model`))); // false
 */
export const isMlp = (model: Model): model is Model<MlpConfig> => model.config.model_type === "mlp";

/** A tensor of a model. @throws RangeError where there is none. */
export function tensorOf({ tensors }: Pick<Model, "tensors">, name: string): ModelTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new RangeError(`the model has no tensor ${JSON.stringify(name)}`);
  return tensor;
}

/**
 * Reads a model directory (config.json, model.safetensors or shards, tokenizer.json where there is one), a GGUF file,
 * or llama2.c's .bin with tokN.bin or tokenizer.bin beside it. What wrappers of PyTorch add to names is taken away.
 *
 * @throws CheckpointError for contents that do not hold together, a tensor that is missing, has another shape
 *   than the configuration says, is not finite or would go unused; NodeJS.ErrnoException when a file cannot be read.
 *
 * @example
 * const { config, tensors } = readModel(`${folder}/model`);
 * console.log(`${config.num_hidden_layers} layers, embedding [${tensors.get("model.embed_tokens.weight").shape}]`); // 2 layers, embedding [17,12]
 */
export function readModel(path: string): Model {
  if (isWhole(path)) {
    const { config, tokenizer, stop } = describeWhole(path);
    return { ...assemble(path, config, tokenizer), stop };
  }
  if (!statSync(path).isDirectory())
    throw new CheckpointError(
      path,
      "is no model; a folder with config.json, a .gguf file or llama2.c's .bin is",
    );
  const configFile = join(path, "config.json");
  if (!existsSync(configFile))
    throw new CheckpointError(path, "holds no config.json, which says what network it is");
  const tokenizer = readTokenizerOf(path);
  return { ...assemble(path, readConfig(configFile), tokenizer), stop: stopTokens(path) };
}

/** The tokenizer of a model folder; undefined where it has none. @throws as `readTokenizer`. */
export function readTokenizerOf(folder: string): Tokenizer | undefined {
  const file = join(folder, "tokenizer.json");
  return existsSync(file) ? readTokenizer(file) : undefined;
}

/**
 * Whether a file says itself what network it is.
 *
 * @example
 * console.log(`${isWhole("stories.bin")} ${isWhole("model.safetensors")}`); // true false
 */
export const isWhole = (path: string): boolean => /\.(bin|gguf)$/.test(path);

/** What such a file says of its network besides the weights. @throws as `readModel`. */
export function describeWhole(path: string): WholeModel {
  if (path.endsWith(".gguf")) return readGgufModel(path);
  const config = llama2cConfig(path);
  const tokenizer = llama2cTokenizer(path, config.vocab_size);
  return { config, ...(tokenizer && { tokenizer }), stop: llama2cStop };
}

function assemble(path: string, config: NetworkConfig, tokenizer: Tokenizer | undefined): Model {
  const checkpoint = openCheckpoint(path);
  try {
    const network =
      config.model_type === "mlp" ? loadMlp(checkpoint, config) : loadDecoder(checkpoint, config);
    return { ...network, ...(tokenizer && { tokenizer }) };
  } finally {
    checkpoint.close();
  }
}

/** Where a tensor of a decoder is. */
interface Found {
  readonly name: string;
  readonly info: TensorInfo;
  /** The row of the file for every row, where they are in another order. */
  readonly order: Int32Array | undefined;
}

/**
 * The tensors of a decoder in its checkpoint, checked against its configuration.
 *
 * @throws CheckpointError as `readModel`, and for a mixture of experts, of which the forward pass has none.
 */
export function findTensors(
  checkpoint: Checkpoint,
  given: DecoderConfig,
): { readonly config: DecoderConfig; readonly found: readonly Found[]; readonly warning?: string } {
  if (given.expertNames)
    throw new CheckpointError(
      checkpoint.path,
      `model_type is ${given.model_type}, a mixture of experts; rf8 estimate reads it, nothing runs it`,
    );
  // A tensor's metadata is its shard's.
  const adjacent = new Set(
    checkpoint.shards
      .filter((shard) => shard.metadata["rf8.rope"] === "adjacent")
      .flatMap((shard) => shard.tensors),
  );
  const { tied, tensors, warning } = tiedWeights(
    checkpoint,
    tensorsByName(checkpoint),
    EMBEDDING,
    given.tie_word_embeddings,
  );
  const config = { ...given, tie_word_embeddings: tied };
  const expected = decoderTensors(config);
  const found = [...expected].map(([name, shape]) => {
    const info = expectShape(checkpoint, tensors.get(name), name, shape);
    const rotary = /\.self_attn\.[qk]_proj\.weight$/.test(name) && adjacent.has(info);
    const order = rotary ? adjacentRows(at(info.shape, 0), config.head_dim) : undefined;
    return { name, info, order };
  });
  refuseUnused(checkpoint, tensors, new Set(expected.keys()), config.within);
  return { config, found, ...(warning !== undefined && { warning }) };
}

function loadDecoder(checkpoint: Checkpoint, given: DecoderConfig): Model<DecoderConfig> {
  const { config, found, warning } = findTensors(checkpoint, given);
  const tensors = found.map(
    ({ name, info, order }) => [name, loadTensor(checkpoint, info, order)] as const,
  );
  return {
    config,
    tensors: new Map(tensors),
    ...(warning !== undefined && { warnings: [warning] }),
  };
}

function loadMlp(checkpoint: Checkpoint, config: MlpConfig): Model<MlpConfig> {
  const infos = new Map(checkpoint.tensors.map((info) => [info.name, info]));
  const found: TensorInfo[] = [];
  let inputs: number | undefined;
  for (const { weight, bias } of config.layers) {
    const matrix = infos.get(weight);
    const [outputs = 0, columns = 0] = matrix?.shape ?? [];
    // The first layer has as many inputs as its weight says.
    const shape = [outputs > 0 ? outputs : "outputs", inputs ?? (columns > 0 ? columns : "inputs")];
    found.push(expectShape(checkpoint, matrix, weight, shape));
    if (bias !== undefined) found.push(expectShape(checkpoint, infos.get(bias), bias, [outputs]));
    inputs = outputs;
  }
  refuseUnused(checkpoint, infos, new Set(found.map(({ name }) => name)), null);
  return {
    config,
    tensors: new Map(found.map((info) => [info.name, loadTensor(checkpoint, info)])),
  };
}

/** @param shape sizes, or a word for one that may be any above zero, which the tensor then does not have */
function expectShape(
  { path }: Checkpoint,
  info: TensorInfo | undefined,
  name: string,
  shape: readonly (number | string)[],
): TensorInfo {
  const needed = `config.json asks for shape [${shape.join(", ")}]`;
  if (!info)
    throw new CheckpointError(path, `tensor ${JSON.stringify(name)} is missing; ${needed}`);
  if (info.shape.join() !== shape.join())
    throw new CheckpointError(
      path,
      `tensor ${JSON.stringify(name)} has shape [${info.shape.join(", ")}]; ${needed}`,
    );
  return info;
}
