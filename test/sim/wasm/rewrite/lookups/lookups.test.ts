import {
  concat,
  input,
  literal,
  type Module,
  module,
  mux,
  output,
  type UInt,
  uint,
  unused,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decode } from "../../../../../hdl/product/decode.ts";
import { flatten } from "../../../../../sim/flatten.ts";
import { interpreter } from "../../../../../sim/interpreter/interpreter.ts";
import type { Netlist } from "../../../../../sim/netlist.ts";
import { lookUpCones } from "../../../../../sim/wasm/rewrite/lookups/lookups.ts";
import { maxBits, Truth } from "../../../../../sim/wasm/rewrite/lookups/truth.ts";
import { wasm } from "../../../../../sim/wasm/wasm.ts";
import { resize } from "../../../random/operations.ts";
import { stimulusOf } from "../../../random/stimulus.ts";
import { checkWidths, evaluate, everything } from "../evaluate.ts";

const small = fc.nat({ max: 60 });
const recipes = fc.record({
  widths: fc.array(fc.constantFrom(1, 1, 2, 3, 4), { minLength: 2, maxLength: 3 }),
  steps: fc.array(fc.record({ kind: small, a: small, b: small, c: small, n: small }), {
    minLength: 2,
    maxLength: 16,
    size: "max",
  }),
});
type Recipe = typeof recipes extends fc.Arbitrary<infer T> ? T : never;

/** Logic of a few bits, most of it narrow. */
function logic({ widths, steps }: Recipe): Module {
  const inputs = Object.fromEntries(widths.map((width, i) => [`x${i}`, input(uint(width))]));
  return module({ name: "narrow", ports: { ...inputs, y: output(uint(12)) } }, (io) => {
    const { y, ...rest } = io;
    const pool: UInt[] = Object.values(rest) as unknown as UInt[];
    unused(...pool);
    for (const { kind, a, b, c, n } of steps) {
      const [p, q, s] = [a, b, c].map((one) => pool[pool.length - 1 - (one % pool.length)]!) as [
        UInt,
        UInt,
        UInt,
      ];
      const same = resize(q, p.width);
      const bit = s.bit(n % s.width);
      const results: (() => UInt)[] = [
        () => p.eq(n % 2 ** p.width).asUInt(),
        () => p.lt(same).asUInt(),
        () => p.and(same),
        () => p.or(same),
        () => p.xor(same),
        () => p.not(),
        () => mux(bit, p, same),
        () => mux(bit, p, literal(uint(p.width), 0)),
        () => p.addWrap(same),
        () => p.subWrap(same),
        () => p.orReduce().asUInt(),
        () => p.xorReduce().asUInt(),
        () => resize(concat(p, q), Math.min(9, p.width + q.width)),
        () => p.bits(p.width - 1, n % p.width),
        () =>
          p
            .asSInt()
            .extend(p.width + 2)
            .asUInt()
            .truncate(Math.min(9, p.width + 2)),
      ];
      pool.push(results[kind % results.length]!());
    }
    y.set(resize(pool.at(-1)!, 12));
  });
}

const options = { seed: 20250600, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true };

/** Checks that a rewritten netlist has the outputs of another, and says how many look-ups it has. */
function check(netlist: Netlist): number {
  const rewritten = lookUpCones(netlist);
  checkWidths(rewritten);
  for (const inputs of everything(netlist)) {
    const [was, is] = [netlist, rewritten].map((one) => evaluate(one, inputs));
    for (const { slot, name } of netlist.outputs)
      if (was![slot] !== is![slot])
        throw new Error(`${name} is ${is![slot]}, not ${was![slot]}, of ${inputs}`);
  }
  return rewritten.cells.filter((cell) => "from" in cell).length;
}

test("what depends on few bits is what its truth table says, for all values of random logic", () => {
  let found = 0;
  const property = fc.property(recipes, (recipe) => {
    const netlist = flatten(logic(recipe), { watch: [] });
    const truth = new Truth(netlist);
    for (const inputs of everything(netlist)) {
      const values = evaluate(netlist, inputs);
      for (const { slot } of netlist.cells) {
        const bits = truth.bits(slot);
        if (!bits) continue;
        expect(bits.length).toBeLessThanOrEqual(maxBits);
        const state = bits.reduce(
          (sum, bit, i) => sum + (Number((values[bit.slot]! >> BigInt(bit.place)) & 1n) << i),
          0,
        );
        if (values[slot] !== truth.values(slot)[state])
          throw new Error(`slot ${slot} is ${values[slot]}, not ${truth.values(slot)[state]}`);
        found += 1;
      }
    }
  });
  fc.assert(property, { ...options, numRuns: 100 });
  expect(found).toBeGreaterThan(1000);
});

test("random logic with tables in it computes what it did, for all values", () => {
  let tables = 0;
  const property = fc.property(recipes, (recipe) => {
    tables += check(flatten(logic(recipe), { watch: [] }));
  });
  fc.assert(property, { ...options, numRuns: 200 });
  expect(tables).toBeGreaterThan(50);
});

test("loops look up what the interpreter computes", () => {
  const [lanes, cycles] = [17, 16];
  const property = fc.property(recipes, fc.integer(), (recipe, seed) => {
    const circuit = logic(recipe);
    const stimulus = stimulusOf(circuit, seed, lanes * cycles);
    const [is, was] = [wasm, interpreter].map((engine) =>
      engine.open(circuit, { lanes }).batch(stimulus, cycles),
    );
    expect(is).toEqual(was);
  });
  fc.assert(property, { ...options, numRuns: 100 });
});

test("the decoder of RF8 looks its terms up", () => {
  expect(check(flatten(decode(), { watch: [] }))).toBeGreaterThan(0);
});

test("a value of 5 bits of which one makes it 0 takes one table, and of any other two", () => {
  const ports = { a: input(uint(4)), b: input(uint(1)), y: output(uint(4)) };
  const of = (build: (a: UInt, b: UInt) => UInt) =>
    check(
      flatten(
        module({ name: "five", ports }, ({ a, b, y }) => y.set(build(a, b))),
        { watch: [] },
      ),
    );
  const scrambled = (a: UInt) => a.mul(a).bits(4, 1).xor(a.shiftRight(1).extend(4)).addWrap(a);
  const zero = literal(uint(4), 0);
  expect(of((a, b) => mux(b.bit(0), scrambled(a), zero).addWrap(zero))).toBe(1);
  expect(of((a, b) => scrambled(a.xor(b.extend(4))).subWrap(b.extend(4)))).toBe(2);
});

test("a chain of 4,000 cells becomes one table", () => {
  const ports = { a: input(uint(1)), b: input(uint(1)), y: output(uint(1)) };
  const circuit = module({ name: "long", ports }, ({ a, b, y }) => {
    let value: UInt = a;
    for (let i = 0; i < 2000; i++) value = value.xor(b).and(i % 3 === 0 ? a : value.not().or(b));
    y.set(value);
  });
  const netlist = flatten(circuit, { watch: [] });
  expect(netlist.cells.length).toBeGreaterThan(4000);
  expect(check(netlist)).toBe(1);
});
