import {
  type Bool,
  bool,
  input,
  instance,
  memory,
  module,
  mux,
  output,
  register,
  type UInt,
  uint,
  vec,
  when,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engines, wasmListing } from "../../../sim/index.ts";
import { planGroups } from "../../../sim/wasm/groups.ts";
import { edgeOf } from "../../../sim/wasm/held.ts";
import { stimulusOf } from "../random/stimulus.ts";

const laneOf = (name: string) =>
  module(
    {
      name,
      ports: { x: input(uint(16)), flag: output(bool()), y: output(uint(16)) },
    },
    ({ x, flag, y }) => {
      const kept = register("kept", uint(16), { reset: 5 });
      kept.set(kept.xor(x));
      const mixed = kept.addWrap(x).xor(x.shiftRight(3).extend(16)).addWrap(kept.not());
      flag.set(mixed.bits(3, 0).orReduce().not());
      y.set(mixed);
    },
  );
const [lane, idleLane, heldLane] = [laneOf("lane"), laneOf("idle_lane"), laneOf("held_lane")];

/** Keeps what it read, which matters under two conditions. */
const holder = module(
  {
    name: "holder",
    ports: { a: input(bool()), b: input(bool()), x: input(uint(16)), y: output(uint(16)) },
  },
  ({ a, b, x, y }) => {
    const held = register("held", uint(16), { reset: 9 });
    when(a, () => held.set(x.addWrap(held)));
    when(b, () => held.set(x.xor(a.asUInt().extend(16))));
    y.set(held);
  },
);

const shape = fc.record({
  count: fc.integer({ min: 16, max: 36 }),
  depth: fc.integer({ min: 1, max: 3 }),
  /** What enters the words: an input, a register that is replaced at the same edge, or what an instance computes. */
  enter: fc.constantFrom("input", "register", "instance", "neither", "other"),
  leaves: fc.boolean(),
  /** Every other lane enters under another condition. */
  alternate: fc.boolean(),
  /** What enters does so again, under another condition. */
  twice: fc.boolean(),
  /** Inputs of instances are brought to them. */
  copied: fc.boolean(),
  gated: fc.boolean(),
  stored: fc.boolean(),
  watched: fc.boolean(),
  seed: fc.integer(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Words that hold what instances compute, as in a queue, and other readers that look at it under conditions only. */
const circuitOf = ({
  count,
  depth,
  enter,
  leaves,
  alternate,
  twice,
  copied,
  gated,
  stored,
}: Shape) =>
  module(
    {
      name: "held_words",
      ports: {
        x: vec(count, input(uint(16))),
        go: input(bool()),
        leave: input(bool()),
        place: input(uint(2)),
        y: vec(count, output(uint(16))),
        any: output(bool()),
        word: output(uint(16)),
        idle: output(uint(16)),
        busy: output(uint(16)),
        held: vec(count, output(uint(16))),
      },
    },
    (io) => {
      const lanes = [...io.x].map((x, i) =>
        instance(`lane_${i}`, lane, { x: copied ? x.addWrap(i) : x }),
      );
      // Results of these but for the first flag matter in cycles alone that are not busy.
      const idle = [...io.x].map((x, i) => instance(`idle_${i}`, idleLane, { x: x.xor(i) }));
      const late = register("late", bool(), { reset: 0 });
      late.set(io.go.xor(late));
      const busy = late.or(io.leave);
      const neither = busy.not();
      const go: Bool = {
        input: io.go,
        register: late,
        instance: lanes[0]!.flag,
        neither,
        other: idle[0]!.flag,
      }[enter];
      const words = Array.from({ length: depth }, (_, d) =>
        lanes.map((_, i) => register(`word_${d}_${i}`, uint(16), { reset: d })),
      );
      for (const [d, row] of words.entries()) {
        const enters = go.and(io.place.eq(d));
        for (const [i, word] of row.entries()) {
          const above = words[d + 1]?.[i];
          if (leaves && above) when(io.leave.not(), () => word.set(above));
          const { y } = lanes[i]!;
          if (twice) when(io.leave, () => word.set(y));
          const own = alternate && i % 2 === 1 ? late.and(io.place.eq(d)) : enters;
          when(own, () => word.set(y.xor(own.asUInt().extend(16))));
        }
      }
      words[0]!.forEach((word, i) => {
        io.y[i]!.set(word);
      });
      const flags = lanes.map(({ flag }) => flag).reduce((a, b) => a.or(b));
      io.any.set(gated ? neither.and(flags) : flags);
      const idleSum = idle.map(({ y }) => y).reduce((a, b) => a.xor(b));
      const taken = register("taken", uint(16), { reset: 0 });
      const other = register("other", uint(16), { reset: 1 });
      when(busy.not(), () => taken.set(idleSum));
      when(busy.not(), () => other.set(idleSum.addWrap(taken)));
      io.idle.set(mux<UInt>(busy, taken, idleSum));
      io.busy.set(other);
      const heldLanes = [...io.x].map((x, i) =>
        instance(`held_lane_${i}`, heldLane, { x: x.not() }),
      );
      const a = enter === "instance" ? heldLanes[0]!.flag : io.leave;
      for (const [i, { y: x }] of heldLanes.entries())
        io.held[i]!.set(instance(`holder_${i}`, holder, { a, b: late, x }).y);
      const sum = lanes.reduce<UInt>((total, { y }) => total.addWrap(y), words[0]![0]!);
      if (!stored) {
        io.word.set(mux(io.leave, io.x[0]!, sum));
        return;
      }
      const memoryOf = memory("memory", { depth: 4, type: uint(16) });
      memoryOf.write(io.place, sum, late);
      io.word.set(memoryOf.read("read", io.place, io.leave));
    },
  );

const circuits = { numRuns: Number(process.env.HELD_CIRCUITS ?? 100) };

test("what is left out where nothing needs it changes nothing", () => {
  fc.assert(
    fc.property(shape, (one) => {
      const circuit = circuitOf(one);
      const watch = one.watched ? ["lane_1.y", "word_0_3"] : [];
      const [fast, plain] = [engines.wasm, engines.interpreter].map((engine) =>
        engine.open(circuit, { watch }),
      );
      for (const dut of [fast!, plain!]) dut.randomize(one.seed);
      const stimulus = stimulusOf(circuit, one.seed, 24);
      expect(fast!.batch(stimulus, 24)).toEqual(plain!.batch(stimulus, 24));
      expect(fast!.save()).toEqual(plain!.save());
      // A batch needs every output in every cycle, a step only what changes the state.
      for (let cycle = 0; cycle < 12; cycle++) {
        for (const dut of [fast!, plain!]) {
          if (cycle === 5) dut.poke("word_0_3", 77n);
          if (cycle === 7) dut.poke("late", 1n);
          const value = (name: string) => BigInt(stimulus[name]![cycle]!);
          for (let i = 0; i < one.count; i++) dut.in.x[i] = value(`x_${i}`);
          dut.in.go = value("go") === 1n;
          dut.in.leave = value("leave") === 1n;
          dut.in.place = value("place");
          dut.step(1);
        }
        expect(fast!.save()).toEqual(plain!.save());
      }
      expect(fast!.out).toEqual(plain!.out);
    }),
    circuits,
  );
});

const edgeListing = (circuit: Parameters<typeof wasmListing>[0]): string =>
  /\(func \$edge .*?\n\)/s.exec(wasmListing(circuit))?.[0] ?? "";

test("a loop whose results or registers nothing needs in a cycle is not entered", () => {
  const shared = {
    count: 16,
    depth: 2,
    leaves: true,
    alternate: false,
    twice: false,
    copied: true,
    gated: true,
    watched: false,
    seed: 1,
  };
  const edge = edgeListing(circuitOf({ ...shared, enter: "register", stored: false }));
  const called = (name: string) =>
    edge.split("\n").filter((line) => line.includes(`call $${name}`));
  const depths = (name: string) => [...new Set(called(name).map((line) => line.search(/\S/)))];
  expect(depths("evaluate_lane")).toEqual([4]);
  expect(depths("edge_registers like word")).toEqual([4]);
  expect(depths("edge_lane")).toEqual([2]);
});

test("an edge reads data under the conditions of all ways that read them, and a select always", () => {
  const word = { first: input(uint(16)), second: input(uint(16)), both: input(uint(16)) };
  const selects = { a: input(bool()), b: input(bool()) };
  const unit = module(
    { name: "unit", ports: { ...selects, ...word, y: output(uint(16)) } },
    ({ a, b, first, second, both, y }) => {
      const held = register("held", uint(16), { reset: 9 });
      when(a, () => held.set(first.addWrap(both)));
      when(b, () => held.set(second.xor(both).xor(a.asUInt().extend(16))));
      y.set(held);
    },
  );
  const all = module(
    { name: "all", ports: { ...selects, ...word, y: vec(16, output(uint(16))) } },
    (io) => {
      const { y, ...shared } = io;
      for (let i = 0; i < 16; i++) y[i]!.set(instance(`unit_${i}`, unit, shared).y);
    },
  );
  const { netlist, groups } = planGroups(all, []);
  const slot = (name: string): number => netlist.signals.get(name)!.slot;
  const { ways, reads } = edgeOf(netlist, groups[0]!);
  const read = (name: string) =>
    reads(
      groups[0]!.kernel.inputs.findIndex((one) => one.name === name),
      5,
    );
  const [b, aAlone] = [
    [[slot("b"), true]],
    [
      [slot("b"), false],
      [slot("a"), true],
    ],
  ];
  expect(ways).toEqual([b, aAlone]);
  expect([read("second"), read("first")]).toEqual([b, aAlone]);
  // `both` is read in either way, `a` is data of one and decides about the other.
  expect([read("both"), read("a"), read("b")]).toEqual([[], [], []]);
});
