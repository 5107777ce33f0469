import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  byteTokenizer,
  type DecoderConfig,
  DecoderSession,
  greedy,
  type Model,
  quantizedModel,
  writeModel,
} from "../../src/network/index.ts";
import { randomDecoder, smallConfig } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-text-"));
afterAll(() => rmSync(folder, { recursive: true }));

const model = randomDecoder({
  ...smallConfig,
  model_type: "qwen3",
  vocab_size: 256,
  max_position_embeddings: 60,
  bos_token_id: null,
  hidden_size: 24,
});
const template = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]";

beforeAll(async () => {
  await writeModel(join(folder, "m"), { ...model, tokenizer: byteTokenizer(), stop: [] });
  writeFileSync(
    join(folder, "m/tokenizer_config.json"),
    JSON.stringify({ chat_template: template }),
  );
});

/** Greedy tokens after a text, by a session alone. */
function expected(of: Model<DecoderConfig>, text: string, count: number): number[] {
  const session = new DecoderSession(of);
  const prompt = [...Buffer.from(text)];
  let logits = new Float32Array();
  for (const token of prompt) logits = session.next(token).slice();
  const tokens: number[] = [];
  while (tokens.length < count) {
    tokens.push(greedy(logits));
    logits = session.next(tokens.at(-1)!).slice();
  }
  return tokens;
}

const run = (...args: string[]) => {
  const { status, stdout, stderr } = rf8(folder, ...args, "--json");
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
};

describe("run", () => {
  test("greedy tokens of the float network, and of one in RF8", () => {
    const found = run("run", "m", "--prompt", "Hi", "--tokens", "12");
    expect(found.tokens).toEqual(expected(model, "Hi", 12));
    expect(found).toMatchObject({ model: "m", ended: false });
    const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" } as const;
    const rounded = run("run", "m", "--prompt", "Hi", "--tokens", "12", "--format", "rf8");
    expect(rounded.tokens).toEqual(expected(quantizedModel(model, setting), "Hi", 12));
  });

  test("a conversation by the model's template, and what is printed is the text", () => {
    const chat = ["run", "m", "--prompt", "Hi", "--system", "S", "--chat", "--tokens", "5"];
    const found = run(...chat);
    expect(found.tokens).toEqual(expected(model, "[system]S[user]Hi[assistant]", 5));
    const { stdout } = rf8(folder, ...chat);
    expect(stdout).toBe(`${found.text}\n`);
  });

  test("drawn tokens are those of the seed, the same in simulate", () => {
    const drawing = ["--temperature", "0.8", "--top-k", "40", "--top-p", "0.9", "--seed"];
    const text = ["m", "--prompt", "ab", "--tokens", "10", ...drawing];
    const once = run("run", ...text, "7");
    expect(run("run", ...text, "7").tokens).toEqual(once.tokens);
    expect(run("run", ...text, "8").tokens).not.toEqual(once.tokens);
    const rounded = run("run", ...text, "7", "--format", "rf8", "--activations", "int16");
    const simulated = run("simulate", ...text, "7", "--engine", "model");
    expect(simulated.tokens).toEqual(rounded.tokens);
  });

  test("a token that ends a text ends it", () => {
    const [first, second, third] = expected(model, "Hi", 3);
    writeFileSync(
      join(folder, "m/generation_config.json"),
      JSON.stringify({ eos_token_id: [third] }),
    );
    const found = run("run", "m", "--prompt", "Hi", "--tokens", "12");
    rmSync(join(folder, "m/generation_config.json"));
    expect(found).toMatchObject({ tokens: [first, second, third], ended: true });
  });
});

test.each([
  [["--top-k", "3"], "--top-k goes with --temperature above 0"],
  [["--seed", "3"], "--seed goes with --temperature above 0"],
  [["--temperature", "x"], "--temperature must be a number from 0 to 100"],
  [["--temperature", "-1"], "--temperature must be a number from 0 to 100"],
  [["--temperature", "1", "--top-p", "0"], "--top-p must be a number from"],
  [["--temperature", "1", "--top-p", "1.5"], "--top-p must be a number from"],
  [["--system", "x"], "--system goes with --chat"],
  [["--tokens", "70"], "the model reads at most 60 tokens"],
  [["--format", "rf9"], "Allowed choices are f32, rf8"],
])("run %j is refused in one line", (flags, message) => {
  const { status, stdout, stderr } = rf8(folder, "run", "m", "--prompt", "a", ...flags);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
