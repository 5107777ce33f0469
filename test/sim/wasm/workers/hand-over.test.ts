import type { Module } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { mac } from "../../../../hdl/mac.ts";
import type { Columns } from "../../../../sim/index.ts";
import { wasmWith } from "../../../../sim/wasm/wasm.ts";
import {
  type Blocks,
  computeNext,
  maxWaiting,
  serve,
  words,
} from "../../../../sim/wasm/workers/hand-over.ts";
import { oneThread } from "../../../../sim/wasm/workers/one-thread.ts";
import { RandomStimulus } from "../../../../src/verification/stimulus.ts";
import { contract } from "../../contract.ts";
import { contractOfArithmetic } from "../../contract-arithmetic.ts";
import { contractOfChecks } from "../../contract-checks.ts";
import { contractOfLanes } from "../../contract-lanes.ts";
import { contractOfPorts } from "../../contract-ports.ts";
import { inTwoParts, onTwoThreads } from "./engines.ts";

for (const [name, engine] of Object.entries({ inTwoParts, onTwoThreads })) {
  const named = { ...engine, name: `wasm, ${name}` };
  contract(named);
  contractOfPorts(named);
  contractOfArithmetic(named);
  contractOfChecks(named);
  contractOfLanes(named);
}

const bytesOf = (columns: Columns): Record<string, string> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      Buffer.from((column as Uint8Array).buffer).toString("latin1"),
    ]),
  );

test("half of the lanes is computed by each thread, in batches of one block and of several", () => {
  const lanes = 1008;
  const circuit = mac({ activation: "int8" });
  const [two, alone] = [onTwoThreads, wasmWith(oneThread)].map((engine) => {
    const dut = engine.open(circuit, { lanes });
    const answers = [120, 3].map((cycles) => {
      const { columns } = new RandomStimulus(circuit as Module, cycles).block(lanes * cycles);
      const found = dut.batch(columns, cycles);
      dut.step(2);
      return bytesOf(found);
    });
    dut.reset();
    const last = bytesOf(dut.batch({}, 1));
    dut.close();
    return [...answers, last];
  });
  expect(two).toEqual(alone);
});

function blocks(): Blocks {
  const control = new Int32Array(new SharedArrayBuffer(4 * (words.parameters + 2 * maxWaiting)));
  return { control, words, maxWaiting, parameters: 2 };
}

test("blocks are computed in order, each once, by one at a time", () => {
  const shared = blocks();
  const computed: [number, number][] = [];
  const compute = (cycles = 0, first = 0): void => {
    computed.push([cycles, first]);
    expect(computeNext(shared, compute)).toBe(false);
  };
  expect(computeNext(shared, compute)).toBe(false);
  for (let block = 0; block < 6; block++) {
    shared.control.set([block + 1, 10 * block], words.parameters + 2 * (block % maxWaiting));
    Atomics.add(shared.control, words.given, 1);
    if (block % 2 === 0) continue;
    while (computeNext(shared, compute)) {}
  }
  expect(computed).toEqual([1, 2, 3, 4, 5, 6].map((cycles, block) => [cycles, 10 * block]));
});

test("counts of blocks may pass 2^31", () => {
  const shared = blocks();
  shared.control[words.given] = 2 ** 31 - 1;
  shared.control[words.done] = 2 ** 31 - 1;
  const firsts: number[] = [];
  shared.control.set([1, 0, 1, 10, 1, 20, 1, 30], words.parameters);
  for (let block = 0; block < 3; block++) {
    Atomics.add(shared.control, words.given, 1);
    computeNext(shared, (_, first = -1) => firsts.push(first));
  }
  expect(firsts).toEqual([30, 0, 10]);
});

test("one that fails lets others go on", () => {
  const shared = blocks();
  Atomics.add(shared.control, words.given, 1);
  expect(() =>
    computeNext(shared, () => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(computeNext(shared, () => {})).toBe(true);
});

test("a worker without work ends, and says so", () => {
  const shared = blocks();
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const present: number[] = [];
  serve({ ...shared, module: new WebAssembly.Module(empty), memory, patience: 1 }, () => {
    present.push(Atomics.load(shared.control, words.present));
    return false;
  });
  expect(present).toEqual([1]);
  expect(Atomics.load(shared.control, words.present)).toBe(0);
});
