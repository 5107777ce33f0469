import { expect, test } from "vitest";
import {
  type BlackBoxOptions,
  blackBox,
  bool,
  clockEnable,
  emitDesign,
  input,
  instance,
  module,
  mutants,
  output,
  register,
  resetStyle,
  sint,
  uint,
  wire,
} from "../src/index.ts";

const ports = {
  A: input(sint(18), "first factor"),
  B: input(sint(18), "second factor"),
  P: output(sint(36), "product, one cycle later"),
};
const multiplier = module({ name: "multiplier", ports }, (io) => {
  const product = register("product", sint(36), { reset: 0 });
  product.set(io.A.mul(io.B));
  io.P.set(product);
});
const described: BlackBoxOptions<typeof ports> = {
  name: "MULT18",
  description: "Multiplier of an FPGA",
  ports,
  parameters: { PREG: 1, MODE: "SIGNED", FAST: true, MASK: 0xffff_ffff_0000n, DELAY: -2, V: 1.5 },
  clock: "CLK",
  reset: { port: "RSTN", active: "low" },
};
const around = (options: Partial<BlackBoxOptions<typeof ports>>) =>
  module({ name: "square", ports: { x: input(sint(18)), y: output(sint(36)) } }, (io) =>
    io.y.set(instance("dsp", blackBox({ ...described, ...options }), { A: io.x, B: io.x }).P),
  );

test("an instance with parameters, clock and reset by their names, and no file", () => {
  const { files, manifest } = emitDesign(around({}));
  expect(files.map(({ name }) => name)).toEqual(["square.v"]);
  const text = files[0]!.text.replaceAll(/ *\/\/.*/g, "");
  expect(text.slice(text.indexOf("  MULT18"), text.indexOf("  assign")).trimEnd()).toBe(
    `  MULT18 #(
    .PREG(1),
    .MODE("SIGNED"),
    .FAST(1'b1),
    .MASK(48'hffffffff0000),
    .DELAY(-2),
    .V(1.5)
  ) dsp (
    .CLK(clock),
    .RSTN(!reset),
    .A(x),
    .B(x),
    .P(dsp_P)
  );`,
  );
  expect(manifest.black_boxes).toEqual([
    {
      name: "MULT18",
      file: null,
      description: "Multiplier of an FPGA",
      parameters: expect.objectContaining({ PREG: 1, MODE: "SIGNED", MASK: "281474976645120" }),
      source: expect.stringContaining("black-box.test.ts"),
    },
  ]);
  expect(manifest.modules.map(({ name }) => name)).toEqual(["square"]);
});

test("its Verilog is a file, once, and its model none", () => {
  const verilog = "module MULT18(); endmodule\n";
  const design = emitDesign(around({ verilog, model: multiplier }), { prefix: "acme_" });
  expect(design.files.map(({ name }) => name)).toEqual(["MULT18.v", "acme_square.v"]);
  expect(design.files[0]?.text).toBe(verilog);
  expect(design.manifest.top).toBe("acme_square");
  const twice = module(
    { name: "twice", ports: { x: input(sint(18)), y: output(sint(36)), z: output(sint(36)) } },
    (io) => {
      io.y.set(instance("one", around({ verilog }), { x: io.x }).y);
      const other = blackBox({ ...described, verilog: `${verilog}// other` });
      io.z.set(instance("two", other, { A: io.x, B: 3 }).P);
    },
  );
  expect(() => emitDesign(twice)).toThrow(
    "two black boxes are called `MULT18` and have other Veril",
  );
});

test("a model stands for it where that is asked for", () => {
  const { files } = emitDesign(around({ model: multiplier }), { models: true });
  expect(files.map(({ name }) => name)).toEqual(["MULT18.v", "square.v"]);
  expect(files[0]?.text).toContain("else product <= ");
  expect(files[1]?.text).toContain("MULT18 dsp (");
  expect(() => emitDesign(around({}), { models: true })).toThrow(
    "the black box `MULT18` has neither Verilog nor a model, so nobody knows what it does",
  );
});

test("a module of its name gives way, and a top of its name is refused", () => {
  const inner = module({ name: "mult18", ports: { x: input(bool()), y: output(bool()) } }, (io) =>
    io.y.set(io.x.not()),
  );
  const top = (name: string) =>
    module(
      { name, ports: { x: input(sint(18)), y: output(sint(36)), z: output(bool()) } },
      (io) => {
        io.y.set(instance("one", around({}), { x: io.x }).y);
        io.z.set(instance("two", inner, { x: io.x.bit(0) }).y);
      },
    );
  const names = emitDesign(top("top")).files.map(({ name }) => name);
  expect(names).toEqual(["square.v", "mult18_1.v", "top.v"]);
  expect(() => emitDesign(top("MULT18"))).toThrow("are called `MULT18`");
  expect(() => emitDesign(blackBox(described))).toThrow("MULT18 is a black box");
});

test("without a model every output may depend on every input, but those that are registered", () => {
  const loop = (registered: readonly string[]) =>
    module({ name: "loop", ports: { x: input(sint(18)), y: output(sint(36)) } }, (io) => {
      const back = wire("back", sint(18));
      const { P } = instance("dsp", blackBox({ ...described, registered }), { A: io.x, B: back });
      back.set(P.truncate(18));
      io.y.set(P);
    });
  expect(() => loop([])).toThrow("combinational loop");
  expect(emitDesign(loop(["P"])).files).toHaveLength(1);
});

test.each<[string, Partial<Record<keyof BlackBoxOptions<typeof ports>, unknown>>, string]>([
  ["an unknown option", { verilgo: "" } as never, "a black box has no option `verilgo`"],
  ["a name that is none", { name: "a b" }, "`a b` cannot name the module"],
  ["a reserved parameter", { parameters: { module: 1 } }, "`module` cannot name the parameter"],
  ["an infinite parameter", { parameters: { W: 1 / 0 } }, "`W` is Infinity"],
  ["a parameter of signs", { parameters: { S: "é" } }, "other than printable ASCII"],
  ["a parameter that is none", { parameters: { S: [] } }, "`S` is a object"],
  ["a clock that is a port", { clock: "A" }, "has `A` both as the clock and among its ports"],
  ["a reset without a clock", { clock: undefined }, "has a reset and no clock"],
  ["a registered input", { registered: ["A"] }, "has no output `A`"],
  ["a model and its paths", { model: multiplier, registered: ["P"] }, "has a model, which says"],
  [
    "a model with a clock for a box without",
    { model: multiplier, clock: undefined, reset: undefined },
    "has a model with a clock",
  ],
  ["a model with a reset for a box without", { model: multiplier, reset: undefined }, "a reset"],
  [
    "a model of another width",
    {
      model: module({ name: "m", ports: { A: input(uint(1)), P: output(uint(1)) } }, (io) =>
        io.P.set(io.A),
      ),
    },
    "has the input `A` of SInt 18, and its model has not",
  ],
])("refused: %s", (_, change, message) => {
  expect(() => blackBox({ ...described, ...change } as never)).toThrow(message);
});

test("what changes a whole hierarchy stops at a black box, and mutants leave it alone", () => {
  const top = around({ model: multiplier });
  expect(() => clockEnable(top)).toThrow("`enable` cannot reach into the black box `MULT18`");
  // Its registers would never be reset, and the model's would begin with their values.
  expect(() => resetStyle(top, { kind: "none" })).toThrow("the black box `MULT18` has a reset");
  const low = emitDesign(resetStyle(top, { kind: "asynchronous", active: "low" })).files[0]?.text;
  expect(low).toContain(".RSTN(reset_n)");
  expect([...mutants(top)]).toEqual([]);
});
