import {
  type Bundle,
  input,
  instance,
  type Module,
  module,
  output,
  register,
  uint,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { engines } from "../../sim/index.ts";

const byte = uint(8);
const step = { a: input(byte), y: output(byte) };

/** Names that the engines' texts use, used, or might, and members of what Verilator makes. */
const modules = ["testbench", "rf8_testbench", "rf8_dut", "Vdut", "main", "Main", "verilated"];
const ports = [
  ...[
    "eval",
    "clk",
    "top",
    "name",
    "trace",
    "command",
    "cycles",
    "scan",
    "count",
    "i",
    "out",
    "i0",
  ],
  ...["dut", "testbench_", "p_eval", "rootp", "vlSymsp", "contextp", "o0", "w0", "hierName", "get"],
];
const registers = ["vlSymsp", "vlNamep", "name", "eval", "ctor_var_reset"];

/** y = a + its number, one cycle late for each register: through registers of those names. */
const child = (name: string, amount: number): Module<typeof step> =>
  module({ name, ports: step }, (io) => {
    let value = io.a.addWrap(amount);
    for (const register_ of registers) {
      const next = register(register_, byte, { reset: amount });
      next.set(value);
      value = next;
    }
    io.y.set(value);
  });

const make = (top: string): Module =>
  module(
    {
      name: top,
      ports: {
        ...Object.fromEntries(ports.map((name) => [name, input(byte)])),
        y: output(byte),
      } as Bundle & { y: ReturnType<typeof output<typeof byte>> },
    },
    (io) => {
      const values = io as unknown as Record<string, typeof io.y>;
      const sum = ports
        .map((name) => values[name]!)
        .reduce<Parameters<typeof io.y.set>[0]>(
          (all, value) => (value as never as { addWrap(o: unknown): never }).addWrap(all),
          0,
        );
      let last = sum as never as typeof io.y;
      for (const [index, name] of modules.filter((other) => other !== top).entries()) {
        last = instance(`u_${index}`, child(name, index + 1), { a: last as never }).y as never;
      }
      io.y.set(last as never);
    },
  );

test.each([
  ["verilator", "rf8_dut"],
  ["icarus", "testbench"],
  ["icarus", "rf8_testbench"],
] as const)(
  "%s runs a design called %s of parts and ports that mean something to it",
  (name, top) => {
    const design = make(top);
    const cycles = 80;
    const stimulus = Object.fromEntries(
      ports.map((port, index) => [
        port,
        Uint8Array.from({ length: cycles }, (_, cycle) => (cycle * (index + 3)) ^ index),
      ]),
    );
    const [expected, found] = [engines.interpreter, engines[name]].map((engine) => {
      const simulation = engine.open(design);
      simulation.reset();
      const response = simulation.batch(stimulus, cycles);
      simulation.close();
      return response;
    });
    expect(new Set(Array.from(expected!.y ?? [], String)).size).toBeGreaterThan(10);
    expect(found).toEqual(expected);
  },
);
