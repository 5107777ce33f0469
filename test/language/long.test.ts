import {
  emitDesign,
  input,
  instance,
  type ir,
  memory,
  module,
  mutants,
  output,
  register,
  type UInt,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { needs } from "../support/native.ts";
import { inFolder, printed, simulate } from "./tools.ts";

const count = 3000;
const code = (i: number): number => (i * 40503) & 65535;

/** What the arms of a chain set, and the chain of so many arms on conditions of any kind. */
function chain(condition: (i: number) => ReturnType<UInt["bit"]>, set: (i: number) => void) {
  let links = when(condition(0), () => set(0));
  for (let i = 1; i < count; i++) links = links.elsewhen(condition(i), () => set(i));
  return links;
}

const ports = { a: input(uint(12)), c: input(uint(count)), y: output(uint(16)) };
const long = (
  name: string,
  body: (io: { a: UInt; c: UInt }) => UInt | ((y: { set(v: number): void }) => void),
): ir.ModuleIr =>
  module(
    {
      name,
      ports: name.endsWith("table") ? { a: ports.a, y: ports.y } : { c: ports.c, y: ports.y },
    },
    (io) => {
      const result = body(io as never);
      if (typeof result === "function") result(io.y);
      else io.y.set(result);
    },
  );
const state = (set: (r: ReturnType<typeof register<ReturnType<typeof uint>>>) => void) => {
  const r = register("state", uint(16), { reset: 0 });
  set(r);
  return r;
};

const all = {
  register_table: long("register_table", ({ a }) =>
    state((r) =>
      chain(
        (i) => a.eq(i),
        (i) => r.set(code(i)),
      ),
    ),
  ),
  output_table: long(
    "output_table",
    ({ a }) =>
      (y) =>
        chain(
          (i) => a.eq(i),
          (i) => y.set(code(i)),
        ).otherwise(() => y.set(9)),
  ),
  register_chain: long("register_chain", ({ c }) =>
    state((r) =>
      chain(
        (i) => c.bit(i),
        (i) => r.set(code(i)),
      ),
    ),
  ),
  output_chain: long(
    "output_chain",
    ({ c }) =>
      (y) =>
        chain(
          (i) => c.bit(i),
          (i) => y.set(code(i)),
        ).otherwise(() => y.set(9)),
  ),
  whens: long("whens", ({ c }) =>
    state((r) => {
      for (let i = 0; i < count; i++) when(c.bit(i), () => r.set(r.addWrap(i)));
    }),
  ),
  writes: long("writes", ({ c }) => {
    const words = memory("words", { depth: 4, type: uint(16), contents: [0, 0, 0, 0] });
    chain(
      (i) => c.bit(i),
      (i) => words.write(i % 4, code(i)),
    );
    return words.read("word", c.bits(1, 0));
  }),
};

describe("choices of 3,000 arms are read by the tools", () => {
  test.each(Object.entries(all))("%s", { timeout: 120_000 }, (name, built) => {
    const files = emitDesign(built).files;
    // The installed program: Verilator as WebAssembly has a smaller stack, and chains that deep overflow it.
    needs("verilator");
    const lint = ["--lint-only", "-Wall", "--top-module", name];
    expect(inFolder(files, (_, paths) => printed("verilator", [...lint, ...paths]))).toBe("");
    needs("iverilog");
    for (const generation of ["2001", "2012"]) {
      const options = [`-g${generation}`, "-Wall", "-t", "null"];
      expect(inFolder(files, (_, paths) => printed("iverilog", [...options, ...paths]))).toBe("");
    }
  });
});

test("a comparison of one signal with constants is a case", () => {
  for (const name of ["register_table", "output_table"] as const) {
    const [file] = emitDesign(all[name]).files;
    expect(file?.text.match(/case \(a\)/g)).toHaveLength(1);
    expect(file?.text).not.toContain("==");
  }
});

test("what the arms say is what Icarus computes, arm by arm", () => {
  needs("iverilog");
  const picks = [0, 1, 31, 32, 33, 1000, 2998, 2999];
  const bench = [
    "module testbench;",
    `reg [11:0] a; reg [${count - 1}:0] c; wire [15:0] t, o; output_table x(a, t); output_chain z(c, o);`,
    "initial begin",
    ...picks.map((i) => `a = ${i}; c = 0; c[${i}] = 1; c[2999] = 1; #1 $display("%d %d", t, o);`),
    'a = 3000; c = 0; #1 $display("%d %d", t, o);',
    "end",
    "endmodule",
  ].join("\n");
  const files = [...emitDesign(all.output_table).files, ...emitDesign(all.output_chain).files];
  const lines = simulate([...files, { name: "testbench.v", text: bench }]);
  expect(lines.map((line) => line.trim().split(/\s+/).map(Number))).toEqual([
    ...picks.map((i) => [code(i), code(i)]),
    [9, 9],
  ]);
});

test("chains of tens of thousands of operations are copied for mutants", () => {
  const deep = module(
    { name: "deep", ports: { a: input(uint(4)), y: output(uint(4)) } },
    ({ a, y }) => {
      let sum = a;
      for (let i = 0; i < 20_000; i++) sum = sum.addWrap(a);
      y.set(sum);
    },
  );
  const { value } = mutants(deep).next();
  expect(value?.wrong.drivers.size).toBe(1);
});

test("a hierarchy of 2,000 levels is emitted, and one of shared modules is mutated once a module", () => {
  const leaf = module({ name: "leaf", ports: { a: input(uint(2)), y: output(uint(2)) } }, (io) =>
    io.y.set(io.a.not()),
  );
  const around = (inner: typeof leaf, i: number, places: number): typeof leaf =>
    module({ name: `level_${i}`, ports: leaf.ports }, ({ a, y }) => {
      let signal = a;
      for (let k = 0; k < places; k++) signal = instance(`u_${k}`, inner, { a: signal }).y;
      y.set(signal);
    });
  let deep = leaf;
  for (let i = 0; i < 2000; i++) deep = around(deep, i, 1);
  expect(emitDesign(deep).files).toHaveLength(2001);
  // 2^40 instances of the leaf.
  let shared = leaf;
  for (let i = 0; i < 40; i++) shared = around(shared, i, 2);
  // The wire between two instances of each level, and the leaf's: none a second time for the places of a module.
  const all = [...mutants(shared)];
  expect(new Set(all.map(({ original }) => original)).size).toBe(41);
  expect(all.length).toBeLessThan(41 * 10);
  const ofLeaf = all.find(({ original }) => original === leaf);
  expect(emitDesign(ofLeaf!.module).files).toHaveLength(41);
});
