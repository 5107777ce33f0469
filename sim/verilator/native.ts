// Builds and opens a model with an installed Verilator, as a process.

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import {
  elementBytes,
  type Files,
  type Model,
  type ModelInterface,
  modelSources,
} from "verilator-wasm";
import { cached } from "../../tools/cache.ts";
import { runTool, type Tool, toolVersion } from "../../tools/tool.ts";
import { NativeProcess } from "../native/process.ts";

const toolOf = (program: string): Tool => ({
  program,
  versionArgument: "--version",
  minimum: [5, 6],
  packages: { apt: "verilator", brew: "verilator" },
});

const flags = ["--cc", "--exe", "--build", "-CFLAGS", "-O2 -march=native", "-MAKEFLAGS", "-s -j2"];

/**
 * A model built by an installed Verilator and C++ compiler, as a process.
 *
 * @param program `verilator`, or a path.
 * @throws EngineUnavailableError when the program is missing or too old.
 */
export function openNative(
  program: string,
  files: Files,
  model: ModelInterface,
): Model & { close(): void } {
  const built = buildNative(program, { files, model, main: mainProgram(model) });
  return new NativeModel(new NativeProcess(built, []), model);
}

/** What a program is built of. */
interface Program {
  readonly files: Files;
  readonly model: ModelInterface;
  /** C++ around the model's driver. */
  readonly main: string;
  /** That the model computes a cycle on; 1 where it is absent. */
  readonly threads?: number | undefined;
}

/** The path of the program for a design, built when this content has not been built before. */
export function buildNative(program: string, { files, model, main, threads = 1 }: Program): string {
  const tool = toolOf(program);
  const { verilog, top, prefix, driver, options } = modelSources(files, model);
  const sources = { ...verilog, "driver.cpp": driver, "main.cpp": main };
  const parallel = threads > 1 ? ["--threads", `${threads}`] : [];
  const args = [...flags, ...options, ...parallel, "--top-module", top, "--prefix", prefix];
  // -march=native makes the program depend on the processor.
  const parts = [
    toolVersion(tool),
    cpus()[0]?.model ?? "",
    ...args,
    ...Object.entries(sources).flatMap(([name, text]) => [name, String(text)]),
  ];
  const folder = cached("verilator", parts, (temporary) => {
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(temporary, name), text);
    runTool(tool.program, [...args, "--Mdir", "obj", ...Object.keys(sources)], temporary);
  });
  return join(folder, "obj", prefix);
}

/** Bytes of an element of every input and of every answer. */
export function sizesOf({ ports, probes = [] }: ModelInterface): {
  readonly input: readonly number[];
  readonly answer: readonly number[];
} {
  const bytes = (items: readonly { readonly width: number }[]): number[] =>
    items.map(({ width }) => elementBytes(width));
  return {
    input: bytes(ports.filter(({ direction }) => direction === "input")),
    answer: [...bytes(ports.filter(({ direction }) => direction === "output")), ...bytes(probes)],
  };
}

class NativeModel implements Model {
  readonly #process: NativeProcess;
  readonly #answers: readonly number[];

  constructor(process: NativeProcess, model: ModelInterface) {
    this.#process = process;
    this.#answers = sizesOf(model).answer;
  }

  step(inputs: readonly Uint8Array[], cycles: number, reset: boolean): Uint8Array[] {
    this.#send("s", inputs, cycles, reset);
    return this.#receive(1);
  }

  run(inputs: readonly Uint8Array[], cycles: number): Uint8Array[] {
    this.#send("b", inputs, cycles, false);
    return this.#receive(cycles);
  }

  close(): void {
    this.#process.close();
  }

  #send(command: string, inputs: readonly Uint8Array[], cycles: number, reset: boolean): void {
    const head = new Uint8Array(6);
    head[0] = command.charCodeAt(0);
    new DataView(head.buffer).setUint32(1, cycles, true);
    head[5] = reset ? 1 : 0;
    this.#process.write(Buffer.concat([head, ...inputs]));
  }

  #receive(elements: number): Uint8Array[] {
    return this.#answers.map((size) => this.#process.read(size * elements));
  }
}

/**
 * The main program around a model's driver. A request is a letter (`s`: step, `b`: run), the cycles in four bytes,
 * the reset in one, and the columns of the inputs; the answer is the columns of outputs and probes. Integers are
 * little-endian.
 */
function mainProgram(model: ModelInterface): string {
  const { input, answer } = sizesOf(model);
  const list = (sizes: readonly number[]): string => sizes.map((size) => `${size}, `).join("");
  return `#include <cstdint>
#include <cstdlib>
#include <unistd.h>
#include <vector>

extern "C" void open_model();
extern "C" void step(char* const* in, char* const* out, uint32_t cycles, uint32_t reset);
extern "C" void run(char* const* in, char* const* out, uint32_t cycles);

static bool get(char* p, size_t n) {
  while (n > 0) {
    ssize_t got = read(0, p, n);
    if (got <= 0) return false;
    p += got;
    n -= static_cast<size_t>(got);
  }
  return true;
}

static void put(const char* p, size_t n) {
  while (n > 0) {
    ssize_t sent = write(1, p, n);
    if (sent <= 0) _exit(1);
    p += sent;
    n -= static_cast<size_t>(sent);
  }
}

int main() {
  static const size_t in_bytes[] = {${list(input)}0}, out_bytes[] = {${list(answer)}0};
  const size_t inputs = ${input.length}, outputs = ${answer.length};
  std::vector<std::vector<char>> in(inputs), out(outputs);
  std::vector<char*> in_columns(inputs + 1), out_columns(outputs + 1);
  open_model();
  for (char command; get(&command, 1);) {
    uint32_t cycles;
    uint8_t reset;
    if (!get(reinterpret_cast<char*>(&cycles), 4) || !get(reinterpret_cast<char*>(&reset), 1)) return 0;
    const size_t elements = command == 'b' ? cycles : 1;
    for (size_t k = 0; k < inputs; k++) {
      in[k].resize(in_bytes[k] * elements + 1);
      if (!get(in[k].data(), in_bytes[k] * elements)) return 0;
      in_columns[k] = in[k].data();
    }
    for (size_t k = 0; k < outputs; k++) {
      out[k].assign(out_bytes[k] * elements + 1, 0);
      out_columns[k] = out[k].data();
    }
    if (command == 'b') run(in_columns.data(), out_columns.data(), cycles);
    else step(in_columns.data(), out_columns.data(), cycles, reset);
    for (size_t k = 0; k < outputs; k++) put(out[k].data(), out_bytes[k] * elements);
  }
  return 0;
}
`;
}
