import { artefact } from "./artefact.ts";
import { type Cache, memoryCache } from "./cache.ts";
import { type Clang, clangVersion, loadClang, type Tree } from "./clang.ts";
import { VerilatorError } from "./errors.ts";
import { type Files, textOf } from "./files.ts";
import type { ModelInterface } from "./interface.ts";
import { modelSources } from "./model-sources.ts";
import { compilerFlags, linkerFlags } from "./toolchain.ts";
import { verilate } from "./verilate.ts";

const commonHeader =
  '#include "verilated.h"\n#include <cstdint>\n#include <cstdlib>\n#include <cstring>\n';
const programCache = memoryCache();

/**
 * Builds a model of a design: Verilog to C++ by Verilator, C++ to WebAssembly by clang, linked with Verilator's
 * runtime. `openModel` runs the bytes.
 *
 * @param files the design's Verilog by relative path.
 * @param model the ports to drive and to read.
 * @param options.cache where the precompiled header is kept, in memory if not given: making it takes about as long
 *   as a small model.
 * @throws VerilatorError when Verilator or clang refuses the design, @yowasp/clang is missing, or memory runs out.
 * @example
 * const bytes = await build({ "inverter.v": text }, {
 *   top: "inverter",
 *   ports: [
 *     { name: "x", direction: "input", width: 8 },
 *     { name: "y", direction: "output", width: 8 },
 *   ],
 * });
 */
export async function build(
  files: Files,
  model: ModelInterface,
  options: { readonly cache?: Cache } = {},
): Promise<Uint8Array> {
  const { cache = programCache } = options;
  const { verilog, driver, ...how } = modelSources(files, model);
  const { files: cpp } = await verilate(verilog, how);
  const clang = await loadClang();
  const given = JSON.parse(textOf(await artefact("headers.json"))) as Tree;
  const headers: Tree = { ...given, "common.h": commonHeader };
  const precompiled = await precompiledHeader(clang, headers, cache);
  const sources: Tree = { ...cpp, "driver.cpp": driver };
  const units = Object.keys(sources).filter((name) => name.endsWith(".cpp"));
  const object = await clang(
    ["clang++", ...compilerFlags, "-include-pch", "common.pch", "-c", "all.cpp", "-o", "model.o"],
    {
      ...sources,
      include: headers,
      "common.pch": precompiled,
      "all.cpp": units.map((name) => `#include "${name}"\n`).join(""),
    },
  );
  const linked = await clang(
    ["clang++", ...linkerFlags, "model.o", "runtime.o", "-o", "model.wasm"],
    {
      "model.o": bytesOf(object, "model.o"),
      "runtime.o": await artefact("runtime.o"),
    },
  );
  return bytesOf(linked, "model.wasm");
}

/** Verilator's headers, parsed once: they are most of the work of a small model. */
async function precompiledHeader(clang: Clang, include: Tree, cache: Cache): Promise<Uint8Array> {
  const key = `common-${clangVersion}-5.006.pch`;
  const kept = await cache.get(key);
  if (kept) return kept;
  const made = await clang(
    ["clang++", ...compilerFlags, "-x", "c++-header", "include/common.h", "-o", "common.pch"],
    { include },
  );
  const bytes = bytesOf(made, "common.pch");
  await cache.set(key, bytes);
  return bytes;
}

function bytesOf(tree: Tree, name: string): Uint8Array {
  const bytes = tree[name];
  if (!(bytes instanceof Uint8Array)) throw new VerilatorError(`clang left no ${name}`);
  return bytes;
}
