// node runtime.mjs @yowasp/clang'S_ENTRY INCLUDE FOLDER
// Writes FOLDER/runtime.o, the part of Verilator that every model links, compiled by the compiler that compiles the
// models, so that both fit; and FOLDER/headers.json, the headers by name.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [clang, include, folder] = process.argv.slice(2);
const { runClang } = await import(pathToFileURL(clang).href);
const files = Object.fromEntries(
  readdirSync(include)
    .sort()
    .map((name) => [name, readFileSync(join(include, name), "utf8")]),
);
const headers = Object.fromEntries(Object.entries(files).filter(([name]) => name.endsWith(".h")));
const made = await runClang(
  [
    ...["clang++", "-O2", "-std=gnu++17", "-fno-exceptions", "-w", "-DVL_IGNORE_UNKNOWN_ARCH"],
    ...["-D_WASI_EMULATED_PROCESS_CLOCKS", "-D_WASI_EMULATED_SIGNAL"],
    ...["-D_WASI_EMULATED_GETPID", "-D_WASI_EMULATED_MMAN"],
    ...["-Iinclude", "-c", "runtime.cpp", "-o", "runtime.o"],
  ],
  {
    include: files,
    "runtime.cpp": '#include "verilated.cpp"\n#include "verilated_threads.cpp"\n',
  },
  { fetchProgress: () => {}, decodeASCII: false },
);
writeFileSync(join(folder, "runtime.o"), made["runtime.o"]);
writeFileSync(join(folder, "headers.json"), `${JSON.stringify(headers, undefined, 1)}\n`);
