import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CoreMachine } from "../../src/accelerator/core/index.ts";
import { writeModel } from "../../src/network/index.ts";
import { randomDecoder, smallConfig } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-compile-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await writeModel(join(folder, "model"), randomDecoder());
  await writeModel(join(folder, "olmo"), randomDecoder({ ...smallConfig, model_type: "olmo2" }));
});

test("a model becomes an image that runs, the same bytes from float and from RF8 weights", () => {
  const done = rf8(folder, "compile", "model", "-o", "one", "--lanes", "8", "--json");
  expect([done.status, done.stderr]).toEqual([0, ""]);
  expect(readdirSync(join(folder, "one")).sort()).toEqual([
    "image.bin",
    "layout.txt",
    "program.txt",
  ]);
  const image = readFileSync(join(folder, "one", "image.bin"));
  const said = JSON.parse(done.stdout);
  expect(said.image_bytes).toBe(image.length);
  expect(said.context).toBe(24);
  const machine = new CoreMachine(image);
  expect(machine.program).toHaveLength(said.descriptors);
  expect(machine.next(3).token).toBeLessThan(17);

  expect(rf8(folder, "quantize", "model", "-o", "rf8").status).toBe(0);
  const again = rf8(folder, "compile", "rf8", "-o", "two", "--lanes", "8");
  expect([again.status, again.stderr]).toEqual([0, ""]);
  expect(again.stdout).toMatch(/^two: \d+ descriptors, image of [\d,]+ bytes/);
  expect(readFileSync(join(folder, "two", "image.bin"))).toEqual(image);
});

test.each([
  [["olmo", "-o", "bad"], "olmo2: the core needs a norm before attention"],
  [["model", "-o", "bad", "--context", "25"], "a context of 25; 1 to max_position_embeddings, 24"],
  [["model", "-o", "bad", "--lanes", "0"], "--lanes must be a whole number from 1 to 1024"],
  [["model", "-o", "bad", "--cache", "int8"], "Allowed choices are rf8, rf8x2"],
  [["model", "-o", "one"], "exists and is not an empty folder"],
  [["nowhere", "-o", "bad"], "nowhere: no such file"],
])("%j is refused with one line, and nothing is written", (args, words) => {
  const { status, stdout, stderr } = rf8(folder, "compile", ...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(words);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(existsSync(join(folder, "bad"))).toBe(false);
});
