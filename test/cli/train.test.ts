import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { main, rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-train-"));
afterAll(() => rmSync(folder, { recursive: true }));

const small = ["--hidden", "16", "--layers", "1", "--context", "16", "--steps", "200"];

test("a run that is killed goes on where it was, and ends with the same weights", async () => {
  const args = ["train", "-o", "killed", ...small];
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const state = join(folder, "killed.training.safetensors");
  while (!existsSync(state) && child.exitCode === null) await setTimeout(20);
  child.kill("SIGKILL");
  await ended;
  expect(existsSync(join(folder, "killed"))).toBe(false);

  const resumed = rf8(folder, ...args, "--json");
  expect(resumed.status).toBe(0);
  const whole = rf8(folder, "train", "-o", "whole", ...small, "--json");
  const [a, b] = [JSON.parse(resumed.stdout), JSON.parse(whole.stdout)];
  expect(a.resumed_from).toBeGreaterThan(0);
  expect(b.resumed_from).toBe(0);
  expect(a.history).toEqual(b.history);
  expect(a.floor_nats).toBeCloseTo(0.3507, 4);
  const weights = (name: string): Buffer => readFileSync(join(folder, name, "model.safetensors"));
  expect(weights("killed").equals(weights("whole"))).toBe(true);
});

test("train, quantize, evaluate: what people see", () => {
  const trained = rf8(folder, "train", "-o", "model", ...small);
  expect(trained.stdout).toContain("The text's entropy rate, the floor of the loss: 0.3507.");
  expect(rf8(folder, "quantize", "model", "-o", "model-rf8").status).toBe(0);
  const text = join(folder, "held.txt");
  writeFileSync(text, "the cat sees the river. some old kings sleep. ");
  const evaluated = rf8(folder, "evaluate", "model", "--text", text, "--format", "rf8", "--json");
  const { rows } = JSON.parse(evaluated.stdout);
  expect(Object.keys(rows[0])).toEqual([
    "format",
    "rounding",
    "granularity",
    "activations",
    "nll",
    "kl",
    "tokens",
  ]);
  expect(rows).toHaveLength(13);
  expect(rows[0]).toMatchObject({ format: "f32", activations: "float", kl: 0 });
  const table = rf8(folder, "evaluate", "model-rf8", "--sequences", "1", "--activations", "int8");
  expect(table.stdout).toContain("Loss and KL(float ‖ row): nats a token.");
});

test("a model goes on with a text of its own tokens, or with what it draws", () => {
  expect(rf8(folder, "train", "-o", "first", ...small).status).toBe(0);
  const text = join(folder, "more.txt");
  writeFileSync(text, "the cat sees the river. ".repeat(200));
  const how = ["--from", "first", "--context", "16", "--steps", "20"];
  const more = rf8(folder, "train", ...how, "-o", "more", "--text", text, "--json");
  const { history, resumed_from, tokens_per_s } = JSON.parse(more.stdout);
  expect(resumed_from).toBe(0);
  expect(tokens_per_s).toBeGreaterThan(0);
  expect(history[0]).toMatchObject({ step: 0, loss: null });
  expect(history.at(-1).validation_loss).toBeLessThan(history[0].validation_loss);
  const flags = ["--text", "self", "--sequences", "40", "--distill", "--rf8"];
  const distilled = rf8(folder, "train", ...how, "-o", "distilled", ...flags);
  expect(distilled.stdout).toContain("Losses: KL divergence from the network as it was");
  expect(distilled.stdout).toContain("tokens a second");

  writeFileSync(join(folder, "config.json"), readFileSync(join(folder, "first", "config.json")));
  const config = ["--config", "config.json", "--context", "16", "--steps", "2", "--init", "gg"];
  expect(rf8(folder, "train", "-o", "configured", ...config).status).toBe(0);
  expect(rf8(folder, "run", "configured", "--tokens", "3").status).toBe(0);

  for (const [args, message] of [
    [["--from", "first"], "--from needs --text"],
    [["--from", "first", "--text", text, "--hidden", "32"], "--hidden: has no use with --from"],
    [["--from", "first", "--text", text, "--sequences", "3"], "--sequences: is for --text self"],
    [["--from", "first", "--text", text, "--context", "99"], "reads at most 16 tokens"],
    [["--from", "first", "--text", "self", "--context", "99"], "--context 99: the model reads at"],
    [["--from", "nowhere", "--text", text], "nowhere: no such file"],
    [["--text", "self"], "--text self: a new network has nothing to say"],
    [["--config", "config.json", "--layers", "2"], "--layers: has no use with --config"],
    [["--distill"], "--distill: a new network has none to learn from"],
    [["--batch", "2"], "--batch: is for --from and --config"],
    [["--rf8", "--fine-tuning", "1.5", ...small], "fine-tuning is 1.5 of the steps"],
    [
      ["--fine-tuning", "0.5"],
      "--fine-tuning has no use without --backslash, --deepshape or --rf8",
    ],
    [["--shape", "1"], "--shape has no use without --init gg"],
    [["--epsilon", "1"], "--epsilon has no use without --backslash or --lambda"],
  ] as const) {
    const { status, stderr } = rf8(folder, "train", "-o", "y", ...args);
    expect(stderr).toContain(message);
    expect([status, stderr.trim().split("\n").length]).toEqual([2, 1]);
  }
});

describe("bad usage ends with status 2 and one line", () => {
  test.each([
    [["train"], "required option '-o, --output <dir>' not specified"],
    [["train", "-o", "x", "--hidden", "20"], "hidden is 20; a multiple of 16"],
    [["train", "-o", "x", "--text", "nowhere.txt"], "nowhere.txt: no such file"],
    [["train", "-o", "x", "--text", "short.txt"], "the text has 5 characters"],
    [["train", "-o", "x", "--text", "binary.txt"], "binary.txt: is not UTF-8 text"],
    [["train", "-o", "x", "--steps", "0"], "--steps must be a whole number"],
    [["train", "-o", "x", "--backslash", "-1"], "--backslash must be a number above 0"],
    [["train", "-o", "x", "--backslash", "0.1", "--lambda", "2"], "cannot be used with option"],
    [["train", "-o", "short.txt"], "short.txt"],
    [["train", "-o", "nowhere/x", "--steps", "1"], "nowhere"],
    [["evaluate", "short.txt"], "short.txt: is no model"],
    [["evaluate", "nowhere"], "nowhere: no such file"],
    [["evaluate", "nowhere", "--format", "fp4"], "Allowed choices are"],
  ])("rf8 %j", (args, message) => {
    writeFileSync(join(folder, "short.txt"), "short");
    writeFileSync(join(folder, "binary.txt"), Uint8Array.of(255, 254, 0));
    const { status, stdout, stderr } = rf8(folder, ...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([status, stdout]).toEqual([2, ""]);
  });
});
