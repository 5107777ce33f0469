import type { HardwareType, ir } from "@chisel-ts/core";
import { elementBytes } from "../column.ts";
import type { WatchedSignal } from "../native/watch.ts";

/** The wrapper's own port names: those of a design may mean something to Verilator. */
export const inputName = (index: number): string => `i${index}`;
export const outputName = (index: number): string => `o${index}`;
export const watchedName = (index: number): string => `w${index}`;

/**
 * The C++ main program around a verilated module. It reads requests from standard input and answers on
 * standard output; integers are little-endian, a port takes `elementBytes` of its width.
 *
 *     'e' inputs                      → outputs, watched signals
 *     's' u32 cycles, u8 reset, inputs → one byte
 *     'b' u32 cycles, inputs each cycle → outputs each cycle
 */
export function harness(module: ir.ModuleIr, watched: readonly WatchedSignal[]): string {
  const inputs = module.portList.filter((port) => port.direction === "input");
  const outputs = module.portList.filter((port) => port.direction === "output");
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
${copies(inputs, inputName, "in")}
}

static inline void get_outputs(char* p) {
${copies(outputs, outputName, "out")}
}

static inline void get_watched(char* p) {
${copies(watched, watchedName, "out")}
}

static inline void rise() {
${module.clocked ? "  top->clock = 1;\n  top->eval();\n  top->clock = 0;" : ""}
}

int main() {
  VerilatedContext context;
  Vdut dut(&context);
  top = &dut;
  std::vector<char> in(${size(inputs) + 1}), out(${size(outputs) + size(watched) + 1});
  for (char command; get(&command, 1);) {
    uint32_t cycles = 0;
    uint8_t reset = 0;
    if (command != 'e' && !get(&cycles, 4)) break;
    if (command == 's' && !get(&reset, 1)) break;
    if (command == 'b') {
      in.resize(${size(inputs)}ull * cycles + 1);
      out.assign(${size(outputs)}ull * cycles + ${size(watched) + 1}, 0);
      if (!get(in.data(), ${size(inputs)}ull * cycles)) break;
      for (uint32_t i = 0; i < cycles; i++) {
        set_inputs(in.data() + ${size(inputs)}ull * i);
        top->eval();
        get_outputs(out.data() + ${size(outputs)}ull * i);
        rise();
      }
      put(out.data(), ${size(outputs)}ull * cycles);
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
      get_outputs(out.data());
      get_watched(out.data() + ${size(outputs)});
      put(out.data(), ${size(outputs) + size(watched)});
    }
  }
  return 0;
}
`;
}

/** Copies between ports and a record; inputs are cut to their width, which Verilator demands. */
function copies(
  ports: readonly { readonly type: HardwareType }[],
  nameOf: (index: number) => string,
  direction: "in" | "out",
): string {
  let offset = 0;
  return ports
    .map(({ type: { width } }, index) => {
      const at = `p + ${offset}`;
      offset += elementBytes(width);
      const port = `top->${nameOf(index)}`;
      if (direction === "out") return `  memcpy(${at}, &${port}, sizeof(${port}));`;
      const exact = width > 64 || [8, 16, 32, 64].includes(width);
      const mask = exact ? "" : ` ${port} &= ${(1n << BigInt(width)) - 1n}ull;`;
      return `  memcpy(&${port}, ${at}, sizeof(${port}));${mask}`;
    })
    .join("\n");
}
