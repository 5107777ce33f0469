import { answersOf, elementBytes, inputsOf, type ModelInterface } from "./interface.ts";
import { answerName, inputName } from "./wrapper.ts";

/**
 * The C++ around a verilated wrapper, for WebAssembly or a native program:
 *
 *     open_model()                          makes the model, its state 0
 *     alloc(bytes), release(place)          memory for columns
 *     step(in, out, cycles, reset)          `cycles` rising edges with the present inputs, then the answers
 *     run(in, out, cycles)                  in cycle i the inputs take element i, the answers are kept, the clock rises
 *
 * where `in` and `out` are tables of columns, `elementBytes` an element.
 */
export function driver(model: ModelInterface, prefix: string): string {
  const reset = (value: string): string => (model.reset ? `top->reset = ${value};` : "");
  return `#include "${prefix}.h"
#include "verilated.h"
#include <cstdint>
#include <cstdlib>
#include <cstring>
#ifdef __wasm__
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))
// The sysroot's libc++abi lacks it. A model lives as long as its instance, so nothing is ever destroyed.
extern "C" int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }
#else
#define EXPORT(name) extern "C"
#endif
double sc_time_stamp() { return 0; }

static ${prefix}* top;

static inline void set_inputs(char* const* in, size_t i) {
${copiesIn(model)}
}

static inline void get_answers(char* const* out, size_t i) {
${copiesOut(model)}
}

static inline void rise() {
${model.clock ? "  top->clock = 1;\n  top->eval();\n  top->clock = 0;" : ""}
}

EXPORT(open_model) void open_model() {
  top = new ${prefix}{new VerilatedContext};
  // An edge is a change since the evaluation before; the first reset may be one.
  top->eval();
}
EXPORT(alloc) void* alloc(size_t bytes) { return std::calloc(bytes, 1); }
EXPORT(release) void release(void* place) { std::free(place); }

EXPORT(step) void step(char* const* in, char* const* out, uint32_t cycles, uint32_t reset) {
  set_inputs(in, 0);
  ${reset("reset != 0")}
  top->eval();
  for (uint32_t i = 0; i < cycles; i++) {
    rise();
    top->eval();
  }
  ${reset("0")}
  top->eval();
  get_answers(out, 0);
}

EXPORT(run) void run(char* const* in, char* const* out, uint32_t cycles) {
  for (uint32_t i = 0; i < cycles; i++) {
    set_inputs(in, i);
    top->eval();
    get_answers(out, i);
    rise();
  }
}
`;
}

/** Copies elements to the inputs; values are cut to their width, which Verilator demands. */
function copiesIn(model: ModelInterface): string {
  return inputsOf(model)
    .map(({ width }, index) => {
      const port = `top->${inputName(index)}`;
      const from = `in[${index}] + ${elementBytes(width)}ull * i`;
      const exact = width > 64 || [8, 16, 32, 64].includes(width);
      const mask = exact ? "" : ` ${port} &= ${(1n << BigInt(width)) - 1n}ull;`;
      return `  memcpy(&${port}, ${from}, sizeof ${port});${mask}`;
    })
    .join("\n");
}

/** Copies the answers to elements, signed ones of up to 64 bits sign-extended. */
function copiesOut(model: ModelInterface): string {
  return answersOf(model)
    .map(({ width, signed }, index) => {
      const port = `top->${answerName(index)}`;
      const bytes = elementBytes(width);
      const to = `out[${index}] + ${bytes}ull * i`;
      if (!signed || width > 64 || 8 * bytes === width)
        return `  memcpy(${to}, &${port}, sizeof ${port});`;
      const up = 64 - width;
      const extended = `static_cast<int64_t>(static_cast<uint64_t>(${port}) << ${up}) >> ${up}`;
      return `  { int64_t value = ${extended}; memcpy(${to}, &value, ${bytes}); }`;
    })
    .join("\n");
}
