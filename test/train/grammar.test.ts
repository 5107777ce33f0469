import { describe, expect, test } from "vitest";
import { entropyRate, type Grammar, sentences, writeText } from "../../src/train/index.ts";

describe("the entropy rate", () => {
  test("by hand", () => {
    expect(
      entropyRate({
        text: [
          [0.5, "a"],
          [0.5, "bb"],
        ],
      }),
    ).toBeCloseTo(Math.LN2 / 1.5, 14);
    // A geometric number of b's: two choices of ln 2 and two characters on average.
    expect(
      entropyRate({
        text: [
          [0.5, "a"],
          [0.5, "b{text}"],
        ],
      }),
    ).toBeCloseTo(Math.LN2, 12);
  });

  test("is what drawn texts cost", () => {
    // −ln p of the ways that were taken, told from the text by the parser below.
    const text = writeText(sentences, 60_000, 3);
    const nats = text
      .split(/(?<=\. )/)
      .map((sentence) => -Math.log(derivations(sentences, sentence).probability));
    const rate = nats.reduce((a, b) => a + b, 0) / text.length;
    // About 2,000 sentences whose cost spreads by a fifth of its mean.
    expect(Math.abs(rate / entropyRate(sentences) - 1)).toBeLessThan(0.02);
  });

  test("a grammar that does not end, or lacks a symbol, is refused", () => {
    expect(() => entropyRate({ text: [[1, "a{text}"]] })).toThrow("do not end");
    expect(() => entropyRate({ text: [[1, "{other}"]] })).toThrow('no symbol "other"');
  });
});

/** How many derivations a text has, and their probability, by trying every way at every place. */
function derivations(grammar: Grammar, text: string) {
  type Ends = Map<number, { count: number; probability: number }>;
  const known = new Map<string, Ends>();
  const add = (ends: Ends, end: number, count: number, probability: number): void => {
    const before = ends.get(end) ?? { count: 0, probability: 0 };
    ends.set(end, { count: before.count + count, probability: before.probability + probability });
  };
  function from(symbol: string, start: number): Ends {
    const key = `${symbol}@${start}`;
    const found = known.get(key);
    if (found) return found;
    const ends: Ends = new Map();
    for (const [p, way] of grammar[symbol]!) {
      let reached: Ends = new Map([[start, { count: 1, probability: p }]]);
      for (const part of way.match(/\{[^}]*\}|[^{}]+/g) ?? []) {
        const next: Ends = new Map();
        for (const [at, so] of reached) {
          if (!part.startsWith("{")) {
            if (text.startsWith(part, at)) add(next, at + part.length, so.count, so.probability);
            continue;
          }
          for (const [end, inner] of from(part.slice(1, -1), at))
            add(next, end, so.count * inner.count, so.probability * inner.probability);
        }
        reached = next;
      }
      for (const [end, { count, probability }] of reached) add(ends, end, count, probability);
    }
    known.set(key, ends);
    return ends;
  }
  return from("text", 0).get(text.length) ?? { count: 0, probability: 0 };
}

describe("the default text", () => {
  test("no sentence has two derivations, so its entropy is that of the choices", () => {
    for (const sentence of writeText(sentences, 20_000, 1).split(/(?<=\. )/))
      expect(derivations(sentences, sentence).count, sentence).toBe(1);
  });

  test("probabilities of every symbol add up to one", () => {
    for (const [symbol, ways] of Object.entries(sentences))
      expect(
        ways.reduce((sum, [p]) => sum + p, 0),
        symbol,
      ).toBeCloseTo(1, 12);
  });

  test("it repeats with its seed", () => {
    expect(writeText(sentences, 500, 1)).toBe(writeText(sentences, 500, 1));
    expect(writeText(sentences, 500, 1)).not.toBe(writeText(sentences, 500, 2));
  });
});
