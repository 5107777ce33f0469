import { expect, test } from "vitest";
import * as rf8 from "../../src/api/index.ts";
import {
  bool,
  ChiselError,
  emitDesign,
  engines,
  input,
  mac,
  module,
  mutate,
  output,
  prove,
  synthesize,
  uint,
  verify,
} from "../../src/api/index.ts";
import { exhaustiveStimulus, propertiesOf, referenceOf } from "../../src/api/verification.ts";

/** What JavaScript lets a newcomer write, as the type checker does not see it. */
const anything = (value: unknown): never => value as never;

test("a circuit that was not called is refused", () => {
  for (const use of [engines.wasm.open, engines.interpreter.open, emitDesign])
    expect(() => use(anything(mac))).toThrow(
      "a module is needed here, not the function mac: a circuit is called, mac(), to build one",
    );
});

test("what is compared needs a reference, what is proved a property", async () => {
  await expect(verify(mac(), anything(undefined))).rejects.toThrow("verify needs { reference }");
  await expect(verify(mac(), anything({}))).rejects.toThrow("verify needs { reference }");
  await expect(mutate(mac(), anything(undefined))).rejects.toThrow("mutate needs { reference }");
  await expect(prove(anything(mac()))).rejects.toThrow("a property is needed");
});

test("properties and models are asked for by name and module", async () => {
  expect(() => propertiesOf(anything(mac))).toThrow(
    new ChiselError('propertiesOf takes the name of a circuit: propertiesOf("mac", {})'),
  );
  expect(() => propertiesOf("multiplier")).toThrow(
    "there are no properties of multiplier; there are some of decode, product,",
  );
  expect(propertiesOf("decode").length).toBeGreaterThan(0);
  for (const none of [undefined, null, mac])
    expect(() => referenceOf(anything(none))).toThrow("referenceOf takes a module");
  expect(() => exhaustiveStimulus(anything(undefined), 0, 1)).toThrow("a module is needed here");
});

test("a module is synthesized as its Verilog is", async () => {
  expect((await synthesize(mac({ pipeline: 0 }))).area_ge).toBeGreaterThan(500);
});

/** The library as JavaScript sees it. */
const untyped = rf8 as unknown as Record<string, (...given: unknown[]) => unknown>;

test.each([
  "checkProperties",
  "clockEnable",
  "emitDesign",
  "equivalence",
  "inputsOf",
  "instantiate",
  "softReset",
  "verilogOf",
])("%s of what is no module is refused", (name) => {
  for (const [given, words] of [
    [undefined, "undefined"],
    [mac, "the function mac"],
    ["mac", '"mac"'],
    [null, "null"],
    [{}, "an empty object"],
    [Object.create(null), "an empty object"],
  ]) {
    const call = () => untyped[name]!(given);
    expect(call).toThrow(rf8.ChiselError);
    expect(call).toThrow(`a module is needed here, not ${words}`);
  }
});

test("arguments that are missing, or in the wrong order, are refused", async () => {
  const dut = mac();
  const here = "a module is needed here, not";
  const cases: readonly (readonly [string, readonly unknown[], string])[] = [
    ["equivalence", [dut], `${here} undefined: equivalence(first, second)`],
    ["record", [dut], "an engine is needed, such as engines.wasm, not an object"],
    ["record", [engines.wasm], `${here} undefined: record(engines.wasm, module)`],
    ["replay", [], `${here} undefined: replay(module, trace)`],
    ["replay", [dut], "replay needs the trace of a verdict"],
    ["instantiate", [dut], "an instance has a name: instantiate(module"],
    ["resetStyle", [], `${here} undefined: resetStyle(module`],
    ["streamSource", [undefined, "weight"], `${here} undefined: streamSource(module`],
    ["streamSink", [dut], "mac: a bundle is named by a string"],
    ["sideBySide", [{ left: dut }], "a record of modules is needed here, not undefined"],
    ["sideBySide", ["pair", { left: mac }], `${here} the function mac: a circuit is called`],
    ["emitTogether", [dut], "a list of modules is needed here, not an object of"],
    ["circuit", [dut], "a function from parameters to a module is needed here"],
    ["vcd", [], "a wave is needed, as record(engine, module).wave() gives it"],
    ["asciiWave", [{}, 0], "rows and the first cycle are needed: asciiWave(rowsOfWave(wave), 0)"],
    ["lockstep", [{}, 1, dut, dut], "lockstep compares two sides"],
    ["input", [], "a type, or types by name, is needed here, not undefined: uint(8)"],
    ["input", [uint], "a type, or types by name, is needed here, not the function uint"],
    ["output", ["uint8"], 'a type, or types by name, is needed here, not "uint8"'],
  ];
  for (const [name, given, words] of cases)
    expect(() => untyped[name]!(...given), name).toThrow(words);
  for (const engine of Object.values(engines))
    expect(() => engine.open(anything(undefined))).toThrow(`${here} undefined`);
  expect(() => [...rf8.mutants(anything(mac))]).toThrow(`${here} the function mac`);
  await expect(synthesize(anything(undefined))).rejects.toThrow(`${here} undefined`);
  await expect(verify(dut, anything({ reference: () => ({}), engine: "wasm" }))).rejects.toThrow(
    "an engine is needed, such as engines.wasm, not the string",
  );
  await expect(rf8.searchWithin(anything(dut), 8)).rejects.toThrow("a property is needed");
});

test("a module without its ports, its body or its statements is refused", () => {
  const ports = { x: input(bool()), y: output(bool()) };
  const build = (options: unknown, body: unknown) => () =>
    module(anything(options), anything(body));
  const port = "a port, or ports by name, is needed here, not";
  expect(build({}, () => {})).toThrow(`${port} undefined`);
  expect(build({ name: "one", ports: { x: uint(8) } }, () => {})).toThrow(`${port} an object of`);
  expect(build({ name: "one", ports: { x: 8 } }, () => {})).toThrow(`${port} 8`);
  expect(build({ name: "one", ports }, undefined)).toThrow(
    "a function that builds the module is needed here, not undefined",
  );
  const within = (body: (io: Record<string, unknown>) => unknown) =>
    build({ name: "one", ports }, body);
  expect(within(({ x }) => rf8.when(anything(x), anything(undefined)))).toThrow(
    "a function of statements is needed here, not undefined",
  );
  expect(within(({ x }) => rf8.named(anything(x)))).toThrow("a record of signals is needed here");
  expect(within(() => rf8.unused(anything(undefined)))).toThrow("a signal is needed here");
  expect(within(() => rf8.instance("one", anything(mac), {}))).toThrow(
    "a circuit is called, mac()",
  );
});
