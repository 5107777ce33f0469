import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "rf8-reference-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const { exports: paths } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Its names are at the root besides those of the root's own. */
const language = new Set(Object.keys(await import("@chisel-ts/core")));

test.each(Object.keys(paths).filter((path) => path !== "./package.json"))(
  "%s exports few names",
  async (path) => {
    const file = path === "." ? "index" : path.slice(2);
    const names = Object.keys(await import(`../src/api/${file}.ts`));
    const own = path === "." ? names.filter((name) => !language.has(name)) : names;
    expect(own.length).toBeGreaterThan(3);
    expect(own.length).toBeLessThanOrEqual(40);
    expect(names.length - own.length).toBeLessThanOrEqual(55);
  },
);

test("the API reference is made without a warning", { timeout: 180_000 }, () => {
  const { status, stdout, stderr } = spawnSync(
    "npm",
    [
      "run",
      "build",
      "--workspace",
      "@rf8/reference",
      "--silent",
      "--",
      "--out",
      join(scratch, "api"),
    ],
    { cwd: root, encoding: "utf8" },
  );
  expect(`${stdout}${stderr}`).not.toMatch(/\[(warning|error)\]/);
  expect(status).toBe(0);
  expect(existsSync(join(scratch, "api", "index.html"))).toBe(true);
});
