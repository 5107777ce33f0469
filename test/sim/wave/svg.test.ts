import { bool, uint } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Wave, waveSvg } from "../../../sim/wave/index.ts";
import { counter, waves } from "./random-wave.ts";

/** The text of a document's elements; throws when its tags do not balance or a character is not escaped. */
function textsOf(xml: string): string[] {
  const open: string[] = [];
  const texts: string[] = [];
  const attribute = /\s+[\w:.-]+="[^"<&]*"/.source;
  const tag = new RegExp(`<(/?)([\\w:]+)((?:${attribute})*)\\s*(/?)>`, "y");
  const text = /(?:[^<>&]|&(?:amp|lt|gt|quot|apos|#\d+);)+/y;
  for (let at = 0; at < xml.length; ) {
    tag.lastIndex = at;
    text.lastIndex = at;
    const found = tag.exec(xml);
    if (found) {
      const [, closing, name, , empty] = found;
      if (closing && open.pop() !== name) throw new Error(`</${name}> at ${at}`);
      if (!closing && !empty) open.push(name!);
      at = tag.lastIndex;
      if (open.length === 0 && at < xml.length) throw new Error("more than one root element");
    } else {
      const [words] = text.exec(xml) ?? [];
      if (words === undefined) throw new Error(`not XML: ${xml.slice(at, at + 80)}`);
      texts.push(words);
      at = text.lastIndex;
    }
  }
  if (open.length > 0) throw new Error(`${open.join(" ")} not closed`);
  return texts;
}

const escaped = (name: string): string =>
  name.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);

test("the picture is well formed and names every signal and module", () => {
  fc.assert(
    fc.property(waves, (wave) => {
      const texts = new Set(textsOf(waveSvg(wave)));
      expect(texts).toContain("clock");
      for (const part of wave.signals.flatMap(({ name }) => name.split("."))) {
        expect(texts).toContain(escaped(part));
      }
    }),
    { numRuns: 30 },
  );
});

test("it shows the values and the numbers of the cycles, the same every time", () => {
  const picture = waveSvg(counter);
  const texts = textsOf(picture);
  for (const shown of ["counter", "254", "-120", "18446744073709551616", "9", "12"]) {
    expect(texts).toContain(shown);
  }
  expect(waveSvg(counter)).toBe(picture);
});

test.each([1, 2, 3, 10])("the edges of %i cycles are numbered from the first one on", (cycles) => {
  const wave: Wave = { name: "top", from: 98, cycles, signals: [] };
  const numbers = textsOf(waveSvg(wave)).filter((text) => /\d/.test(text) && text.length < 4);
  expect(numbers).toEqual(Array.from({ length: cycles + 1 }, (_, i) => `${98 + i}`));
});

test.each([
  ["<b>", "&lt;b&gt;"],
  [`a"&'`, "a&quot;&amp;'"],
  ["</text>", "&lt;/text&gt;"],
])("the name %s is text, not markup", (name, shown) => {
  const signals = [
    { name, type: bool(), column: Uint8Array.of(0) },
    { name: `${name}.y`, type: bool(), column: Uint8Array.of(0) },
  ];
  const texts = textsOf(waveSvg({ name, from: 0, cycles: 1, signals }));
  expect(texts.filter((text) => text === shown)).toHaveLength(3);
});

test("a cycle is as wide as its longest value needs, and a value may use all its cycles", () => {
  const width = (...values: bigint[]): number => {
    const signals = [{ name: "y", type: uint(130), column: values }];
    const svg = waveSvg({ name: "top", from: 0, cycles: values.length, signals });
    return Number(/ width="(\d+)"/.exec(svg)?.[1]);
  };
  const long = 10n ** 38n;
  expect(width(long) - width(1n)).toBeGreaterThan(300);
  expect(width(long, long, long, long)).toBeLessThan(2 * width(long));
});

test("values as texts that were asked for, and signals by their paths", () => {
  const wave: Wave = {
    name: "top",
    from: 0,
    cycles: 3,
    signals: [
      { name: "weight", type: uint(8), column: Uint8Array.from([0x41, 0x41, 0xff]) },
      { name: "multiplier.decoder.code", type: uint(8), column: Uint8Array.from([1, 2, 3]) },
    ],
  };
  const value = (name: string, code: bigint): string | undefined =>
    name === "weight" ? `<${code}>` : undefined;
  const texts = textsOf(waveSvg(wave, { value, paths: true }));
  expect(texts).toEqual(expect.arrayContaining(["&lt;65&gt;", "&lt;255&gt;", "1", "2", "3"]));
  expect(texts).toContain("multiplier.decoder.code");
  expect(textsOf(waveSvg(wave))).toEqual(
    expect.arrayContaining(["multiplier", "decoder", "code", "65"]),
  );
});
