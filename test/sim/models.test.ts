import { bool, concat, input, module, output, register, uint, unused } from "@chisel-ts/core";
import { beforeEach, describe, expect, test } from "vitest";
import {
  engines,
  ProtocolError,
  registerScript,
  streamSink,
  streamSource,
} from "../../sim/index.ts";
import { needs } from "../support/native.ts";
import { contractOfModels } from "./contract-models.ts";

contractOfModels(engines.wasm, 300);
contractOfModels(engines.interpreter, 1);
contractOfModels(engines.verilator, 20);
describe("Icarus, where it is installed", () => {
  beforeEach(() => needs("iverilog"));
  contractOfModels(engines.icarus, 10);
});

const wayward = module(
  {
    name: "wayward",
    ports: {
      drop: input(bool()),
      to: { valid: output(bool()), ready: input(bool()), bits: output(uint(8)) },
    },
  },
  (io) => {
    const now = register("now", uint(8), { reset: 0 });
    now.set(now.addWrap(1));
    unused(io.to.ready);
    io.to.valid.set(io.drop.not().or(now.bit(0).not()));
    io.to.bits.set(concat(io.drop.not(), now.bits(6, 0)));
  },
);

for (const engine of [engines.wasm, engines.interpreter]) {
  test(`${engine.name}: a valid beat may neither change nor be withdrawn before it is accepted`, () => {
    const dut = engine.open(wayward, { models: { to: streamSink(wayward, "to") } });
    const delays = Uint32Array.of(2);
    expect(() => dut.run({ to: { beats: 1, delays } }, 9)).toThrow(
      new ProtocolError(
        "to of wayward, cycle 1, beat 0 of 1: a beat changes before it is accepted",
      ),
    );
    dut.reset();
    dut.in.drop = true;
    expect(() => dut.run({ to: { beats: 1, delays } }, 9)).toThrow(
      new ProtocolError(
        "to of wayward, cycle 1, beat 0 of 1: valid falls before the beat is accepted",
      ),
    );
  });
}

test("models that do not fit a module are refused in words", () => {
  const models = { to: streamSink(wayward, "to") };
  expect(() => streamSource(wayward, "to")).toThrow("wayward offers beats on to: it needs a sink");
  expect(() => streamSink(wayward, "too")).toThrow(
    "wayward has no bundle too; it has the bundle to",
  );
  expect(() => registerScript(wayward, "to")).toThrow(
    "to of wayward has no awvalid: it is no AXI4-Lite subordinate",
  );
  const open = (changed: object) => () =>
    engines.wasm.open(wayward, { models: { to: { ...models.to, ...changed } } });
  expect(open({ valid: "to_vaild" })).toThrow("to: wayward has no port to_vaild");
  expect(open({ valid: "drop" })).toThrow("to: drop of wayward is an input, an output is needed");
  expect(open({ valid: "to_bits" })).toThrow("to: to_bits of wayward has 8 bits, 1 bit are needed");
  expect(open({ kind: "fountain" })).toThrow("to is no model");
  expect(() => engines.wasm.open(wayward, { models: { ...models, again: models.to } })).toThrow(
    "to_ready of wayward is driven by to and by again",
  );
});
