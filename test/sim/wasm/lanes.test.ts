import {
  input,
  type Module,
  module,
  output,
  register,
  sideBySide,
  type UInt,
  uint,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { interpreter } from "../../../sim/interpreter/interpreter.ts";
import { planGroups } from "../../../sim/wasm/groups.ts";
import { wasm } from "../../../sim/wasm/wasm.ts";
import { apply, resize } from "../random/operations.ts";
import { stimulusOf } from "../random/stimulus.ts";

const width = fc.oneof(
  fc.integer({ min: 1, max: 64 }),
  fc.constantFrom(1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64),
);
const small = fc.nat({ max: 1000 });
const step = fc.record({
  operation: fc.nat({ max: 999 }),
  a: small,
  b: small,
  c: small,
  n: small,
  kept: fc.boolean(),
});
const lane = fc.record({
  widths: fc.array(width, { minLength: 3, maxLength: 4 }),
  steps: fc.array(step, { minLength: 1, maxLength: 16 }),
});

/** A module of at most 64 bits anywhere that shows every value it computes. */
function build({ widths, steps }: typeof lane extends fc.Arbitrary<infer T> ? T : never): Module {
  const values = (pool: readonly UInt[], results: number[]): UInt[] => {
    const all = [...pool];
    for (const s of steps) {
      const pick = (index: number): UInt => all[index % all.length]!;
      const value = resizeTo64(
        apply({ kind: "operation", ...s } as never, [pick(s.a), pick(s.b), pick(s.c)], 64),
      );
      results.push(value.width);
      if (s.kept) {
        const held = register(
          `r${results.length}`,
          uint(value.width),
          s.n % 2 === 0 ? { reset: s.n % 2 } : {},
        );
        held.set(value);
        all.push(held);
      } else all.push(value);
    }
    return all.slice(pool.length);
  };
  // Built twice: the first time for the widths of the outputs.
  const found: number[] = [];
  const inputs = Object.fromEntries(widths.map((w, i) => [`in${i}`, input(uint(w))]));
  const read = (io: object): UInt[] =>
    widths.map((_, i) => (io as Record<string, UInt>)[`in${i}`]!);
  const all = { name: "probe", ports: { ...inputs, any: output(uint(1)) } };
  module(all, (io) => {
    const results = values(read(io), found);
    io.any.set(
      [...read(io), ...results].map((v) => v.xorReduce().asUInt()).reduce((a, b) => a.xor(b)),
    );
  });
  const outputs = Object.fromEntries(found.map((w, i) => [`out${i}`, output(uint(w))]));
  return module({ name: "lane", ports: { ...inputs, ...outputs, any: output(uint(1)) } }, (io) => {
    const results = values(read(io), []);
    results.forEach((value, i) => {
      (io as unknown as Record<string, { set(v: UInt): void }>)[`out${i}`]!.set(value);
    });
    io.any.set(
      read(io)
        .map((v) => v.xorReduce().asUInt())
        .reduce((a, b) => a.xor(b)),
    );
  });
}
const resizeTo64 = (value: UInt): UInt => (value.width > 64 ? resize(value, 64) : value);

test("every operation computes in lanes what it computes in bigints", () => {
  fc.assert(
    fc.property(lane, fc.integer({ min: 8, max: 35 }), fc.integer(), (recipe, lanes, seed) => {
      const one = build(recipe);
      const all = sideBySide(
        "lanes",
        Object.fromEntries(Array.from({ length: lanes }, (_, i) => [`l${i}`, one])),
      );
      expect(planGroups(all, []).groups.map(({ module }) => module.name)).toEqual(["lane"]);
      const stimulus = stimulusOf(all, seed, 6);
      const [wanted, found] = [interpreter, wasm].map((engine) =>
        engine.open(all).batch(stimulus, 6),
      );
      for (const [port, column] of Object.entries(wanted!)) {
        expect([port, ...Array.from(found![port]!, BigInt)]).toEqual([
          port,
          ...Array.from(column, BigInt),
        ]);
      }
    }),
    { numRuns: 300, seed: 20250600 },
  );
});
