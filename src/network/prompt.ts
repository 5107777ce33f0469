import type { DecoderConfig } from "./decoder/config.ts";
import type { Model } from "./model.ts";

/** The token that texts begin with: as the tokenizer says, or else config.json; null where there is none. */
export function beginOfSequence({ config, tokenizer }: Model<DecoderConfig>): number | null {
  const bos = tokenizer?.bos === undefined ? config.bos_token_id : tokenizer.bos;
  if (bos !== null && bos >= config.vocab_size)
    throw new RangeError(beyond(config, bos, tokenizer?.token(bos)));
  return bos;
}

const beyond = (
  { vocab_size: size }: DecoderConfig,
  id: number,
  token: string | undefined,
): string => `token ${JSON.stringify(token ?? "")} has id ${id}; the model's vocab_size is ${size}`;

/**
 * The tokens of a text, without one to begin with.
 *
 * @throws RangeError for a character without token, or a token that the network does not have.
 *
 * @example
 * console.log(textTokens(readModel(`${folder}/model`), "bad").join()); // 2,1,4
 */
export function textTokens({ config, tokenizer }: Model<DecoderConfig>, text: string): number[] {
  if (!tokenizer) throw new RangeError("the model has no tokenizer, so its texts are token ids");
  const tokens = tokenizer.encode(text);
  const unknown = tokens.find((id) => id >= config.vocab_size);
  if (unknown !== undefined)
    throw new RangeError(beyond(config, unknown, tokenizer.token(unknown)));
  return tokens;
}

/**
 * The tokens of a text as a sequence: with what texts begin with, unless the text itself begins with that.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * console.log(promptOf(model, "bad").join()); // 1,2,1,4
 */
export function promptOf(model: Model<DecoderConfig>, text: string): number[] {
  const [bos, tokens] = [beginOfSequence(model), textTokens(model, text)];
  return bos === null || tokens[0] === bos ? tokens : [bos, ...tokens];
}
