import { isObject } from "../checkpoint/safetensors/json.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The token that a tokenizer puts before every text: by `add_bos_token` of tokenizer_config.json, or by the
 * post-processor of tokenizer.json.
 *
 * @param idOf the id of a token
 * @returns null where it puts none; undefined where neither says
 */
export function firstToken(
  { post_processor: processor }: Json,
  { add_bos_token: add, bos_token: bos }: Json,
  idOf: (token: string) => number | undefined,
): number | null | undefined {
  if (add === false) return null;
  const name = isObject(bos) ? bos.content : bos;
  if (add === true && typeof name === "string") return idOf(name) ?? null;
  return isObject(processor) ? (templateToken(processor) ?? null) : undefined;
}

/** The id of the first special token of a post-processor's template, where that is before the text. */
function templateToken(processor: Json): number | undefined {
  const { type, processors, single, special_tokens: special, cls } = processor;
  if (type === "Sequence" && Array.isArray(processors))
    return processors
      .filter(isObject)
      .map(templateToken)
      .find((id) => id !== undefined);
  // BertProcessing and RobertaProcessing: [token, id].
  if (Array.isArray(cls)) return wholeNumber(cls[1]);
  if (!Array.isArray(single) || !isObject(special)) return undefined;
  const first: unknown = single[0];
  const token = isObject(first) && isObject(first.SpecialToken) ? first.SpecialToken.id : undefined;
  const entry = typeof token === "string" ? special[token] : undefined;
  return isObject(entry) && Array.isArray(entry.ids) ? wholeNumber(entry.ids[0]) : undefined;
}

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
