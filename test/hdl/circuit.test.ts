import { type Module, mutants, queue, sint, uint } from "@chisel-ts/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { accumulate } from "../../hdl/accumulate.ts";
import { decoderCore } from "../../hdl/core/decoder-core.ts";
import { mac } from "../../hdl/mac.ts";
import { circuits, parts } from "../../hdl/parts.ts";
import { product, registeredProduct } from "../../hdl/product/product.ts";
import { processingElement } from "../../hdl/systolic/processing-element.ts";
import { tinyProgram } from "../../src/accelerator/core/index.ts";
import { modelOf, referenceOf } from "../../src/verification/model-of.ts";
import { modelled } from "../../src/verification/modelled.ts";
import { verify } from "../../src/verification/verify.ts";

/** What must be given. */
const needed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  processing_element: { width: 30 },
  palette: { palette: "0b131b" },
};

test.each(circuits.map((entry) => [entry.name, entry] as const))(
  "%s: its modules say what they were built from, and build the same again",
  (name, entry) => {
    const module = entry.build(needed[name] ?? {});
    const defaults = Object.entries(entry.parameters).map(([key, row]) => [key, row.default]);
    const parameters = { ...Object.fromEntries(defaults), ...needed[name] };
    expect(module.origin).toEqual({ circuit: name, parameters });
    expect(entry.build(module.origin!.parameters)).toBe(module);
  },
);

test("a module knows its circuit where its name says more or less, and so do its mutants", () => {
  const unit = mac({ format: "int8", pipeline: 3 });
  expect(unit.name).toBe("int8_mac");
  expect(unit.origin).toMatchObject({
    circuit: "mac",
    parameters: { format: "int8", pipeline: 3 },
  });
  const [mutant] = mutants(unit);
  expect(mutant!.module.origin).toBe(unit.origin);
  expect(registeredProduct({ format: "e4m3" }).origin?.circuit).toBe("product_registered");
});

test("no two circuits have one name, in the catalogue or in Verilog", () => {
  const names = circuits.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const modules = circuits.map((entry) => entry.build(needed[entry.name] ?? {}).name);
  expect(new Set(modules).size).toBe(modules.length);
});

test("the core of a network that is built in is the one without parameters", () => {
  for (const lanes of [8, 64])
    for (const activation of ["int8", "int16"] as const)
      expect(tinyProgram(activation, lanes).core).toEqual(
        decoderCore.complete({ activation, lanes }),
      );
});

test.each(
  parts.filter((entry) => modelled.includes(entry)).map((entry) => [entry.name, entry] as const),
)("%s equals its model, which knows another function from it", async (name, entry) => {
  const module = entry.build(needed[name] ?? {});
  const options = { reference: referenceOf(module), vectors: 8192 };
  expect((await verify(module, options)).mismatches).toBe(0);
  // The last mutant is of an output's driver.
  const wrong = [...mutants(module)].at(-1)!;
  expect((await verify(wrong.module as Module, options)).mismatches).toBeGreaterThan(0);
});

test("a user's module that is called like a circuit has no model", () => {
  const stranger: Module = { ...mac(), origin: undefined };
  expect(() => referenceOf(stranger)).toThrow("mac has no model");
});

describe("a queue has its model only where it is the model's", () => {
  test.each([
    [queue({ type: uint(8), depth: 2 }), true],
    [queue({ type: uint(8), depth: 2, flow: true }), false],
    [queue({ type: uint(8), depth: 2, control: true }), false],
    [queue({ type: { a: uint(4), b: uint(4) }, depth: 2 }), false],
    [queue({ type: sint(8), depth: 2 }), false],
  ])("%#", (module, has) => {
    expect(modelOf(module) !== undefined).toBe(has);
  });
});

test("an accumulator of the sums of several lanes equals its model", async () => {
  const module = accumulate({ lanes: 5, terms: 40 });
  expect(module.portList.find(({ name }) => name === "product")!.type.width).toBe(30);
  const { mismatches } = await verify(module, { reference: referenceOf(module), vectors: 20_000 });
  expect(mismatches).toBe(0);
});

test("a parameter without a default must be given", () => {
  // @ts-expect-error: it needs a width
  expect(() => processingElement({ activation: "int8" })).toThrow(
    "width is not given; it must be a whole number of 1 or more",
  );
});

test("parameters are typed: names, values, and which must be given", () => {
  expectTypeOf(mac.complete).returns.toHaveProperty("pipeline").toEqualTypeOf<number>();
  // @ts-expect-error: no such parameter
  expect(() => mac({ pipline: 7 })).toThrow("there is no parameter pipline");
  // @ts-expect-error: no such format
  expect(() => product({ format: "fp16" })).toThrow("format is fp16");
  // @ts-expect-error: activations of RF8 circuits are integers
  expect(() => processingElement({ activation: "e4m3", width: 30 })).toThrow(
    "activation is e4m3; it must be int8 or int16",
  );
});
