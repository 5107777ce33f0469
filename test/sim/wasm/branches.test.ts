import {
  type Bool,
  bool,
  input,
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
import { describe, expect, test } from "vitest";
import { evaluateCell } from "../../../sim/cells.ts";
import { flatten } from "../../../sim/flatten.ts";
import { engines } from "../../../sim/index.ts";
import type { Netlist } from "../../../sim/netlist.ts";
import { type Block, branched, cellsIn } from "../../../sim/wasm/branches/schedule.ts";
import { stimulusOf } from "../random/stimulus.ts";

/** What a choice does: sets some registers, and chooses further. */
interface Choice {
  readonly sets: readonly {
    readonly target: number;
    readonly from: number;
    readonly rounds: number;
  }[];
  readonly inner: readonly {
    readonly condition: number;
    readonly act: Choice;
    readonly or: Choice;
  }[];
}

const choice = fc.letrec<{ choice: Choice }>((tie) => ({
  choice: fc.record({
    sets: fc.array(
      fc.record({
        target: fc.nat(11),
        from: fc.nat(20),
        // Some are worth a branch by themselves, some only together.
        rounds: fc.constantFrom(0, 0, 0, 1, 6),
      }),
      { maxLength: 8 },
    ),
    inner: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant([]),
      fc.array(fc.record({ condition: fc.nat(9), act: tie("choice"), or: tie("choice") }), {
        maxLength: 3,
      }),
    ),
  }),
})).choice;

const shape = fc.record({
  choice,
  more: fc.array(choice, { minLength: 1, maxLength: 3 }),
  seed: fc.integer(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Registers that nested conditions set to inputs, to each other, and to what is computed of both. */
const circuitOf = ({ choice: first, more }: Shape) =>
  module(
    {
      name: "choices",
      ports: {
        x: vec(4, input(uint(16))),
        wide: input(uint(90)),
        go: vec(4, input(bool())),
        y: vec(12, output(uint(16))),
        z: output(uint(16)),
      },
    },
    ({ x, wide, go, y, z }) => {
      const state = Array.from({ length: 12 }, (_, i) =>
        register(`state_${i}`, uint(16), { reset: i }),
      );
      const big = register("big", uint(90), { reset: 1 });
      const values = [...x, ...state, wide.bits(31, 16), big.bits(79, 64)];
      const conditions: Bool[] = [
        ...go,
        state[0]!.bit(0),
        state[5]!.bit(3),
        big.bit(80),
        x[0]!.lt(x[1]!),
        state[2]!.eq(x[3]!),
      ];
      const value = (n: number, rounds: number): UInt => {
        let found: UInt = values[n % values.length]!;
        for (let i = 0; i < rounds; i++)
          found = found
            .addWrap(values[(n + i) % values.length]!.xor(i))
            .xor(found.shiftRight(1).extend(16));
        return found;
      };
      const act = ({ sets, inner }: Choice): void => {
        // The last of what is set in one place.
        const last = new Map(sets.map((one) => [one.target, one]));
        for (const { target, from, rounds } of last.values()) {
          if (target === 11) big.set(wide);
          else state[target]!.set(value(from, rounds));
        }
        for (const { condition, act: one, or } of inner)
          when(conditions[condition % conditions.length]!, () => act(one)).otherwise(() => act(or));
      };
      // Something is set always, so that no register is left without a next state.
      for (const one of state) one.set(one.xor(x[0]!));
      big.set(
        mux<UInt>(
          [...go].reduce((a, b) => a.and(b)),
          wide,
          big,
        ),
      );
      [first, ...more].forEach((one, i) => {
        when(conditions[(3 * i + 3) % conditions.length]!, () => act(one));
      });
      state.forEach((one, i) => {
        y[i]!.set(one);
      });
      z.set([...x, ...state].reduce((a, b) => a.addWrap(b)).xor(big.bits(15, 0)));
    },
  );

const circuits = {
  numRuns: Number(process.env.BRANCHED_CIRCUITS ?? 60),
  interruptAfterTimeLimit: 60_000,
  markInterruptAsFailure: true,
};

test("registers that nested conditions set are as interpreted", () => {
  fc.assert(
    fc.property(shape, (one) => {
      const circuit = circuitOf(one);
      const [fast, plain] = [engines.wasm, engines.interpreter].map((engine) =>
        engine.open(circuit),
      );
      for (const dut of [fast!, plain!]) dut.randomize(one.seed);
      const stimulus = stimulusOf(circuit, one.seed, 60);
      expect(fast!.batch(stimulus, 60)).toEqual(plain!.batch(stimulus, 60));
      expect(fast!.save()).toEqual(plain!.save());
    }),
    circuits,
  );
});

/** Computes what a block computes, its branches as they are taken: what is left out has no value. */
function run(block: Block, values: Map<number, bigint>, { widths }: Netlist): void {
  const known = (slot: number): bigint => {
    const value = values.get(slot);
    if (value === undefined) throw new Error(`slot ${slot} is read and has no value`);
    return value;
  };
  for (const item of block) {
    if ("select" in item) {
      const one = known(item.select) === 1n;
      run(one ? item.ifOne : item.ifZero, values, { widths } as Netlist);
      for (const { slot, operands } of item.muxes) values.set(slot, known(operands[one ? 1 : 2]!));
      continue;
    }
    if (!("operation" in item)) throw new Error("there is no memory");
    const [select = -1] = item.operands;
    const [, one = -1] = item.operands;
    // A multiplexer reads the side that it gives alone; what a bit of 0 is joined with by and does not matter.
    const joined = item.operation === "and" && widths[item.slot] === 1;
    const idle =
      item.operation === "mux"
        ? known(select) === 1n
          ? 2
          : 1
        : joined && values.get(select) === 0n
          ? 1
          : joined && values.get(one) === 0n
            ? 0
            : undefined;
    const used: bigint[] = [];
    item.operands.forEach((slot, place) => {
      used[slot] ??= place === idle ? (values.get(slot) ?? 0n) : known(slot);
    });
    values.set(item.slot, evaluateCell(item, used, widths));
  }
}

describe("cells in branches", () => {
  const setOf = (block: Block) => cellsIn(block).map(({ slot }) => slot);
  const limits = ({ constants, widths }: Netlist) => ({
    min: 4,
    max: 4096,
    minMuxes: 3,
    accepts: (select: number) => !constants.has(select),
    isBit: (slot: number) => widths[slot] === 1,
  });

  test("give what all of them give, each computed once, and only where it is needed", () => {
    let branches = 0;
    fc.assert(
      fc.property(shape, (one) => {
        const netlist = flatten(circuitOf(one), { watch: [] });
        const roots = [
          ...netlist.registers.map(({ next }) => next),
          ...netlist.outputs.map(({ slot }) => slot),
        ];
        const block = branched(
          netlist.cells,
          roots.map((slot) => [slot]),
          limits(netlist),
        );
        expect(setOf(block).sort((a, b) => a - b)).toEqual(
          netlist.cells.map(({ slot }) => slot).sort((a, b) => a - b),
        );
        branches += block.filter((item) => "select" in item).length;
        const random = stimulusOf(circuitOf(one), one.seed, 8);
        for (let cycle = 0; cycle < 8; cycle++) {
          const start = new Map(netlist.constants);
          for (const { slot, name } of netlist.inputs)
            start.set(slot, BigInt(random[name]![cycle]!));
          netlist.registers.forEach(({ slot }, i) => {
            start.set(
              slot,
              BigInt.asUintN(netlist.widths[slot]!, 0x9e3779b97f4a7c15n * BigInt(cycle * 31 + i)),
            );
          });
          const [plain, lazy] = [new Map(start), new Map(start)];
          run(netlist.cells, plain, netlist);
          run(block, lazy, netlist);
          for (const slot of roots) expect(lazy.get(slot)).toBe(plain.get(slot));
        }
      }),
      circuits,
    );
    expect(branches).toBeGreaterThan(circuits.numRuns);
  });
});
