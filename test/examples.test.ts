import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";

const folder = fileURLToPath(new URL("../examples/", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));

describe.each(names)("examples/%s", (name) => {
  test("is at most 60 lines", () => {
    expect(readFileSync(join(folder, name), "utf8").split("\n").length).toBeLessThanOrEqual(61);
  });

  test("prints what is kept of it", async () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...items) => {
      lines.push(items.join(" "));
    });
    try {
      await import(join(folder, name));
    } finally {
      log.mockRestore();
    }
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
      `golden/examples/${name.replace(/\.ts$/, ".txt")}`,
    );
  });
});

test("every sub-path of the package has its names", () => {
  const { exports } = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8"));
  const paths = Object.keys(exports).filter((path) => !path.endsWith(".json"));
  const script = paths
    .map((path) => `console.log(Object.keys(await import("rf8${path.slice(1)}")).length);`)
    .join("\n");
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: join(folder, ".."),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const counts = stdout.trim().split("\n").map(Number);
  expect(counts).toHaveLength(paths.length);
  for (const [index, count] of counts.slice(1).entries())
    expect({ path: paths[index + 1], few: count > 4 && count <= 60 }).toEqual({
      path: paths[index + 1],
      few: true,
    });
});
