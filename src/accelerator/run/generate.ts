import { at } from "@chisel-ts/core";
import {
  type Chooser,
  DecoderSession,
  greedy,
  isDecoder,
  isMlp,
  type LinearLayers,
  type Model,
  mlp,
  promptOf,
  tensorOf,
} from "../../network/index.ts";
import { InferenceError } from "./error.ts";

/** An MLP as a whole. */
export type MlpFunction = (input: Float32Array) => Float32Array;

/** What is read first, how many tokens follow at most, and how each is chosen. */
export interface Generation {
  /** A text, or its tokens as they are. */
  readonly prompt: string | readonly number[];
  readonly tokens: number;
  /** Whether the prompt is read side by side, which hardware with one vector a job does not. */
  readonly together?: boolean;
  /** The likeliest where it is absent. */
  readonly choose?: Chooser;
  /** Before each token is read. */
  onRead?(token: number): void;
  /** After each token is chosen. */
  onToken?(token: number): void;
}

/**
 * Tokens of a network after a prompt, up to one that ends a text: a decoder's, or those of an MLP whose inputs are the
 * one-hot vectors of the last tokens.
 *
 * @param through what multiplies its matrices, or for an MLP what runs it
 * @throws InferenceError for a network that does not predict tokens, or a prompt it cannot read.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const tokens = generateTokens(model, floatLayers(model), { prompt: "bad", tokens: 4 });
 * console.log(tokens.length); // 4
 */
export function generateTokens(
  model: Model,
  through: LinearLayers | MlpFunction,
  { prompt, tokens: count, together = false, choose = greedy, onRead, onToken }: Generation,
): number[] {
  const tokens = typeof prompt === "string" ? promptTokens(model, prompt) : prompt;
  const longest = isDecoder(model)
    ? model.config.max_position_embeddings
    : Number.POSITIVE_INFINITY;
  const length = tokens.length + count - 1;
  if (length > longest)
    throw new InferenceError(
      `the model reads at most ${longest} tokens; the prompt has ${tokens.length}, and ${count} more are asked for`,
    );
  const next = reader(model, through, length);
  const generated: number[] = [];
  let logits: Float32Array | undefined;
  const pieces = together ? [tokens] : tokens.map((token) => [token]);
  for (const piece of pieces) {
    for (const token of piece) onRead?.(token);
    logits = next(piece);
  }
  while (logits && generated.length < count) {
    const token = choose(logits);
    generated.push(token);
    onToken?.(token);
    if (generated.length === count || model.stop?.includes(token)) break;
    onRead?.(token);
    logits = next([token]);
  }
  return generated;
}

/** What reads tokens and returns the logits of the one after the last. */
function reader(
  model: Model,
  through: LinearLayers | MlpFunction,
  length: number,
): (tokens: readonly number[]) => Float32Array {
  if (isDecoder(model) && typeof through !== "function") {
    const session = new DecoderSession(model, through, length);
    return (tokens) => session.readAll(tokens);
  }
  if (!isMlp(model)) throw new InferenceError("the network is neither a decoder nor an MLP");
  const [first] = model.config.layers;
  const [last] = model.config.layers.slice(-1);
  const inputs = first ? at(tensorOf(model, first.weight).shape, 1) : 0;
  const vocabulary = last ? at(tensorOf(model, last.weight).shape, 0) : 0;
  if (
    !model.tokenizer ||
    vocabulary !== model.tokenizer.vocabularySize ||
    inputs % vocabulary !== 0
  )
    throw new InferenceError(
      `the MLP has ${inputs} inputs and ${vocabulary} outputs; one that predicts tokens has an output for each token of its tokenizer, and so many inputs for each that it reads`,
    );
  const run = typeof through === "function" ? through : mlp(model, through);
  const window = new Float32Array(inputs);
  return (tokens) => {
    for (const token of tokens) {
      window.copyWithin(0, vocabulary);
      window.fill(0, inputs - vocabulary);
      window[inputs - vocabulary + token] = 1;
    }
    return run(window);
  };
}

/** The tokens of a text, one at least. @throws InferenceError for a text without a tokenizer. */
export function promptTokens(model: Model, text: string): number[] {
  try {
    const tokens = isDecoder(model)
      ? model.tokenizer || text !== ""
        ? promptOf(model, text)
        : [model.config.bos_token_id ?? 0]
      : (model.tokenizer?.encode(text) ?? []);
    // Something must be read before anything can be predicted.
    return tokens.length > 0 ? tokens : [0];
  } catch (error) {
    if (error instanceof RangeError) throw new InferenceError(`prompt: ${error.message}`);
    throw error;
  }
}
