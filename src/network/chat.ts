import { Template } from "@huggingface/jinja";
import { existsSync, join } from "#host/tools/disk";
import { CheckpointError } from "../checkpoint/error.ts";
import { readWhole } from "../checkpoint/file.ts";
import { readJsonObject } from "../checkpoint/json-file.ts";
import { isObject } from "../checkpoint/safetensors/json.ts";

/** A turn of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

const SIZE_LIMIT = 10_000_000;

/**
 * A conversation as the text that a model was trained on, up to where its answer begins: by its own template,
 * chat_template.jinja or `chat_template` of tokenizer_config.json.
 *
 * @param directory the model's folder
 * @throws CheckpointError where there is no template, or it cannot render these messages.
 *
 * @example
 * const template = "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}<assistant>";
 * process.getBuiltinModule("node:fs").writeFileSync(`${folder}/chat_template.jinja`, template);
 * console.log(chatText(folder, [{ role: "user", content: "Hello" }])); // <user>Hello<assistant>
 */
export function chatText(directory: string, messages: readonly Message[]): string {
  const config = join(directory, "tokenizer_config.json");
  const json = existsSync(config) ? readJsonObject(config, SIZE_LIMIT) : {};
  const template = templateOf(directory, json);
  if (template === undefined)
    throw new CheckpointError(
      directory,
      "has no chat template (chat_template.jinja, or chat_template of tokenizer_config.json)",
    );
  const special = Object.entries(json).flatMap(([key, value]) => {
    const token = isObject(value) ? value.content : value;
    return key.endsWith("_token") && typeof token === "string" ? [[key, token] as const] : [];
  });
  try {
    return new Template(template).render({
      ...Object.fromEntries(special),
      messages,
      add_generation_prompt: true,
    });
  } catch (error) {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new CheckpointError(directory, `its chat template cannot render this: ${line}`);
  }
}

function templateOf(
  directory: string,
  { chat_template: given }: Readonly<Record<string, unknown>>,
): string | undefined {
  const file = join(directory, "chat_template.jinja");
  if (existsSync(file)) return new TextDecoder().decode(readWhole(file, SIZE_LIMIT));
  if (typeof given === "string") return given;
  // Some models name several; the one for plain conversations is the default.
  const named = Array.isArray(given) ? given.filter(isObject) : [];
  const chosen = named.find(({ name }) => name === "default")?.template;
  return typeof chosen === "string" ? chosen : undefined;
}
