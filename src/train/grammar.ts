import { seededRandom } from "../format/index.ts";

/**
 * A probabilistic context-free grammar: for each symbol its ways to go on, with their probabilities. In a way, a
 * symbol stands in braces and everything else is text.
 */
export type Grammar = Readonly<Record<string, readonly (readonly [number, string])[]>>;

const evenly = (words: string): [number, string][] =>
  words.split(" ").map((word, _, { length }) => [1 / length, word]);

/** The word of rank r has a share ∝ 1/r, as words of natural text do. */
function byRank(words: string): [number, string][] {
  const list = words.split(" ");
  const sum = list.reduce((total, _, rank) => total + 1 / (rank + 1), 0);
  return list.map((word, rank) => [1 / (rank + 1) / sum, word]);
}

/**
 * The default text: sentences in which the verb agrees with a subject that can be several words away, and
 * clauses nest. No two derivations give the same text, so the entropy of derivations is that of the text.
 */
export const sentences: Grammar = {
  text: [[1, "{sentence}. "]],
  sentence: [
    [0.6, "{one} {does}"],
    [0.4, "{many} {do}"],
  ],
  one: [
    [0.8, "{the one} {noun}"],
    [0.2, "{the one} {noun} that {does}"],
  ],
  many: [
    [0.8, "{the many} {noun}s"],
    [0.2, "{the many} {noun}s that {do}"],
  ],
  "the one": [
    [0.5, "the"],
    [0.25, "a {adjective}"],
    [0.25, "every"],
  ],
  "the many": [
    [0.6, "the"],
    [0.4, "some {adjective}"],
  ],
  does: [
    [0.7, "{verb}s {object}"],
    [0.3, "{rest}s"],
  ],
  do: [
    [0.7, "{verb} {object}"],
    [0.3, "{rest}"],
  ],
  object: [
    [0.5, "the {noun}"],
    [0.5, "{number} {noun}s"],
  ],
  noun: byRank("cat river child stone tree song king door lamp ship"),
  verb: byRank("see find want know hold like"),
  rest: evenly("sleep wait sing run"),
  adjective: evenly("small old green quiet"),
  number: evenly("two three five seven"),
};

/** The parts of a way: text, and the symbols in braces. */
const partsOf = (way: string): { readonly symbol: boolean; readonly text: string }[] =>
  way
    .split(/[{}]/)
    .map((text, index) => ({ symbol: index % 2 === 1, text }))
    .filter(({ text }) => text !== "");

const waysOf = (grammar: Grammar, symbol: string): readonly (readonly [number, string])[] => {
  const ways = grammar[symbol];
  if (!ways) throw new RangeError(`the grammar has no symbol ${JSON.stringify(symbol)}`);
  return ways;
};

/**
 * Nats a character of an endless text of independent derivations: the entropy of one over its expected length. Of a
 * symbol, entropy = Σ p·(−ln p + entropies of the way's symbols) and length = Σ p·(lengths of its parts): linear
 * equations, solved by iteration to float64's precision.
 *
 * @throws RangeError for a symbol without ways, and for a grammar whose derivations do not end.
 *
 * @example
 * console.log((entropyRate({ text: [[0.5, "a"], [0.5, "b"]] }) / Math.LN2).toFixed(3)); // 1.000
 */
export function entropyRate(grammar: Grammar, start = "text"): number {
  let now = new Map(Object.keys(grammar).map((symbol) => [symbol, { entropy: 0, length: 0 }]));
  for (let round = 0; round < 10_000; round++) {
    const next = new Map<string, { entropy: number; length: number }>();
    for (const symbol of Object.keys(grammar)) {
      let [entropy, length] = [0, 0];
      for (const [p, way] of waysOf(grammar, symbol)) {
        entropy -= p * Math.log(p);
        for (const part of partsOf(way)) {
          if (part.symbol) {
            waysOf(grammar, part.text);
            const inner = now.get(part.text);
            entropy += p * (inner?.entropy ?? 0);
            length += p * (inner?.length ?? 0);
          } else length += p * part.text.length;
        }
      }
      next.set(symbol, { entropy, length });
    }
    const [before, after] = [now.get(start), next.get(start)];
    now = next;
    if (after && before?.entropy === after.entropy && before.length === after.length)
      return after.entropy / after.length;
  }
  throw new RangeError(`derivations of ${JSON.stringify(start)} do not end`);
}

/**
 * Independent derivations, one after the other, to at least `length` characters. @param seed 0 to 2^32 − 1
 *
 * @example
 * console.log(writeText({ text: [[1, "{who} runs. "]], who: [[1, "she"]] }, 20, 1).trim()); // she runs. she runs.
 */
export function write(grammar: Grammar, length: number, seed: number, start = "text"): string {
  const random = seededRandom(seed);
  const pick = (symbol: string): string => {
    const ways = waysOf(grammar, symbol);
    let left = (random.next() >>> 0) / 2 ** 32;
    const way = ways.find(([p]) => {
      left -= p;
      return left < 0;
    });
    return (way ?? ways[ways.length - 1])?.[1] ?? "";
  };
  const pieces: string[] = [];
  let written = 0;
  // A stack, so that deep derivations need no deep calls.
  const open: { readonly symbol: boolean; readonly text: string }[] = [];
  while (written < length || open.length > 0) {
    const part = open.pop() ?? { symbol: true, text: start };
    if (part.symbol) open.push(...partsOf(pick(part.text)).reverse());
    else {
      pieces.push(part.text);
      written += part.text.length;
    }
  }
  return pieces.join("");
}
