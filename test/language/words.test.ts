import {
  CircuitError,
  emitDesign,
  enumeration,
  input,
  instance,
  match,
  memory,
  module,
  named,
  output,
  register,
  uint,
} from "@chisel-ts/core";
import { runYosys } from "@yowasp/yosys";
import { expect, test } from "vitest";
import { needs, type Program } from "../support/native.ts";
import { inFolder, printed } from "./tools.ts";

/**
 * Words that some tool treats in its own way: keywords of Verilog, SystemVerilog and Verilog-AMS, words of
 * Icarus, Verilator and yosys, of C, C++ and SystemC, and names that collide when letters' cases fold.
 */
const words = `
above abs absdelay abstol access acos acosh ac_stim aliasparam analog analysis asin asinh assert atan atan2
atanh branch ceil connect connectmodule connectrules continuous cos cosh ddt ddt_nature ddx discipline
discrete domain driver_update endconnectrules enddiscipline endnature endparamset exclude exp final_step
flicker_noise floor flow from ground hypot idt idtmod idt_nature inf initial_step laplace_nd laplace_np
laplace_zd laplace_zp last_crossing limexp ln log max merged min nature net_resolution noise_table
paramset potential pow resolveto sin sinh slew split sqrt tan tanh timer transition units white_noise wreal
zi_nd zi_np zi_zd zi_zp wone bool
always and assign automatic begin buf case cell config default design disable edge else end event for force
function generate if include initial inout input instance integer join large liblist library localparam
macromodule medium module nand not null or output parameter posedge primitive real reg release repeat
signed small specify strong0 table task time tran tri unsigned use uwire vectored wait wire xor
accept_on alias bind bit break byte chandle checker class const context continue cover do enum eventually
export extern final global iff implements import inside int interconnect interface let local logic longint
matches new nettype nexttime package packed priority process program property protected pure rand randomize
ref restrict return semaphore mailbox sequence shortint soft solve static std string strong struct super
tagged this type typedef union unique unique0 until untyped var virtual void weak wildcard with within
abort alignas alignof and_eq asm auto bit_vector bitand bitor catch cdecl char char16_t char8_t compl complex
concept const_cast consteval constexpr constinit co_await co_return co_yield decltype delete double
dynamic_cast explicit false far float friend goto huge inline interrupt iterator long mutable namespace near
noexcept nullptr operator override pascal private public queue reference register reinterpret_cast requires
sc_clock sc_in sc_signal sensitive short sizeof stack switch synchronized template thread_local throw true
try typeid typename uint8_t uint32_t using volatile wchar_t xor_eq main printf errno exit malloc NULL EOF
eval trace name top TOP vlSelf vlSymsp contextp rootp item step option verilator synthesis pragma
Reg REG wIRE Module x_1 x_2 X x__0 a__DOT__b_ _1 e10 d0 b1 h_ffff`;

const list = [...new Set(words.trim().split(/\s+/))];

const inner = module(
  { name: "inner_module", ports: { a_in: input(uint(2)), b_out: output(uint(2)) } },
  (io) => io.b_out.set(io.a_in),
);

/** What can be built with a word in each role; words that are refused are left out. */
const accepted = list.flatMap((word, i) => {
  const roles = [
    () =>
      module(
        { name: `port_${i}`, ports: { [word]: input(uint(2)), y_out: output(uint(2)) } },
        (io) => io.y_out!.set(io[word] as never),
      ),
    () =>
      module({ name: `out_${i}`, ports: { x_in: input(uint(2)), [word]: output(uint(2)) } }, (io) =>
        (io[word] as { set(v: unknown): void }).set(io.x_in),
      ),
    () =>
      module({ name: word, ports: { x_in: input(uint(2)), y_out: output(uint(2)) } }, (io) =>
        io.y_out.set(io.x_in),
      ),
    () =>
      module(
        { name: `inside_${i}`, ports: { x_in: input(uint(2)), y_out: output(uint(2)) } },
        (io) => {
          const state = register(word, uint(2), { reset: 0 });
          state.set(io.x_in);
          io.y_out.set(state);
        },
      ),
    () =>
      module(
        { name: `memory_${i}`, ports: { x_in: input(uint(1)), y_out: output(uint(2)) } },
        (io) => {
          io.y_out.set(
            memory(word, { depth: 2, type: uint(2), contents: [1, 2] }).read("word_read", io.x_in),
          );
        },
      ),
    () =>
      module(
        { name: `instance_${i}`, ports: { x_in: input(uint(2)), y_out: output(uint(2)) } },
        (io) => {
          io.y_out.set(instance(word, inner, { a_in: io.x_in }).b_out);
        },
      ),
    () =>
      module(
        { name: `states_${i}`, ports: { x_in: input(uint(1)), y_out: output(uint(2)) } },
        (io) => {
          const states = enumeration("s", ["Other", word]);
          named({ [word]: io.x_in.add(1) });
          io.y_out.set(0);
          match(states, io.x_in, {
            Other: () => io.y_out.set(2),
            [word]: () => io.y_out.set(3),
          } as never);
        },
      ),
  ];
  return roles.flatMap((build) => {
    try {
      return [build()];
    } catch (error) {
      expect(error).toBeInstanceOf(CircuitError);
      return [];
    }
  });
});

/** One text of all modules, each of which is a top. */
const files = [
  {
    name: "all.v",
    text: [
      ...new Set(accepted.flatMap((built) => emitDesign(built).files.map(({ text }) => text))),
    ].join("\n"),
  },
];

test("most words are names, and the keywords of Verilog are none", () => {
  const names = new Set(accepted.map(({ name }) => name));
  expect(accepted.length).toBeGreaterThan(1000);
  for (const word of ["max", "split", "queue", "verilator"]) expect(names).toContain(word);
  for (const word of ["reg", "logic", "bool", "wreal", "mailbox"])
    expect(names).not.toContain(word);
});

const tools: Record<string, [Program, readonly string[]]> = {
  Verilator: ["verilator", ["--lint-only", "-Wall", "-Wno-DECLFILENAME", "-Wno-MULTITOP"]],
  "Icarus 2001": ["iverilog", ["-Wall", "-g2001", "-t", "null"]],
  "Icarus 2005-sv": ["iverilog", ["-Wall", "-g2005-sv", "-t", "null"]],
  "Icarus 2012": ["iverilog", ["-Wall", "-g2012", "-t", "null"]],
};

for (const [tool, [program, options]] of Object.entries(tools)) {
  test(`${tool} reads what was accepted without a word`, { timeout: 120_000 }, () => {
    needs(program);
    expect(
      inFolder(files, (_, paths) => printed(program, [...options, ...paths])).slice(0, 2000),
    ).toBe("");
  });
}

test("yosys reads what was accepted without a word", { timeout: 120_000 }, async () => {
  const log: string[] = [];
  const decoder = new TextDecoder();
  const print = (bytes: Uint8Array | null): void =>
    void log.push(decoder.decode(bytes ?? new Uint8Array()));
  for (const mode of ["", "-sv", "-formal"]) {
    await runYosys(
      ["-q", "-p", `read_verilog ${mode} all.v; proc; check -assert; design -reset`],
      { "all.v": files[0]!.text },
      { stdout: print, stderr: print },
    );
  }
  expect(log.join("")).toBe("");
});

test("names beyond the longest are refused, the longest passes", () => {
  const named = (name: string) =>
    module({ name, ports: { a: input(uint(1)), b: output(uint(1)) } }, (io) => io.b.set(io.a));
  expect(() => named("m".repeat(300))).toThrow(
    /`m+…` cannot name the module: it has 300 characters, and 200 are the most \(test\/language\/words/,
  );
  expect(emitDesign(named("m".repeat(200))).files[0]?.name).toBe(`${"m".repeat(200)}.v`);
});

test("no words of the source make a directive, and comments are ASCII", () => {
  const texts = [
    "verilator public_flat",
    "Verilator lint_off WIDTH",
    "synthesis translate_off",
    "synopsys full_case",
    "pragma translate_off",
    "coverage off",
    "lint_off X",
    "*/ garbage /*",
    "/* verilator lint_on */",
    "a\n`define x\nendmodule",
    "é → ü × 𝄞 \u2028 y",
    "ends with \\",
    "`include",
    "// synopsys translate_off",
  ];
  const all = texts.map((text, i) =>
    module(
      {
        name: i === 0 ? "verilator" : `m_${i}`,
        description: text,
        parameters: { verilator: text, [text]: 1 },
        ports: { a: input(uint(1), text), b: output(uint(1), text) },
      },
      (io) => io.b.set(io.a),
    ),
  );
  const text = all.map((built) => emitDesign(built).files[0]!.text).join("\n");
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(text).not.toMatch(/^[^/]*\/\/ *(verilator|synthesis|synopsys|pragma|coverage|lint)/im);
  for (const [program, options] of Object.values(tools)) {
    needs(program);
    expect(
      inFolder([{ name: "all.v", text }], (_, paths) => printed(program, [...options, ...paths])),
    ).toBe("");
  }
});
