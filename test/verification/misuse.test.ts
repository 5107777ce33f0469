import { expect, test } from "vitest";
import {
  emitDesign,
  engines,
  mac,
  mutate,
  prove,
  synthesize,
  verify,
} from "../../src/api/index.ts";

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

test("a module is synthesized as its Verilog is", async () => {
  expect((await synthesize(mac({ pipeline: 0 }))).area_ge).toBeGreaterThan(500);
});
