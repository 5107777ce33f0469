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

/** The language needs more names than a wing does. */
const limits: Readonly<Record<string, number>> = { ".": 90 };

test.each(Object.keys(paths).filter((path) => path !== "./package.json"))(
  "%s exports few names",
  async (path) => {
    const file = path === "." ? "index" : path.slice(2);
    const names = Object.keys(await import(`../src/api/${file}.ts`));
    expect(names.length).toBeGreaterThan(3);
    expect(names.length).toBeLessThanOrEqual(limits[path] ?? 40);
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
