import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clangVersion } from "../src/index.ts";
import { sum, sumInterface } from "./designs.ts";

const home = fileURLToPath(new URL("..", import.meta.url));
const names = ["verilator.wasm", "runtime.o", "headers.json"] as const;

test("the artefact is what SHA256SUMS says", () => {
  const lines = names.map((name) => {
    const hash = createHash("sha256").update(readFileSync(join(home, "artefact", name)));
    return `${hash.digest("hex")}  ${name}\n`;
  });
  expect(readFileSync(join(home, "artefact", "SHA256SUMS"), "utf8")).toBe(lines.join(""));
});

test("clang is pinned to the version of the runtime objects", () => {
  const { peerDependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  expect(peerDependencies["@yowasp/clang"]).toBe(clangVersion);
});

describe("a build in a process of its own", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "verilator-wasm-"));
    for (const part of ["package.json", "dist", "artefact"])
      cpSync(join(home, part), join(folder, part), { recursive: true });
    const needed = "node_modules/@bjorn3/browser_wasi_shim";
    cpSync(join(home, "../..", needed), join(folder, needed), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = () => {
    const request = { files: { "sum.v": sum }, model: sumInterface, cache: folder, output: "out" };
    return spawnSync(process.execPath, [join(folder, "dist/build-process.js")], {
      cwd: folder,
      input: JSON.stringify(request),
      encoding: "utf8",
    });
  };

  test("without clang it says in one line what to install", () => {
    const { status, stderr } = run();
    expect(stderr).toBe(
      `a model needs clang as WebAssembly: npm install @yowasp/clang@${clangVersion} (27 MB)\n`,
    );
    expect(status).toBe(1);
  });

  test("a damaged, truncated or missing artefact is one line", () => {
    const place = join(folder, "artefact", "verilator.wasm");
    const bytes = readFileSync(place);
    bytes[1000]! ^= 1;
    writeFileSync(place, bytes);
    expect(run()).toMatchObject({
      status: 1,
      stderr:
        "verilator-wasm: verilator.wasm is damaged (its SHA-256 is not the one in SHA256SUMS); install it again\n",
    });
    truncateSync(place, 5000);
    expect(run().stderr).toMatch(/^verilator-wasm: verilator\.wasm is damaged[^\n]*\n$/);
    rmSync(place);
    expect(run()).toMatchObject({
      status: 1,
      stderr: "verilator-wasm: verilator.wasm cannot be read; install it again\n",
    });
  });
});
