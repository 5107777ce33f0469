// Builds and opens a model with verilator-wasm, in this process.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  type Files,
  type Model,
  type ModelInterface,
  modelSources,
  openModel,
  toolchain,
} from "verilator-wasm";
import { cached, cacheFolder } from "../../tools/cache.ts";
import { EngineUnavailableError } from "../../tools/unavailable.ts";

/**
 * A model built by verilator-wasm, in this process. The build runs in a Node process of its own, so that a caller
 * need not wait asynchronously.
 *
 * @throws EngineUnavailableError when @yowasp/clang is not installed, or Verilator or clang refuses the design.
 */
export function openCompiled(files: Files, model: ModelInterface): Model {
  const { verilog, driver } = modelSources(files, model);
  const texts = Object.entries({ ...verilog, driver }).flatMap(([name, text]) => [
    name,
    String(text),
  ]);
  const folder = cached("verilator-wasm", [toolchain, ...texts], (temporary) => {
    build(files, model, join(temporary, "model.wasm"));
  });
  return openModel(readFileSync(join(folder, "model.wasm")), model);
}

function build(files: Files, model: ModelInterface, output: string): void {
  const home = dirname(createRequire(import.meta.url).resolve("verilator-wasm/package.json"));
  const request = { files, model, cache: cacheFolder("verilator-wasm"), output };
  const { status, stderr } = spawnSync(process.execPath, [join(home, "dist", "build-process.js")], {
    input: JSON.stringify(request),
    encoding: "utf8",
  });
  if (status === 0) return;
  const words = stderr.trim();
  // Status 1 is a refusal in one line; anything else is a defect, and its stack is worth having.
  throw status === 1 && !words.includes("\n")
    ? new EngineUnavailableError(words)
    : new Error(`the build of ${model.top} failed: ${words}`);
}
