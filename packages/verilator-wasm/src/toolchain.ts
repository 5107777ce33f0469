import { clangVersion } from "./clang.ts";

/** Verilator has optimised already: -O1 gives code as fast as -O2 in half the time. */
export const compilerFlags = [
  ...["-O1", "-std=gnu++17", "-fno-exceptions", "-w", "-DVL_IGNORE_UNKNOWN_ARCH"],
  ...["-D_WASI_EMULATED_PROCESS_CLOCKS", "-D_WASI_EMULATED_SIGNAL"],
  ...["-D_WASI_EMULATED_GETPID", "-D_WASI_EMULATED_MMAN"],
  ...["-Iinclude", "-I.", "-Xclang", "-fno-pch-timestamp"],
];

export const linkerFlags = [
  ...["-mexec-model=reactor", "-Wl,--strip-all", "-Wl,--gc-sections", "-z", "stack-size=1048576"],
  ...["-lwasi-emulated-process-clocks", "-lwasi-emulated-signal"],
  ...["-lwasi-emulated-getpid", "-lwasi-emulated-mman"],
];

/** Everything besides its sources that a model depends on: part of a cache's key. */
export const toolchain = [
  "Verilator 5.006-3",
  `clang ${clangVersion}`,
  ...compilerFlags,
  ...linkerFlags,
].join(" ");
