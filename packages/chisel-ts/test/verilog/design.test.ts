import { describe, expect, test } from "vitest";
import {
  emitDesign,
  input,
  instance,
  module,
  named,
  output,
  register,
  uint,
} from "../../src/index.ts";
import { feedback, machine, memories } from "./circuits.ts";

const adder = (amount: number) =>
  module({ name: "adder", ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) =>
    io.y.set(io.a.addWrap(amount)),
  );

const chain = (name: string, amounts: readonly number[]) =>
  module({ name, ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) => {
    const steps = amounts.map((amount, i) => ({ name: `step_${i}`, module: adder(amount) }));
    io.y.set(steps.reduce((value, step) => instance(step.name, step.module, { a: value }).y, io.a));
  });

describe("modules of one name", () => {
  const design = emitDesign(chain("chain", [1, 2, 1]));

  test("merge when their text is equal and are numbered when it differs", () => {
    expect(design.files.map(({ name }) => name)).toEqual(["adder.v", "adder_1.v", "chain.v"]);
    expect(design.files[0]!.text).toContain("module adder (");
    expect(design.files[1]!.text).toContain("module adder_1 (");
    const top = design.files[2]!.text;
    expect(top).toMatch(/adder step_0 \(.*adder_1 step_1 \(.*adder step_2 \(/s);
  });

  test("the manifest tells which is which", () => {
    expect(design.manifest.top).toBe("chain");
    expect(design.manifest.modules.at(-1)!.instances).toEqual([
      { name: "step_0", module: "adder" },
      { name: "step_1", module: "adder_1" },
      { name: "step_2", module: "adder" },
    ]);
  });

  test("the top keeps its name", () => {
    const files = emitDesign(chain("adder", [1])).files;
    expect(files.map(({ name }) => name)).toEqual(["adder_1.v", "adder.v"]);
    expect(files[1]!.text).toContain("adder_1 step_0 (");
  });
});

describe("the manifest", () => {
  test("is plain JSON", () => {
    for (const top of [feedback, machine, memories]) {
      const { manifest } = emitDesign(top);
      expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
    }
  });

  test("holds ports, signals and their TypeScript lines", () => {
    const [entry] = emitDesign(machine).manifest.modules;
    expect(entry).toMatchObject({
      name: "machine",
      file: "machine.v",
      latency_cycles: 1,
      clocked: true,
      parameters: { limit_bits: 8, mode: "once" },
    });
    expect(entry!.ports[1]).toEqual({
      name: "limit",
      direction: "input",
      width: 8,
      type: "UInt 8",
      verilog: "limit",
      description: "cycles to count",
      source: expect.stringMatching(/^test\/verilog\/circuits\.ts:\d+$/),
    });
    expect(entry!.signals.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...["register state", "register counter", "register last"],
    ]);
  });

  test("names every signal by an identifier that the file declares", () => {
    const renamed = module(
      { name: "renamed", ports: { a: input(uint(4)), y: output(uint(4)) } },
      (io) => {
        const state = register("state", uint(4), { reset: 0 });
        named({ state: io.a.not(), also: state, a: io.a });
        state.set(io.a);
        io.y.set(state);
      },
    );
    for (const top of [feedback, machine, memories, renamed]) {
      const { files, manifest } = emitDesign(top);
      manifest.modules.forEach(({ signals, ports }, i) => {
        for (const { verilog, width } of [...signals, ...ports]) {
          const range = width === 1 ? "" : `\\[${width - 1}:0\\] +`;
          expect(files[i]!.text).toMatch(new RegExp(`(wire|reg) +${range}${verilog}\\b`));
        }
      });
    }
  });

  test("joins the path of a bundle's port with dots", () => {
    const [stage] = emitDesign(feedback).manifest.modules;
    expect(stage!.ports[0]).toMatchObject({ name: "in.x", verilog: "in_x" });
  });
});
