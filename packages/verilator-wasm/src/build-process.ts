// Builds one model in a Node process of its own, so that a caller may wait for it synchronously:
//
//     node build-process.js < request.json
//
// The request has `files` (Verilog by path), `model` (its interface), `cache` (a folder) and `output` (a file).
// Exit status 1 with one line on standard error when the design is refused; nothing is written then.
import { readFileSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { build } from "./build.ts";
import { VerilatorError } from "./errors.ts";
import { folderCache } from "./folder-cache.ts";
import type { ModelInterface } from "./interface.ts";

interface Request {
  readonly files: Readonly<Record<string, string>>;
  readonly model: ModelInterface;
  readonly cache: string;
  readonly output: string;
}

// clang runs once: optimising it costs as much as it saves, and this process runs nothing else.
setFlagsFromString("--liftoff-only");

const { files, model, cache, output } = JSON.parse(readFileSync(0, "utf8")) as Request;
try {
  writeFileSync(output, await build(files, model, { cache: folderCache(cache) }));
} catch (error) {
  if (!(error instanceof VerilatorError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
