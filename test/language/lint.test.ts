import {
  bool,
  clockEnable,
  emitDesign,
  input,
  type ir,
  module as moduleOf,
  output,
  register,
  resetStyle,
  softReset,
  uint,
  when,
} from "@chisel-ts/core";
import { runYosys, type Tree } from "@yowasp/yosys";
import { lint } from "verilator-wasm";
import { describe, expect, test } from "vitest";
import { circuits, feedback, machine } from "../../packages/chisel-ts/test/verilog/circuits.ts";
import { randomModule } from "../../packages/chisel-ts/test/verilog/random.ts";
import { needs } from "../support/native.ts";
import { inFolder, printed } from "./tools.ts";

/** Registers set only where the opposite of a condition does not hold. */
const opposites = moduleOf(
  { name: "opposites", ports: { a: input(bool()), b: input(uint(4)), y: output(uint(4)) } },
  (io) => {
    const held = register("held", uint(4), { reset: 0 });
    when(io.a.not(), () => {}).otherwise(() => held.set(io.b));
    when(io.b.bit(2).not(), () => {}).otherwise(() => held.set(3));
    io.y.set(held);
  },
);

const all: readonly ir.ModuleIr[] = [
  opposites,
  ...circuits,
  resetStyle(machine, { kind: "asynchronous", active: "low" }),
  resetStyle(softReset(clockEnable(feedback)), { kind: "none" }),
  randomModule(1),
  randomModule(2),
  randomModule(3),
];

describe("Verilator finds nothing to warn of", () => {
  test.each(all)("$name", async (module) => {
    const files = emitDesign(module).files.map(({ name, text }) => [name, text]);
    expect((await lint(Object.fromEntries(files), { top: module.name })).log).toBe("");
  });
});

describe("Icarus accepts it as Verilog-2005 without a warning", () => {
  test.each(all)("$name", (module) => {
    needs("iverilog");
    const output = inFolder(emitDesign(module).files, (_folder, paths) =>
      printed("iverilog", ["-g2005", "-Wall", "-s", module.name, "-t", "null", ...paths]),
    );
    expect(output).toBe("");
  });
});

describe("yosys", () => {
  const run = async (module: ir.ModuleIr, read: string, commands: string) => {
    const { files } = emitDesign(module);
    const tree: Tree = Object.fromEntries(files.map(({ name, text }) => [name, text]));
    const decoder = new TextDecoder();
    let log = "";
    const stdout = (bytes: Uint8Array | null): void => {
      log += decoder.decode(bytes ?? new Uint8Array());
    };
    const names = files.map(({ name }) => name).join(" ");
    const script = `${read} ${names}; hierarchy -check -top ${module.name}; ${commands}`;
    try {
      await runYosys(["-p", script], tree, { stdout, stderr: stdout });
    } catch (failure) {
      throw new Error(`${failure}\n${log.slice(-2000)}`);
    }
    return log;
  };

  test.each(all)("checks $name", { timeout: 60_000 }, async (module) => {
    const log = await run(module, "read_verilog", "proc; check -assert");
    expect(log).not.toContain("Warning");
  });

  test("reads the checks with -formal", { timeout: 60_000 }, async () => {
    const machine = circuits.find(({ name }) => name === "machine")!;
    const read = "read_verilog -formal -sv";
    const commands = "proc; select -assert-count 3 t:$assert t:$assume t:$cover t:$check";
    await run(machine, read, commands);
  });
});
