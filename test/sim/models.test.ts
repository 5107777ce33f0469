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
import { memoryOf, modelsOf, packed, passage } from "./burst-device.ts";
import { contractOfBursts } from "./contract-bursts.ts";
import { contractOfModels } from "./contract-models.ts";

contractOfModels(engines.wasm, 300);
contractOfModels(engines.interpreter, 1);
contractOfModels(engines.verilator, 20);
contractOfBursts(engines.wasm, 200);
contractOfBursts(engines.interpreter, 1);
contractOfBursts(engines.verilator, 10);
describe("Icarus, where it is installed", () => {
  beforeEach(() => needs("iverilog"));
  contractOfModels(engines.icarus, 10);
  contractOfBursts(engines.icarus, 3);
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

test("a memory may have more than 2 GiB, of which only what is used takes room", () => {
  const bytes = 2 ** 31 + 2 ** 20;
  const models = modelsOf({ bytes, latency: 2, interval: 1, outstanding: 1 });
  const dut = engines.wasm.open(passage, { models });
  const place = bytes - 3;
  const stored = packed([0, 1, 2].map((i) => [place + i, 40 + i]));
  dut.run({ writes: { beats: stored } }, 50);
  const asks = { beats: packed([[place, 1]]), gaps: Uint32Array.of(3) };
  const { models: done } = dut.run({ asks, beats: { beats: 1 } }, 50);
  expect([...done.beats.beats]).toEqual([40, 41, 42, 0, 0, 0, 0, 0]);
  expect([...done.beats.transfers]).toEqual([5]);
  expect(done.memory.contents.length).toBe(bytes);
});

test("memories and conditions that make no sense are refused in words", () => {
  const memory = memoryOf({ bytes: 64, latency: 1, interval: 1, outstanding: 1 });
  const open = (changed: object) => () =>
    engines.wasm.open(passage, { models: { memory: { ...memory, ...changed } } });
  const wrong: readonly (readonly [object, string])[] = [
    [{ bytes: -1 }, "memory: bytes is -1; a whole number from 0 to 4294967295 is needed"],
    [{ bytes: 1.5 }, "memory: bytes is 1.5;"],
    [{ latency: -1 }, "memory: latency is -1; a whole number from 0"],
    [{ interval: 0.5 }, "memory: interval is 0.5; a number from 1 to 1073741824 is needed"],
    [{ interval: Number.NaN }, "memory: interval is NaN;"],
    [{ outstanding: 0 }, "memory: outstanding is 0; a whole number from 1 to 65536 is needed"],
    [{ patience: 0 }, "memory: patience is 0; a whole number from 1"],
    [
      { store: { ...memory.store, byte: "store_bits_address" } },
      "store_bits_address of passage has 40 bits, 8 bit are needed",
    ],
  ];
  for (const [changed, words] of wrong) expect(open(changed)).toThrow(words);
  expect(() => open({ bytes: 2 ** 32 - 1 })().run({}, 5)).toThrow(
    /^the wasm engine needs \d+ more bytes, which are not to be had$/,
  );
  const dut = open({})();
  const run = (work: object) => () => dut.run({ memory: work } as object, 5);
  expect(run({ contents: new Uint8Array(65) })).toThrow(
    "memory: 65 bytes of contents; the memory has 64",
  );
  expect(run({ contents: [1] })).toThrow("memory: contents are a Uint8Array, not");
  expect(run({ stalls: Uint32Array.of(8) })).toThrow(
    "memory: stalls has 8; 0 to 7 say which streams stall",
  );
  expect(run({ stalls: [1] })).toThrow("memory: stalls are a Uint32Array, not");
  expect(run({ pattern: 1 })).toThrow("the work of memory has no pattern; it has contents, stalls");
  const until = (changed: object) => () =>
    engines.wasm.open(passage, {
      models: { stop: { kind: "until", signal: "late", values: [1], ...changed } },
    });
  expect(until({ signal: "lat" })).toThrow("passage has no signal lat");
  expect(until({ signal: "cycle" })).toThrow(
    "stop: cycle of passage is neither an output nor in watch",
  );
  expect(until({ signal: "store_bits_address" })).toThrow(
    "has 40 bits, at most 32 bits are needed",
  );
  expect(until({ values: [] })).toThrow("stop: values is a list of the values that end a run");
  expect(until({ values: [2] })).toThrow("stop: value is 2; a whole number from 0 to 1 is needed");
  expect(() => until({})().run({ stop: { values: [0] } } as object, 5)).toThrow(
    "the work of stop has no values; it has nothing",
  );
});
