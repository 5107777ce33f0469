import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** The `@example` of every public function and class is there, runs, and prints what it says. */
const root = fileURLToPath(new URL("..", import.meta.url));

interface Declared {
  readonly file: string;
  readonly example?: string;
}

/** Exported functions, classes and constants of the sources by name, each with the example before it. */
const declared = new Map<string, Declared[]>();
const declaration =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:async |abstract )?(?:function\*?|class|const) (\w+)/g;
for (const folder of ["packages/chisel-ts/src", "formal", "hdl", "sim", "src", "tools"])
  for (const path of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".ts") || path.endsWith(".browser.ts")) continue;
    const file = join(folder, path);
    for (const [, comment = "", name = ""] of readFileSync(join(root, file), "utf8").matchAll(
      declaration,
    )) {
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
  "rf8/verification": () => import("../src/api/verification.ts"),
} as const;

const isCode = (value: unknown): boolean => typeof value === "function";

/** What the lines that print say after `//`. */
const promised = (example: string): string[] =>
  example.split("\n").flatMap((line) => /console\.log\(.*\/\/ (.*)$/.exec(line)?.[1] ?? []);

describe.each(Object.entries(paths))("%s", async (path, load) => {
  const own: Record<string, unknown> = { ...(await load()) };
  const names = Object.keys(own).filter((name) => isCode(own[name]));
  const scope: Record<string, unknown> = { ...(await paths.rf8()), ...own };

  test.each(names)("%s", async (name) => {
    let example: string | undefined;
    for (const one of declared.get(name) ?? []) {
      const from = relative(import.meta.dirname, join(root, one.file));
      const exported = (await import(/* @vite-ignore */ `./${from}`)) as Record<string, unknown>;
      if (exported[name] === own[name]) example ??= one.example;
    }
    expect(example, `${name} of ${path} has no @example`).toBeDefined();
    const printed: string[] = [];
    const log = (...values: unknown[]) => printed.push(values.map(String).join(" "));
    const parameters = Object.keys(scope).filter((one) => !example?.includes(`const ${one} =`));
    const { constructor: AsyncFunction } = async () => {};
    const run = AsyncFunction(...parameters, "console", `{${example}\n}`);
    await run(...parameters.map((one) => scope[one]), { log });
    expect(printed).toEqual(promised(example ?? ""));
  });
});
