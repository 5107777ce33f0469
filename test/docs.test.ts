import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = join(root, "node_modules", ".cache", "docs");

interface Snippet {
  readonly line: number;
  readonly code: string;
  readonly output: string;
}

/** The `ts` blocks of a page, each with the `text` block that follows it: what it must print. */
function snippets(page: string): Snippet[] {
  const block = /^```ts\n([\s\S]*?)^```\n\n^```text\n([\s\S]*?)^```/gm;
  return [...page.matchAll(block)].map((match) => ({
    line: page.slice(0, match.index).split("\n").length,
    code: match[1] ?? "",
    output: match[2] ?? "",
  }));
}

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "packages/chisel-ts/README.md",
  "packages/verilator-wasm/README.md",
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

test("README.md is read in one go", () => {
  expect(readFileSync(join(root, "README.md"), "utf8").split("\n").length - 1).toBeLessThanOrEqual(
    130,
  );
});

describe.each(pages)("%s", (name) => {
  const page = readFileSync(join(root, name), "utf8");
  const found = snippets(page);

  test("every ts block is followed by what it prints", () => {
    expect(found.length).toBe([...page.matchAll(/^```ts$/gm)].length);
  });

  test.each(found)(
    "the snippet at line $line prints what the page says",
    async ({ line, code, output }) => {
      mkdirSync(scratch, { recursive: true });
      const file = join(scratch, `${relative(root, name).replaceAll(/\W/g, "-")}-${line}.ts`);
      writeFileSync(file, code);
      const lines: string[] = [];
      const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
        lines.push(
          values
            .map((value) => (typeof value === "bigint" ? `${value}n` : String(value)))
            .join(" "),
        );
      });
      try {
        await import(/* @vite-ignore */ file);
      } finally {
        log.mockRestore();
      }
      const shown = lines
        .join("\n")
        .replaceAll(/node_modules\/\.cache\/docs\/[\w-]+\.ts/g, "example.ts");
      expect(`${shown}\n`).toBe(output);
    },
  );
});
