import type { HardwareType, ir } from "@chisel-ts/core";
import { elementBytes } from "../column.ts";
import type { WatchedSignal } from "../native/watch.ts";

/** The wrapper's own port names: those of a design may mean something to Verilator. */
export const inputName = (index: number): string => `i${index}`;
export const outputName = (index: number): string => `o${index}`;
export const watchedName = (index: number): string => `w${index}`;

/**
 * The C++ main program around a verilated module. It reads requests from standard input and answers on
 * standard output; integers are little-endian, a port takes `elementBytes` of its width and, up to 64 bits,
 * comes sign-extended where it is signed.
 *
 *     'e' inputs                      → outputs, watched signals
 *     's' u32 cycles, u8 reset, inputs → one byte
 *     'b' u32 cycles, inputs each cycle → outputs and watched signals each cycle
 */
export function harness(module: ir.ModuleIr, watched: readonly WatchedSignal[]): string {
  const inputs = module.portList.filter((port) => port.direction === "input");
  const outputs = module.portList.filter((port) => port.direction === "output");
  const answered = [
    ...outputs.map(({ type }, index) => ({ type, name: outputName(index) })),
    ...watched.map(({ type }, index) => ({ type, name: watchedName(index) })),
  ];
  const size = (ports: readonly { readonly type: HardwareType }[]): number =>
    ports.reduce((sum, { type }) => sum + elementBytes(type.width), 0);
  return `#include "Vdut.h"
#include "verilated.h"
#include <cstdint>
#include <cstring>
#include <unistd.h>
#include <vector>

static Vdut* top;

static bool get(void* to, size_t n) {
  for (char* p = static_cast<char*>(to); n > 0;) {
    ssize_t got = read(0, p, n);
    if (got <= 0) return false;
    p += got;
    n -= static_cast<size_t>(got);
  }
  return true;
}

static void put(const void* from, size_t n) {
  for (const char* p = static_cast<const char*>(from); n > 0;) {
    ssize_t sent = write(1, p, n);
    if (sent <= 0) _exit(1);
    p += sent;
    n -= static_cast<size_t>(sent);
  }
}

static inline void set_inputs(const char* p) {
${copiesIn(inputs)}
}

static inline void get_answers(char* p) {
${copiesOut(answered)}
}

static inline void rise() {
${module.clocked ? "  top->clock = 1;\n  top->eval();\n  top->clock = 0;" : ""}
}

int main() {
  VerilatedContext context;
  Vdut dut(&context);
  top = &dut;
  std::vector<char> in(${size(inputs) + 1}), out(${size(answered) + 1});
  for (char command; get(&command, 1);) {
    uint32_t cycles = 0;
    uint8_t reset = 0;
    if (command != 'e' && !get(&cycles, 4)) break;
    if (command == 's' && !get(&reset, 1)) break;
    if (command == 'b') {
      in.resize(${size(inputs)}ull * cycles + 1);
      out.assign(${size(answered)}ull * cycles + 1, 0);
      if (!get(in.data(), ${size(inputs)}ull * cycles)) break;
      for (uint32_t i = 0; i < cycles; i++) {
        set_inputs(in.data() + ${size(inputs)}ull * i);
        top->eval();
        get_answers(out.data() + ${size(answered)}ull * i);
        rise();
      }
      put(out.data(), ${size(answered)}ull * cycles);
      continue;
    }
    if (!get(in.data(), ${size(inputs)})) break;
    set_inputs(in.data());
${module.clocked ? "    top->reset = reset;\n" : ""}    top->eval();
    if (command == 's') {
      for (uint32_t i = 0; i < cycles; i++) {
        rise();
        top->eval();
      }
${module.clocked ? "      top->reset = 0;\n" : ""}      put(&reset, 1);
    } else {
      std::fill(out.begin(), out.end(), 0);
      get_answers(out.data());
      put(out.data(), ${size(answered)});
    }
  }
  return 0;
}
`;
}

/** Copies a record to the input ports; values are cut to their width, which Verilator demands. */
function copiesIn(ports: readonly { readonly type: HardwareType }[]): string {
  let offset = 0;
  return ports
    .map(({ type: { width } }, index) => {
      const from = `p + ${offset}`;
      offset += elementBytes(width);
      const port = `top->${inputName(index)}`;
      const exact = width > 64 || [8, 16, 32, 64].includes(width);
      const mask = exact ? "" : ` ${port} &= ${(1n << BigInt(width)) - 1n}ull;`;
      return `  memcpy(&${port}, ${from}, sizeof(${port}));${mask}`;
    })
    .join("\n");
}

/** Copies ports to a record. */
function copiesOut(
  ports: readonly { readonly type: HardwareType; readonly name: string }[],
): string {
  let offset = 0;
  return ports
    .map(({ type: { kind, width }, name }) => {
      const to = `p + ${offset}`;
      const bytes = elementBytes(width);
      offset += bytes;
      const unused = 8 * bytes - width;
      if (kind !== "sint" || width > 64 || unused === 0) {
        return `  memcpy(${to}, &top->${name}, sizeof(top->${name}));`;
      }
      const extended = `static_cast<int64_t>(static_cast<uint64_t>(top->${name}) << ${64 - width}) >> ${64 - width}`;
      return `  { int64_t v = ${extended}; memcpy(${to}, &v, ${bytes}); }`;
    })
    .join("\n");
}
