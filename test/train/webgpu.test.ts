import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TrainingRow } from "../../src/train/state.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { main } from "../cli/run.ts";
import { needsSoftwareVulkan, softwareVulkan } from "../support/native.ts";

const folder = mkdtempSync(join(scratchFolder(), "webgpu-"));
writeFileSync(join(folder, "text.txt"), "a bad cab, a dab, a bead. ".repeat(12));
const config = {
  model_type: "llama",
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  vocab_size: 10,
  tie_word_embeddings: true,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  hidden_act: "silu",
};
writeFileSync(join(folder, "config.json"), JSON.stringify(config));

/** A driver in software, found before the process begins: the loader reads these variables once. */
function rf8(args: readonly string[], changes: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...softwareVulkan, ...changes };
  const options = { cwd: folder, encoding: "utf8", env } as const;
  return spawnSync(process.execPath, [main, ...args], options);
}

const train = ["train", "--text", "text.txt", "--steps", "3", "--json"];
const sizes = ["--context", "4", "--batch", "2"];

/** Losses differ by the order that float32 sums are taken in: by less than this share. */
const TOLERANCE = 1e-5;

test.each([
  ["an MLP", ["--model", "mlp", "--hidden", "8", "--layers", "1", "--context", "2"]],
  ["a Llama with tied embeddings", ["--config", "config.json", ...sizes]],
])("%s has the losses on webgpu that it has on wasm", (name, args) => {
  needsSoftwareVulkan();
  const on = (device: string) => {
    const given = [...train, ...args, "--device", device, "-o", `${name} ${device}`];
    const { status, stdout, stderr } = rf8(given);
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as { device: string; history: TrainingRow[] };
  };
  const [wasm, webgpu] = [on("wasm"), on("webgpu")];
  expect(wasm.device).toBe("wasm");
  expect(webgpu.device).toContain("SwiftShader");
  expect(webgpu.history).toHaveLength(wasm.history.length);
  const losses = ({ loss, validation_loss, validation_loss_rf8 }: TrainingRow) => [
    ...[loss, validation_loss, validation_loss_rf8].map(Number),
  ];
  for (const [i, row] of wasm.history.entries())
    losses(row).forEach((loss, which) => {
      expect(losses(webgpu.history[i]!)[which]! / loss).toBeCloseTo(1, -Math.log10(2 * TOLERANCE));
    });
  // The last differs from the first by far more than the tolerance.
  const [first, last] = [wasm.history[0]!, wasm.history.at(-1)!];
  expect(Math.abs(last.validation_loss / first.validation_loss - 1)).toBeGreaterThan(
    100 * TOLERANCE,
  );
});

test("the package comes to those who ask for it", () => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { dependencies, peerDependenciesMeta } = JSON.parse(text);
  expect(dependencies).not.toHaveProperty("webgpu");
  expect(peerDependenciesMeta.webgpu).toEqual({ optional: true });
});

test("what is missing is one line", () => {
  const args = [...train, ...sizes.slice(0, 2), "--device", "webgpu", "-o", "refused"];
  const hooks = `export function resolve(name, context, next) {
    if (name === "webgpu") throw Object.assign(new Error(name), { code: "ERR_MODULE_NOT_FOUND" });
    return next(name, context);
  }`;
  const register = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
  const NODE_OPTIONS = `--import "data:text/javascript,${encodeURIComponent(register)}"`;
  const absent = rf8(args, { NODE_OPTIONS });
  expect([absent.status, absent.stdout, absent.stderr]).toEqual([
    ...[2, "", "error: webgpu: needs a package that is not installed: npm install webgpu\n"],
  ]);
  const none = { VK_ICD_FILENAMES: "none.json", VK_DRIVER_FILES: "none.json" };
  const bare = rf8(args, { ...none, LD_LIBRARY_PATH: "" });
  expect([bare.status, bare.stdout]).toEqual([2, ""]);
  expect(bare.stderr).toContain("error: webgpu: no graphics processor is found; ");
});
