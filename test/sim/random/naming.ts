import { checkName, literal, reservedWords, uint } from "@chisel-ts/core";

/**
 * Names that mean something to a tool, to C++ or to what stands around a design; the language refuses some of
 * them, and those that it takes must work everywhere.
 */
const words: readonly string[] = [
  ...["bool", "wreal", "wone", "process", "semaphore", "mailbox", "randomize", "std", "global"],
  ...["interrupt", "public", "private", "switch", "operator", "template", "namespace", "typename"],
  ...[
    "delete",
    "friend",
    "virtual",
    "static_cast",
    "int",
    "char",
    "double",
    "union",
    "auto",
    "catch",
  ],
  ...[
    "main",
    "printf",
    "errno",
    "NULL",
    "EOF",
    "INT_MAX",
    "assert",
    "read",
    "write",
    "stdin",
    "string",
  ],
  ...[
    "dut",
    "top",
    "TOP",
    "Vdut",
    "Vtop",
    "rf8_dut",
    "rf8_testbench",
    "testbench",
    "wrapper",
    "clk",
  ],
  ...[
    "vlSymsp",
    "vlSelf",
    "VL_IN8",
    "VlWide",
    "Verilated",
    "name",
    "eval",
    "final",
    "trace",
    "model",
  ],
  ...["in", "out", "i0", "o0", "w0", "p_q", "count", "cycles", "command", "i", "scan", "show"],
  ...["expression", "sum", "sum_1", "sum_1_1", "Sum", "SUM", "a__b", "a___DOT__b", "x_", "x__"],
  ...["verilator", "synthesis", "pragma", "translate_off", "lint_off", "define", "ifdef", "line"],
  ...["constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "length", "then"],
  ...[
    "settle",
    "edge",
    "row",
    "edges",
    "batch",
    "product",
    "row_0",
    "clock_1",
    "reset_1",
    "reset_n",
  ],
  ...Array.from({ length: 12 }, (_, i) => `${"deep_".repeat(21 + i)}${i}`),
  ...reservedWords,
];

const somewhere = literal(uint(1), 0).node.location;

/** Whether anything may have the name: ports are what the language is strictest about. */
function isLegal(name: string): boolean {
  try {
    checkName({ name, role: "the input", location: somewhere });
    return true;
  } catch {
    return false;
  }
}

/** What a comment must not be taken for. */
const descriptions: readonly string[] = [
  "verilator lint_off WIDTH",
  "verilator public_flat_rw",
  "synthesis translate_off",
  "synopsys translate_off",
  "pragma protect begin",
  "pragma translate_off",
  "*/ endmodule /*",
  "ends in a backslash \\",
  '`include "none.vh"',
  "`define clock 1",
  '(* full_case *) // /* "quoted"',
  "translate_off",
  'line 1 "file" 0',
  "Überlauf → 0, naïve 符号",
];

/** A name has 200 characters at most, and each gate around a module adds to that of its copy. */
const longestOfModule = 128;

/** Gives names: plain ones, or ones that tools might stumble over. */
export class Naming {
  readonly #taken = new Set<string>();
  readonly #seed: number;
  #count = 0;

  /** @param seed 0 for plain names. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A name that is free in this module, for what would plainly be called `plain`. */
  of(plain: string): string {
    const word = this.#word();
    const free = [word, `${word}_`, plain].find((name) => !this.#taken.has(name) && isLegal(name));
    const name = this.#seed === 0 || free === undefined ? plain : free;
    this.#taken.add(name);
    return name;
  }

  /** Keeps a name for something that is always called so. */
  take(name: string): void {
    this.#taken.add(name);
  }

  /** The name of a value; those of one name are numbered, and may not meet one that is called like that. */
  value(): string {
    const names = ["sum", "sum_1", "sum", this.shared("value")];
    return names[this.#next() % names.length] ?? "sum";
  }

  /** The name of a module, which may be taken: those are numbered. */
  shared(plain: string): string {
    const word = this.#word();
    const fits = (name: string): boolean => name.length <= longestOfModule && isLegal(name);
    return this.#seed === 0 ? plain : ([word, `${word}_`].find(fits) ?? plain);
  }

  /** A description, where names are not plain. */
  description(): string | undefined {
    return this.#seed === 0 ? undefined : descriptions[this.#next() % descriptions.length];
  }

  #word(): string {
    return words[this.#next() % words.length] ?? "word";
  }

  #next(): number {
    this.#count += 1;
    return this.#seed * 31 + this.#count * 7;
  }
}
