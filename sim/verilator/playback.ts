// Plays inputs back to a model of an installed Verilator, in a C++ program that times itself.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { emitDesign, type ir } from "@chisel-ts/core";
import type { Files, ModelInterface } from "verilator-wasm";
import { type Columns, columnBytes } from "../column.ts";
import { buildNative, sizesOf } from "./native.ts";
import { interfaceOf } from "./verilator.ts";

/** Inputs of many cycles, from the reset on. */
export interface Played {
  readonly columns: Columns;
  readonly cycles: number;
}

/** What a program measured. */
export interface Playback {
  readonly cycles_per_s: number;
  /** Of all outputs of the first time, as `outputHash`. */
  readonly hash: number;
}

/**
 * Builds a program around the model of a module that sets the inputs and keeps the outputs of every cycle.
 *
 * @param program `verilator`, or a path.
 * @param threads that Verilator computes a cycle on.
 * @param folder where the inputs are written.
 * @returns what plays the inputs again and again for so many seconds.
 * @throws EngineUnavailableError when the program is missing or too old.
 */
export function openPlayback(
  program: string,
  module: ir.ModuleIr,
  { columns, cycles }: Played,
  { threads, folder }: { readonly threads: number; readonly folder: string },
): (seconds: number) => Playback {
  const { files } = emitDesign(module, { models: true });
  const texts: Files = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  const model = interfaceOf(module, []);
  const built = buildNative(program, { files: texts, model, main: mainProgram(model), threads });
  const inputs = module.portList.filter(({ direction }) => direction === "input");
  const bytes = inputs.map(({ name, type }) => columnBytes(columns[name] ?? [], type.width));
  const file = `${folder}/inputs`;
  writeFileSync(file, Buffer.concat(bytes));
  return (seconds) => {
    const { status, stdout, stderr } = spawnSync(built, [file, `${cycles}`, `${seconds}`], {
      encoding: "utf8",
    });
    const [hash, runs, took] = stdout.split(" ").map(Number);
    if (status !== 0 || hash === undefined || runs === undefined || took === undefined)
      throw new Error(`the program around ${module.name} ended with ${status}: ${stderr}`);
    return { hash, cycles_per_s: (runs * cycles) / took };
  };
}

/** FNV-1a of 32 bits over the columns of all outputs, in the order of the ports. */
export function outputHash(module: ir.ModuleIr, columns: Columns): number {
  let hash = 0x811c9dc5;
  for (const { name, type, direction } of module.portList) {
    if (direction === "input") continue;
    for (const byte of columnBytes(columns[name] ?? [], type.width))
      hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

function mainProgram(model: ModelInterface): string {
  const { input, answer } = sizesOf(model);
  const list = (sizes: readonly number[]): string => sizes.map((size) => `${size}, `).join("");
  return `#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

extern "C" void open_model();
extern "C" void step(char* const* in, char* const* out, uint32_t cycles, uint32_t reset);
extern "C" void run(char* const* in, char* const* out, uint32_t cycles);

int main(int, char** arguments) {
  static const size_t in_bytes[] = {${list(input)}0}, out_bytes[] = {${list(answer)}0};
  const size_t inputs = ${input.length}, outputs = ${answer.length};
  const uint32_t cycles = static_cast<uint32_t>(atoll(arguments[2]));
  const double seconds = atof(arguments[3]);
  FILE* const file = fopen(arguments[1], "rb");
  if (!file) return 1;
  std::vector<std::vector<char>> in(inputs), zeros(inputs), out(outputs);
  std::vector<char*> in_columns(inputs + 1), zero_columns(inputs + 1), out_columns(outputs + 1);
  for (size_t k = 0; k < inputs; k++) {
    in[k].resize(in_bytes[k] * cycles + 1);
    if (fread(in[k].data(), in_bytes[k], cycles, file) != cycles) return 1;
    in_columns[k] = in[k].data();
    zeros[k].assign(in_bytes[k] + 1, 0);
    zero_columns[k] = zeros[k].data();
  }
  for (size_t k = 0; k < outputs; k++) {
    out[k].assign(out_bytes[k] * cycles + 1, 0);
    out_columns[k] = out[k].data();
  }
  open_model();
  step(zero_columns.data(), out_columns.data(), 1, 1);
  run(in_columns.data(), out_columns.data(), cycles);
  uint32_t hash = 0x811c9dc5u;
  for (size_t k = 0; k < outputs; k++)
    for (size_t i = 0; i < out_bytes[k] * cycles; i++)
      hash = (hash ^ static_cast<uint8_t>(out[k][i])) * 0x01000193u;
  using clock = std::chrono::steady_clock;
  const auto started = clock::now();
  double took = 0;
  uint64_t runs = 0;
  for (; took < seconds; runs++) {
    run(in_columns.data(), out_columns.data(), cycles);
    took = std::chrono::duration<double>(clock::now() - started).count();
  }
  printf("%u %llu %.9f\\n", hash, static_cast<unsigned long long>(runs), took);
  return 0;
}
`;
}
