import fc from "fast-check";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, test } from "vitest";
import { type Column, columnOf } from "../../sim/column.ts";
import { interpreter } from "../../sim/interpreter/interpreter.ts";
import { wasm } from "../../sim/wasm/wasm.ts";
import { build, recipe } from "./random-circuit.ts";

test("random circuits run alike interpreted and compiled", () => {
  fc.assert(
    fc.property(recipe, fc.integer(), (ingredients, seed) => {
      const circuit = build(ingredients);
      const cycles = 20;
      const random = xoroshiro128plus(seed);
      const stimulus: Record<string, Column> = {};
      for (const { name, type, direction } of circuit.portList) {
        if (direction === "output") continue;
        const column = columnOf(type, cycles);
        for (let cycle = 0; cycle < cycles; cycle++) {
          let bits = 0n;
          // Words of zeros and ones among random ones, so that carries travel across several words.
          for (let i = 0; i < 4; i++) {
            const word = (BigInt(random.next() >>> 0) << 32n) | BigInt(random.next() >>> 0);
            bits = (bits << 64n) | ([0n, 2n ** 64n - 1n][random.next() & 3] ?? word);
          }
          const value = BigInt.asUintN(type.width, bits);
          column[cycle] = type.width > 32 ? value : Number(value);
        }
        stimulus[name] = column;
      }
      const [plain, compiled] = [interpreter.open(circuit), wasm.open(circuit)];
      expect(compiled.batch(stimulus, cycles)).toEqual(plain.batch(stimulus, cycles));
      expect(compiled.out.result).toBe(plain.out.result);
      plain.step(3);
      compiled.step(3);
      expect([compiled.out.result, compiled.out.low]).toEqual([plain.out.result, plain.out.low]);
    }),
    { numRuns: 500, seed: 20250600 },
  );
});
