import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CheckpointError } from "../../src/checkpoint/index.ts";
import { chatText, type Message } from "../../src/network/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";

const root = scratchFolder();

function folder(config: object | undefined, template?: string): string {
  const path = mkdtempSync(join(root, "chat-"));
  if (config) writeFileSync(join(path, "tokenizer_config.json"), JSON.stringify(config));
  if (template !== undefined) writeFileSync(join(path, "chat_template.jinja"), template);
  return path;
}

const messages: readonly Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "  Hi {{ there }}" },
];

const headers = `{{ bos_token }}{% for m in messages %}{{ '<|h|>' + m['role'] + '<|e|>\\n\\n' + m['content'] | trim + eos_token }}{% endfor %}{% if add_generation_prompt %}{{ '<|h|>assistant<|e|>\\n\\n' }}{% endif %}`;
const rendered =
  "<s><|h|>system<|e|>\n\nBe brief.</s><|h|>user<|e|>\n\nHi {{ there }}</s><|h|>assistant<|e|>\n\n";

test("a template of tokenizer_config.json, with tokens as texts or objects", () => {
  const config = { bos_token: "<s>", eos_token: { content: "</s>" }, chat_template: headers };
  expect(chatText(folder(config), messages)).toBe(rendered);
});

test("one of several templates, and a file of its own before both", () => {
  const config = { bos_token: "<s>", eos_token: "</s>" };
  const named = [
    { name: "tool_use", template: "x" },
    { name: "default", template: headers },
  ];
  expect(chatText(folder({ ...config, chat_template: named }), messages)).toBe(rendered);
  expect(chatText(folder({ ...config, chat_template: "x" }, headers), messages)).toBe(rendered);
});

test("ChatML: loops, conditions, set, and white space control", () => {
  const template = `{%- if messages[0]['role'] != 'system' %}
    {%- set start = '<|im_start|>system\\nYou help.<|im_end|>\\n' %}
{%- endif %}
{{- start }}
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`;
  expect(chatText(folder(undefined, template), messages.slice(1))).toBe(
    "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n  Hi {{ there }}<|im_end|>\n<|im_start|>assistant\n",
  );
});

test.each([
  [undefined, undefined, "has no chat template"],
  [{ chat_template: 3 }, undefined, "has no chat template"],
  [{ chat_template: "{% for %}" }, undefined, "its chat template cannot render this"],
  [{}, "{{ raise_exception('no system turn') }}", "cannot render this: no system turn"],
])("refuses %j %j in one line", (config, template, message) => {
  const path = folder(config, template);
  let said = "";
  try {
    chatText(path, messages);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    said = (error as Error).message;
  }
  expect(said).toContain(message);
  expect(said).not.toContain("\n");
});
