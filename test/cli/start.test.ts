import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { saveFloats } from "../../src/checkpoint/index.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

const program = fileURLToPath(new URL("../../dist/src/cli/start.js", import.meta.url));
const start = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });

test("the whole story, twice in the same folder", { timeout: 300_000 }, () => {
  const [first, second] = [start(), start()];
  for (const { status, stdout, stderr } of [first, second]) {
    expect([status, stderr]).toEqual([0, ""]);
    for (const step of [
      "1  Train",
      "2  Generate",
      "3  Quantize",
      "4  Verify",
      "5  Simulate",
      "6  Estimate",
      "7  Report",
    ])
      expect(stdout).toMatch(new RegExp(`^${step} `, "m"));
    expect(stdout).toContain("0 mismatches with the model");
    expect(stdout).toContain("every sum and counter equal to the models'");
  }
  const text = (out: string): string | undefined => /^ +(".*")$/m.exec(out)?.[1];
  expect(text(second.stdout)).toBe(text(first.stdout));
  const page = readFileSync(join(folder, "rf8-output", "report.html"), "utf8");
  expect(page.includes("read from rf8-output/training.json")).toBe(true);
  expect(existsSync(join(folder, "rf8-output", "accelerator", "accelerator_tb.v"))).toBe(true);
});

test("weights alone are quantized and verified, and what follows is skipped with its reason", async () => {
  const data = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  await saveFloats(join(folder, "w.safetensors"), [{ name: "w", shape: [4, 16], data }]);
  const { status, stdout } = start("w.safetensors");
  expect(status).toBe(0);
  expect(stdout).toContain("1  Train     skipped: w.safetensors is given");
  expect(stdout).toContain("5  Simulate  skipped: w.safetensors is weights alone");
});

test("a file that is not there, or two of them, is one line and status 2", () => {
  for (const args of [["nowhere"], ["a", "b"]]) {
    const { status, stderr, stdout } = start(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("npm start takes one checkpoint at most");
  }
});
