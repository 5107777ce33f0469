import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { characterTokenizer, writeModel } from "../src/network/index.ts";
import { randomDecoder } from "./network/random-decoder.ts";

/** The `@example` of every public function and class is there, runs, and prints what it says. */
const root = fileURLToPath(new URL("..", import.meta.url));

interface Declared {
  readonly file: string;
  readonly example?: string;
}

/** Exported functions, classes and constants of the sources by name, each with the example before it. */
const declared = new Map<string, Declared[]>();
/** Names that an index gives to what is declared by another. */
const declaredAs = new Map<string, string>();
const declaration =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:async |abstract )?(?:function\*?|class|const) (\w+)/g;
for (const folder of ["packages/chisel-ts/src", "formal", "hdl", "sim", "src", "tools"])
  for (const path of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".ts") || path.endsWith(".browser.ts")) continue;
    const file = join(folder, path);
    const text = readFileSync(join(root, file), "utf8");
    if (path.endsWith("index.ts"))
      for (const [, own = "", other = ""] of text.matchAll(/(\w+) as (\w+)/g))
        declaredAs.set(other, own);
    for (const [, comment = "", name = ""] of text.matchAll(declaration)) {
      const example = exampleOf(comment);
      const found = { file, ...(example !== undefined && { example }) };
      declared.set(name, [...(declared.get(name) ?? []), found]);
    }
  }

/** The last tag of a comment. */
function exampleOf(comment: string): string | undefined {
  const [, text] = /@example\b([\s\S]*)$/.exec(comment) ?? [];
  return text?.replaceAll(/^ *\* ?/gm, "").trim();
}

const paths = {
  "@chisel-ts/core": () => import("../packages/chisel-ts/src/index.ts"),
  rf8: () => import("../src/api/index.ts"),
  "rf8/format": () => import("../src/api/format.ts"),
  "rf8/checkpoint": () => import("../src/api/checkpoint.ts"),
  "rf8/cost": () => import("../src/api/cost.ts"),
  "rf8/accelerator": () => import("../src/api/accelerator.ts"),
  "rf8/network": () => import("../src/api/network.ts"),
  "rf8/train": () => import("../src/api/train.ts"),
  "rf8/gg": () => import("../src/api/gg.ts"),
  "rf8/estimate": () => import("../src/api/estimate.ts"),
  "rf8/core": () => import("../src/api/core.ts"),
  "rf8/verification": () => import("../src/api/verification.ts"),
} as const;

/** An example uses names of its own path, of `rf8`, and of the others. */
const everything: Record<string, unknown> = {};
for (const load of Object.values(paths)) Object.assign(everything, await load());
Object.assign(everything, await paths.rf8());

/** What an example finds in its own `folder`: `model`, a decoder whose tokens are a space and the letters to p. */
const examples = mkdtempSync(join(tmpdir(), "rf8-examples-"));
beforeAll(async () => {
  const tokenizer = characterTokenizer([..." abcdefghijklmnop"]);
  await writeModel(join(examples, "model"), { ...randomDecoder(), tokenizer });
});
afterAll(() => rmSync(examples, { recursive: true }));

const isCode = (value: unknown): boolean => typeof value === "function";

/** What the lines that print say after `//`. */
const promised = (example: string): string[] =>
  example.split("\n").flatMap((line) => /console\.log\(.*\/\/ (.*)$/.exec(line)?.[1] ?? []);

describe.each(Object.entries(paths))("%s", async (path, load) => {
  const own: Record<string, unknown> = { ...(await load()) };
  const names = Object.keys(own).filter((name) => isCode(own[name]));
  const scope: Record<string, unknown> = { ...everything, ...own };

  test.each(names)("%s", async (name) => {
    let example: string | undefined;
    const known = [name, declaredAs.get(name) ?? name].flatMap((as) =>
      (declared.get(as) ?? []).map((one) => ({ ...one, as })),
    );
    for (const one of known) {
      const from = relative(import.meta.dirname, join(root, one.file));
      const exported = (await import(/* @vite-ignore */ `./${from}`)) as Record<string, unknown>;
      if (exported[one.as] === own[name]) example ??= one.example;
    }
    expect(example, `${name} of ${path} has no @example`).toBeDefined();
    const printed: string[] = [];
    const log = (...values: unknown[]) => printed.push(values.map(String).join(" "));
    const folder = mkdtempSync(join(examples, "of-"));
    if (/\/model[`/]/.test(example ?? ""))
      cpSync(join(examples, "model"), join(folder, "model"), { recursive: true });
    const given: Record<string, unknown> = { ...scope, folder };
    const parameters = Object.keys(given).filter((one) => !example?.includes(`const ${one} =`));
    const { constructor: AsyncFunction } = async () => {};
    const run = AsyncFunction(...parameters, "console", `{${example}\n}`);
    await run(...parameters.map((one) => given[one]), { log });
    expect(printed).toEqual(promised(example ?? ""));
  });
});
