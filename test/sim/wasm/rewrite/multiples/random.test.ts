import {
  type Bool,
  bool,
  concat,
  input,
  literal,
  type Module,
  module,
  mux,
  output,
  type SInt,
  sint,
  unused,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { flatten } from "../../../../../sim/flatten.ts";
import { interpreter } from "../../../../../sim/interpreter/interpreter.ts";
import { multiplyMultiples } from "../../../../../sim/wasm/rewrite/multiples/multiples.ts";
import { wasm } from "../../../../../sim/wasm/wasm.ts";
import { stimulusOf } from "../../../random/stimulus.ts";
import { check, evaluate } from "../evaluate.ts";

const selects = 3;
const small = fc.nat({ max: 60 });
const steps = fc.array(fc.record({ kind: small, a: small, b: small, c: small, n: small }), {
  minLength: 1,
  maxLength: 14,
  size: "max",
});
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

const widest = 40;
const zero = (width: number) => literal(sint(width), 0);
const to = (value: SInt, width: number): SInt =>
  width > value.width ? value.extend(width) : value.truncate(width);

/** What a step makes of values; all results are of `x` where nothing overflows, and many overflow. */
function apply({ kind, n }: Step, a: SInt, b: SInt, [p, q]: readonly [Bool, Bool]): SInt {
  const width = Math.max(a.width, b.width);
  // At times without room for the result.
  const room = Math.min(widest, width + (n % 3));
  const [l, r] = [to(a, room), to(b, room)];
  const where = (condition: Bool, value: SInt): SInt => mux(condition, value, zero(value.width));
  const or = (one: SInt, other: SInt): SInt => one.asUInt().or(other.asUInt()).asSInt();
  const k = 1 + (n % 3);
  const results: (() => SInt)[] = [
    () => to(a, room),
    () => to(a, Math.max(1, a.width - k)),
    () => zero(room).subWrap(l),
    () => l.not().addWrap(literal(sint(room), room === 1 ? -1 : 1)),
    () => mux(p, l, r),
    () => where(p, l),
    () => mux(p, zero(room), l),
    () => or(where(p, l), where(p.not(), r)),
    () => or(where(p.and(q), l), where(p.and(q.not()), r)),
    () => or(where(p, l), where(q, r)),
    () => or(where(concat(p, q).eq(2), l), where(concat(p, q).eq(n % 4), r)),
    () => (a.width + k > widest ? a : a.shiftLeft(k)),
    () => l.addWrap(r),
    () => l.subWrap(r),
    () => {
      if (room <= k || room + k > widest) return l;
      const above = r.bits(room - 1, k).asSInt();
      return concat(l.addWrap(to(above, room)), r.bits(k - 1, 0)).asSInt();
    },
  ];
  return results[kind % results.length]!();
}

/** A chain of steps on a value of `width` bits, and now and then on another one. */
function chain(width: number, all: readonly Step[]): Module {
  const conditions = Object.fromEntries(
    Array.from({ length: selects }, (_, i) => [`s${i}`, input(bool())]),
  );
  const ports = { x: input(sint(width)), ...conditions, y: output(sint(widest)) };
  return module({ name: "chain", ports }, (io) => {
    const { x, y, ...rest } = io;
    const bits: readonly Bool[] = Object.values(rest);
    unused(x, ...bits);
    const pool = [x, zero(width)];
    for (const step of all) {
      // Late values are chosen more often: chains are longer.
      const pick = (n: number): SInt => pool[Math.max(0, pool.length - 1 - (n % 5))]!;
      const condition = (n: number): Bool => bits[n % selects]!;
      pool.push(apply(step, pick(step.a), pick(step.b), [condition(step.c), condition(step.n)]));
    }
    y.set(to(pool.at(-1)!, widest));
  });
}

const netlistOf = (width: number, all: readonly Step[]) =>
  flatten(chain(width, all), { watch: [] });

const options = { seed: 20250600, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true };

test("every multiple that is found in random chains is one, for all values", () => {
  let [found, none] = [0, 0];
  const property = fc.property(fc.integer({ min: 2, max: 4 }), steps, (width, all) => {
    const netlist = netlistOf(width, all);
    const multiples = check(netlist).length;
    found += multiples;
    none += netlist.cells.length - multiples;
  });
  fc.assert(property, { ...options, numRuns: 300 });
  // Both happen: values that are multiples, and those that overflow or mix.
  expect(Math.min(found, none)).toBeGreaterThan(500);
});

test("a rewritten chain computes what it did", () => {
  let fewer = 0;
  const property = fc.property(
    fc.integer({ min: 9, max: 24 }),
    steps,
    fc.infiniteStream(fc.bigInt({ min: 0n, max: 2n ** 24n - 1n })),
    (width, all, stream) => {
      const netlist = netlistOf(width, all);
      const rewritten = multiplyMultiples(netlist);
      fewer += rewritten.cells.some(({ slot }) => slot >= netlist.widths.length) ? 1 : 0;
      const [{ slot } = { slot: -1 }] = netlist.outputs;
      const extremes = [0n, 1n, 1n << BigInt(width - 1), (1n << BigInt(width - 1)) - 1n, -1n];
      const random = Array.from({ length: 5 }, () => stream.next().value as bigint);
      for (const x of [...extremes, ...random]) {
        for (let c = 0; c < 2 ** selects; c++) {
          const controls = Array.from({ length: selects }, (_, i) => BigInt((c >> i) & 1));
          const inputs = [BigInt.asUintN(width, x), ...controls];
          const [was, is] = [netlist, rewritten].map((one) => evaluate(one, inputs)[slot]);
          expect(is).toBe(was);
        }
      }
    },
  );
  fc.assert(property, { ...options, numRuns: 200 });
  expect(fewer).toBeGreaterThan(10);
});

test("loops compute random chains as the interpreter does", () => {
  const [lanes, cycles] = [17, 8];
  const property = fc.property(
    fc.integer({ min: 2, max: 24 }),
    steps,
    fc.integer(),
    (width, all, seed) => {
      const circuit = chain(width, all);
      const stimulus = stimulusOf(circuit, seed, lanes * cycles);
      const [is, was] = [wasm, interpreter].map((engine) =>
        engine.open(circuit, { lanes }).batch(stimulus, cycles),
      );
      expect(is).toEqual(was);
    },
  );
  fc.assert(property, { ...options, numRuns: 100 });
});
