import { uint } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { vcd, vcdChunks } from "../../../sim/wave/index.ts";
import { counter, valuesOf, waves } from "./random-wave.ts";
import { readVcd } from "./vcd-reader.ts";

test("a reader of the standard finds every value of every signal again", () => {
  fc.assert(
    fc.property(waves, (wave) => {
      const { variables, rising, falling, end } = readVcd(vcd(wave), "top.clock");
      const types = new Map(wave.signals.map(({ name, type }) => [`top.${name}`, type]));
      expect(new Set(variables.keys())).toEqual(new Set(types.keys()));
      const expected = valuesOf(wave);
      for (const [name, { width, patterns }] of variables) {
        const type = types.get(name)!;
        expect(width).toBe(type.width);
        const values = patterns.map((bits) =>
          type.kind === "sint" ? BigInt.asIntN(width, bits) : bits,
        );
        expect(values).toEqual(expected[name]);
      }
      const cycles = Array.from({ length: wave.cycles }, (_, i) => wave.from + i);
      expect(rising).toEqual(cycles.map((cycle) => 10 * cycle));
      expect(falling).toEqual(cycles.map((cycle) => 10 * cycle + 5));
      expect(end).toBe(10 * (wave.from + wave.cycles));
    }),
  );
});

test("ten thousand signals have codes of their own, of three characters at most", () => {
  const signals = Array.from({ length: 10_000 }, (_, i) => ({
    name: `s${i}`,
    type: uint(14),
    column: Uint16Array.of(i),
  }));
  const text = vcd({ name: "top", from: 0, cycles: 1, signals });
  const { variables } = readVcd(text, "top.clock");
  signals.forEach(({ name }, i) => {
    expect(variables.get(`top.${name}`)?.patterns).toEqual([BigInt(i)]);
  });
  const codes = [...text.matchAll(/\$var wire \d+ (\S+)/g)].map((match) => match[1]!);
  expect(new Set(codes.slice(0, 94)).size).toBe(94);
  expect(codes.slice(0, 94).every((code) => code.length === 1)).toBe(true);
  expect(Math.max(...codes.map((code) => code.length))).toBe(3);
});

test("the dump of a small wave is the golden one, whole or in pieces", async () => {
  const pieces = [...vcdChunks(counter)];
  expect(pieces).toHaveLength(1 + counter.cycles + 1);
  expect(pieces.join("")).toBe(vcd(counter));
  await expect(vcd(counter)).toMatchFileSnapshot("../../golden/counter.vcd");
});
