import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sim = join(root, "sim");
const page = readFileSync(join(root, "docs/simulation.md"), "utf8");
const row = /^\| `(\S+)` +\| +(\d+) \| .+ \|$/;

/** What a file says of itself in its first line, and its length. */
function read(file: string): { readonly idea: string; readonly lines: number } {
  const text = readFileSync(join(sim, file), "utf8");
  const idea = /^\/\/ (.+\.)\n\n/.exec(text)?.[1];
  if (idea === undefined)
    throw new Error(`sim/${file} begins with no line "// IDEA." and an empty one`);
  return { idea, lines: text.split("\n").length - 1 };
}

/** The length as listed if it is about right, so that a small change of a file asks for none of the page. */
const about = (lines: number, listed: number): number =>
  Math.abs(lines - listed) <= Math.max(10, lines / 10)
    ? listed
    : Math.max(5, 5 * Math.round(lines / 5));

/** The rows of a table, written again; those of files that are gone are left out. */
function written(table: readonly string[], files: ReadonlySet<string>): string[] {
  const rows = table.flatMap((line) => {
    const [, file = "", listed] = row.exec(line) ?? [];
    if (!files.has(file)) return [];
    const { idea, lines } = read(file);
    return [[`\`${file}\``, `${about(lines, Number(listed))}`, idea] as const];
  });
  const all = [["file", "lines", "idea"] as const, ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((cells) => cells[i]!.length)));
  const [head, ...body] = all.map(
    ([file, lines, idea]) =>
      `| ${file.padEnd(widths[0]!)} | ${lines.padStart(widths[1]!)} | ${idea.padEnd(widths[2]!)} |`,
  );
  const [a, b, c] = widths.map((width) => "-".repeat(width));
  return [head!, `| ${a} | ${b!.slice(1)}: | ${c} |`, ...body];
}

const files = readdirSync(sim, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(sim, join(parentPath, name)).replaceAll("\\", "/"));

test("docs/simulation.md lists every file of sim once, where it is to be read", () => {
  const listed = page.split("\n").flatMap((line) => row.exec(line)?.[1] ?? []);
  expect(files.filter((file) => !listed.includes(file))).toEqual([]);
  expect(listed.filter((file, index) => listed.indexOf(file) !== index)).toEqual([]);
});

test("the tables are what the files say of themselves; -u writes them again", async () => {
  const known = new Set(files);
  const table = /^\| file +\| lines \| idea +\|\n(?:\|.*\|\n)+/gm;
  const renewed = page.replace(
    table,
    (found) => `${written(found.split("\n"), known).join("\n")}\n`,
  );
  await expect(renewed).toMatchFileSnapshot("../../docs/simulation.md");
});
