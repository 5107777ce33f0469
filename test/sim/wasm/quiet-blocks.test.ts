import {
  type Bool,
  bool,
  input,
  memory,
  module,
  mux,
  output,
  register,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { flatten } from "../../../sim/flatten.ts";
import { engines } from "../../../sim/index.ts";
import { WasmBackend } from "../../../sim/wasm/backend.ts";
import { planGroups } from "../../../sim/wasm/groups.ts";
import { layOut } from "../../../sim/wasm/layout.ts";
import { quietBlocks } from "../../../sim/wasm/quiet/blocks.ts";
import { slowState } from "../../../sim/wasm/quiet/slow.ts";
import { stimulusOf } from "../random/stimulus.ts";

/** Some rounds of operations that depend on all of some values. */
const mixed = (values: readonly UInt[], rounds: number): UInt => {
  let all = values[0] as UInt;
  for (let round = 0; round < rounds; round++)
    for (const value of values) all = all.addWrap(value.xor(BigInt(round + 1))).xor(value);
  return all;
};

const blocksOf = (circuit: Parameters<typeof flatten>[0]) =>
  quietBlocks(flatten(circuit, { watch: [] }));

/** A register that an input writes in few cycles. */
const heldRegister = (name: string, x: UInt, write: Bool, reset = 0): UInt => {
  const held = register(name, uint(x.width), { reset });
  held.set(mux<UInt>(write, x, held));
  return held;
};

/** A value as it was a cycle ago: what an output alone depends on is not computed at every edge. */
const delayed = (name: string, value: UInt): UInt => {
  const state = register(name, uint(32), { reset: 0 });
  state.set(value);
  return state;
};

const ports = {
  x: input(uint(32)),
  go: input(bool()),
  place: input(uint(5)),
  y: output(uint(32)),
  z: output(uint(32)),
};

function expectEqual(circuit: Parameters<typeof engines.wasm.open>[0], seed = 1): void {
  const stimulus = stimulusOf(circuit, seed, 100);
  const [fast, plain] = [engines.wasm, engines.interpreter].map((engine) => engine.open(circuit));
  expect(fast!.batch(stimulus, 100)).toEqual(plain!.batch(stimulus, 100));
  expect(fast!.save()).toEqual(plain!.save());
}

describe("quiet blocks", () => {
  const held = module({ name: "held_alone", ports }, (io) => {
    const state = heldRegister("state", io.x, io.go.and(io.place.eq(3)));
    io.y.set(delayed("late", mixed([state], 10)));
    io.z.set(io.x);
  });

  test("are what depends on registers that hold", () => {
    const { registers, cells } = flatten(held, { watch: [] });
    const [block, ...others] = blocksOf(held);
    expect(others).toEqual([]);
    expect(block!.leaves).toEqual([registers[0]!.slot]);
    expect(block!.cells.length).toBeGreaterThan(20);
    expect(block!.cells.length).toBeLessThan(cells.length);
  });

  test("are not what depends on an input, on what follows one, or on what sums it up", () => {
    const circuit = module({ name: "moving", ports }, (io) => {
      const follows = register("follows", uint(32), { reset: 0 });
      follows.set(io.x.not());
      const sum = register("sum", uint(32), { reset: 0 });
      sum.set(mux<UInt>(io.go, sum.addWrap(follows), sum));
      io.y.set(delayed("late", mixed([follows, sum], 10)));
      io.z.set(delayed("later", mixed([io.x], 10).xor(io.place.extend(32))));
    });
    expect(blocksOf(circuit)).toEqual([]);
    const { registers } = flatten(circuit, { watch: [] });
    expect(registers).toHaveLength(4);
    expect(slowState(flatten(circuit, { watch: [] })).size).toBe(0);
  });

  test("may depend on what follows registers that hold, on counters, and on words that a memory holds", () => {
    const circuit = module({ name: "slow", ports }, (io) => {
      const state = heldRegister("state", io.x, io.go);
      const follows = register("follows", uint(32), { reset: 0 });
      follows.set(state.not());
      const count = register("count", uint(32), { reset: 0 });
      count.set(mux<UInt>(io.go, count.addWrap(1), count));
      const words = memory("words", { depth: 4, type: uint(32) });
      words.write(io.place.bits(1, 0), io.x, io.go);
      const often = words.read("often", io.place.bits(1, 0));
      const seldom = words.read("seldom", io.place.bits(1, 0), io.go);
      io.y.set(follows.xor(count).xor(often).xor(seldom));
      io.z.set(state);
    });
    const netlist = flatten(circuit, { watch: [] });
    const slow = slowState(netlist);
    const named = [...netlist.registers, ...netlist.memories.flatMap(({ reads }) => reads)].filter(
      ({ slot }) => slow.has(slot),
    );
    expect(named.map(({ name }) => name).sort()).toEqual(["count", "follows", "seldom", "state"]);
  });

  test("are left out while their state stays", () => {
    const plan = planGroups(held, []);
    const layout = layOut(plan);
    const backend = new WasmBackend({ module: held, plan, layout, compiled: new Map() });
    const columns = (x: number, go: number) => ({
      x: Uint32Array.of(x),
      go: Uint8Array.of(go),
      place: Uint8Array.of(3),
    });
    const y = (x: number, go: number) => backend.batch(columns(x, go), 1).columns.y![0];
    y(5, 1);
    y(6, 0);
    const first = y(6, 0);
    // What is computed no more stays as someone else leaves it.
    const [place] = layout.quiet.outputs.values();
    new DataView(backend.memory.buffer).setBigUint64(place!, 77n, true);
    y(7, 0);
    expect(y(8, 0)).toBe(77);
    y(8, 1);
    y(5, 1);
    expect(y(6, 0)).not.toBe(77);
    expect(y(6, 0)).toBe(first);
  });

  test("do not depend on registers that a loop computes, nor do those that read them", () => {
    const circuit = module({ name: "looped", ports }, (io) => {
      const many = Array.from({ length: 40 }, (_, i) =>
        heldRegister(`many_${i}`, io.x.xor(io.x.shiftRight(1).extend(32)), io.go),
      );
      const state = heldRegister("state", io.x.not(), io.go.and(io.place.eq(7)), 9);
      const other = heldRegister("other", io.x.addWrap(3), io.go.and(io.place.eq(9)), 7);
      const another = heldRegister("another", io.x.xor(7), io.go.and(io.place.eq(1)), 5);
      // What both blocks depend on is computed by the first, which goes.
      const shared = state.xor(state.shiftRight(3).extend(32)).addWrap(state);
      io.y.set(delayed("late", mixed([shared, many[0]!], 12)));
      io.z.set(
        delayed("later", mixed([shared, other, another], 12)).xor(many.reduce((a, b) => a.xor(b))),
      );
    });
    const before = blocksOf(circuit);
    expect(before.length).toBeGreaterThan(1);
    const { groups, quiet } = planGroups(circuit, []);
    expect(groups.some(({ kernel }) => kernel.registers.length > 0)).toBe(true);
    expect(quiet).toEqual([]);
    expectEqual(circuit);
  });

  test("have no inner value that a branch elsewhere is taken by", () => {
    const circuit = module({ name: "selects", ports }, (io) => {
      const state = heldRegister("state", io.x, io.go.and(io.place.eq(3)), 77);
      const deep = mixed([state], 10);
      const [a, b, c] = [3, 9, 15].map((bit) => deep.bit(bit).xor(state.bit(bit)));
      // Both writes need a, which nothing else of the circuit reads.
      const data = mixed([io.x, io.x.shiftRight(2).extend(32)], 8);
      const words = memory("words", { depth: 4, type: uint(32) });
      words.write(io.place.bits(1, 0), data, a!.and(b!));
      words.write(io.place.bits(2, 1), data, a!.and(c!));
      io.y.set(words.read("word", io.place.bits(1, 0)));
      io.z.set(delayed("late", deep));
    });
    expect(blocksOf(circuit)).toHaveLength(1);
    for (let seed = 1; seed < 10; seed++) expectEqual(circuit, seed);
  });
});
