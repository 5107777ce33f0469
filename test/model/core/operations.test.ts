import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode } from "../../../src/format/index.ts";
import { encodeNearest } from "../../../src/format/nearest.ts";
import {
  add,
  argmax,
  type Block,
  bitLength,
  blockOf,
  constantOf,
  encode,
  encodeBlock,
  exponential,
  gated,
  gateTable,
  mantissas,
  means,
  multiply,
  norm,
  normParameters,
  reciprocal,
  reciprocalOf,
  reciprocalRootOf,
  rotary,
  roundShift,
  scale,
  scores,
  share,
  softmax,
  squareRoot,
  storedMantissas,
} from "../../../src/model/core/index.ts";
import { activationFunction } from "../../../src/network/index.ts";

const reals = ({ values, exponent }: Pick<Block, "values" | "exponent">): number[] =>
  Array.from(values, (value) => value * 2 ** exponent);

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** Words of all lengths, so that short ones are not rare. */
const words = (length?: number): fc.Arbitrary<Int32Array> =>
  fc
    .tuple(
      fc.array(word, { minLength: length ?? 1, maxLength: length ?? 40 }),
      fc.integer({ min: 0, max: 31 }),
    )
    .map(([values, shift]) => Int32Array.from(values, (value) => value >> shift));
const blocks = (length?: number): fc.Arbitrary<Block> =>
  fc
    .tuple(words(length), fc.integer({ min: -60, max: 20 }))
    .map(([values, exponent]) => blockOf(values, exponent));

describe("rounding", () => {
  test("is to the nearest, ties up, of every value below 2^52", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 52n) + 1n, max: 2n ** 52n - 1n }),
        fc.integer({ min: 1, max: 63 }),
        (value, shift) => {
          const half = 1n << BigInt(shift - 1);
          expect(BigInt(roundShift(Number(value), shift))).toBe((value + half) >> BigInt(shift));
        },
      ),
    );
  });

  test("mantissas fill their bits and are off by half a unit at most, by one where a carry is saturated", () => {
    fc.assert(
      fc.property(blocks(), fc.constantFrom(8, 16), (block, bits) => {
        const { values, exponent } = mantissas(block, bits);
        const unit = 2 ** exponent;
        const limit = 2 ** (bits - 1);
        reals(block).forEach((value, i) => {
          const error = Math.abs(value - values[i]! * unit);
          expect(error).toBeLessThanOrEqual(values[i] === limit - 1 ? unit : unit / 2);
          expect(values[i]).toBeGreaterThanOrEqual(-limit);
        });
        if (block.span > 0)
          expect(Math.max(...values.map(Math.abs))).toBeGreaterThanOrEqual(limit / 2);
      }),
    );
  });

  test("a span is that of the two's complement", () => {
    expect(blockOf(Int32Array.of(0), 0).span).toBe(0);
    expect(blockOf(Int32Array.of(-1), 0).span).toBe(0);
    expect(blockOf(Int32Array.of(1, -2), 0).span).toBe(1);
    expect(blockOf(Int32Array.of(3, -5), 0).span).toBe(3);
    expect(blockOf(Int32Array.of(-(2 ** 31)), 0).span).toBe(31);
  });
});

describe("the encoder", () => {
  test("is the nearest code for every magnitude to 2^21 halves of W, both signs", () => {
    let wrong = 0;
    for (let magnitude = 0; magnitude < 2 ** 21; magnitude++) {
      const expected = encodeNearest(magnitude / 2, -4);
      if (encode(magnitude, false) !== expected) wrong++;
      if (encode(magnitude, true) !== (expected === 0 ? 0 : expected | 0x80)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  test("rounds once: a vector has the codes of its exact values", () => {
    fc.assert(
      fc.property(blocks(), fc.integer({ min: -60, max: 20 }), (block, exponent) => {
        const { codes } = encodeBlock(block, exponent);
        const exact = reals(block).map((value) => encodeNearest(value, -exponent - 4));
        expect([...codes]).toEqual(exact);
      }),
    );
  });

  test("two codes leave a twentieth of what one leaves, of values within nine octaves of the largest", () => {
    const largest = 2 ** 30;
    const one = { squares: 0 };
    const two = { squares: 0 };
    const values = Int32Array.from({ length: 4000 }, (_, i) => largest * 2 ** ((-9 * i) / 4000));
    const block = blockOf(values, 0);
    const { codes } = encodeBlock(block, 11, 2);
    values.forEach((value, i) => {
      const first = decode(codes[i]!, -11 - 4);
      const both = first + decode(codes[4000 + i]!, -11 - 4);
      one.squares += ((first - value) / value) ** 2;
      two.squares += ((both - value) / value) ** 2;
    });
    expect(Math.sqrt(one.squares / 4000)).toBeLessThan(0.04);
    expect(Math.sqrt(two.squares / 4000)).toBeLessThan(0.0025);
  });

  test("what is beyond the largest code is told", () => {
    expect(encodeBlock(blockOf(Int32Array.of(1703935), -1), 0).saturated).toBe(false);
    expect(encodeBlock(blockOf(Int32Array.of(1703936), -1), 0).saturated).toBe(true);
  });
});

describe("reciprocal and root", () => {
  test("every reciprocal is the floor, and has 16 bits", () => {
    for (let divisor = 2 ** 15; divisor < 2 ** 16; divisor++) {
      const q = reciprocal(divisor);
      expect(
        q >= 2 ** 15 && q < 2 ** 16 && q * divisor < 2 ** 31 && (q + 1) * divisor >= 2 ** 31,
      ).toBe(true);
    }
  });

  test("a root is the floor", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (x) => {
        const root = squareRoot(x);
        expect(root * root <= x && (root + 1) ** 2 > x).toBe(true);
      }),
    );
    for (let root = 1; root < 2 ** 16; root += 7) {
      expect(squareRoot(root * root)).toBe(root);
      expect(squareRoot(root * root - 1)).toBe(root - 1);
    }
  });

  test("1 / x is within 2^−14 and 1 / √x within 2^−14, of every length", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 2n ** 52n }),
        fc.integer({ min: 0, max: 51 }),
        (big, down) => {
          const x = Math.max(1, Number(big >> BigInt(down)));
          const one = reciprocalOf(x);
          const found = one.mantissa * 2 ** (-31 - one.exponent);
          expect(Math.abs(found * x - 1)).toBeLessThan(2 ** -14);
          const root = reciprocalRootOf(x);
          const inverse = root.mantissa * 2 ** (-31 - root.exponent);
          expect(Math.abs(inverse * Math.sqrt(x) - 1)).toBeLessThan(2 ** -14);
        },
      ),
    );
  });
});

test("an exponential is within 2^−19 of the real one, and never grows: every fraction, every shift", () => {
  let before = 2 ** 20;
  for (let z = 0; z < 22 * 65536; z++) {
    const found = exponential(z);
    if (found > before) throw new Error(`grows at ${z}`);
    before = found;
    const exact = 2 ** (20 - z / 65536);
    // Two units of 2^−20 by table and line, shifted, and one by truncation.
    if (Math.abs(found - exact) > 2 * 2 ** -(z / 65536) + 1)
      throw new Error(`${z}: ${found}, ${exact}`);
  }
  expect(exponential(2 ** 32)).toBe(0);
});

test.each([
  ["silu", 3.2e-5],
  ["gelu", 5.2e-5],
  ["gelu_tanh", 5.2e-5],
  ["relu", 2.5e-5],
] as const)("the share of %s is within its budget, for every argument", (name, budget) => {
  const table = gateTable(name);
  const exact = activationFunction(name);
  let worst = 0;
  for (let x = -65535; x <= 65535; x++) {
    if (x === 0) continue;
    const real = x / 4096;
    worst = Math.max(worst, Math.abs(share(table, x) / 65536 - exact(real) / real));
  }
  expect(worst).toBeLessThan(budget);
});

describe("operations on vectors, against real numbers", () => {
  /** What 16 bits of an operand leave, relative to its greatest. */
  const unit = 2 ** -15;
  const greatest = (block: Block): number => 2 ** (block.span + block.exponent);
  const near = (found: number, exact: number, within: number): void => {
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(within);
  };

  test("a norm", () => {
    fc.assert(
      fc.property(
        blocks(24),
        fc.constantFrom(24, 8),
        fc.constantFrom(1e-5, 1e-6),
        (x, group, epsilon) => {
          const gain = Float64Array.from({ length: group }, (_, i) => 0.2 + i / group);
          const scaled = storedMantissas(gain.map((value) => value * Math.sqrt(group)));
          const found = reals(norm(x, normParameters(group, scaled, epsilon)));
          const values = reals(x);
          for (let start = 0; start < 24; start += group) {
            const part = values.slice(start, start + group);
            const mean = part.reduce((sum, v) => sum + v * v, 0) / group;
            const root = Math.sqrt(mean + epsilon);
            part.forEach((value, i) => {
              // Mantissas are those of the whole vector: a group of small values has few of their bits.
              const lost = (2 * unit * greatest(x)) / root;
              near(
                found[start + i]!,
                (value / root) * gain[i]!,
                2e-4 * Math.sqrt(group) + lost * 4,
              );
            });
          }
        },
      ),
    );
  });

  test("a rotation", () => {
    fc.assert(
      fc.property(blocks(12), fc.double({ min: -4, max: 4, noNaN: true }), (x, angle) => {
        const turns = Int32Array.of(
          ...[angle, 2 * angle].map((a) => Math.round(16384 * Math.cos(a))),
          ...[angle, 2 * angle].map((a) => Math.round(16384 * Math.sin(a))),
        );
        const found = reals(rotary(x, turns, 6));
        const values = reals(x);
        for (const start of [0, 6]) {
          for (const pair of [0, 1]) {
            const a = (pair + 1) * angle;
            const [p, q] = [values[start + pair]!, values[start + 2 + pair]!];
            const within = 4 * unit * greatest(x) * 2;
            near(found[start + pair]!, p * Math.cos(a) - q * Math.sin(a), within);
            near(found[start + 2 + pair]!, q * Math.cos(a) + p * Math.sin(a), within);
          }
          near(found[start + 5]!, values[start + 5]!, unit * greatest(x));
        }
      }),
    );
  });

  test("products, sums and constants", () => {
    fc.assert(
      fc.property(
        blocks(9),
        blocks(9),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (a, b, factor) => {
          const [x, y] = [reals(a), reals(b)];
          const both = greatest(a) * greatest(b);
          reals(multiply(a, b)).forEach((found, i) => {
            near(found, x[i]! * y[i]!, 3 * unit * both);
          });
          const larger = Math.max(greatest(a), greatest(b));
          reals(add(a, b)).forEach((found, i) => {
            near(found, x[i]! + y[i]!, 2 ** -29 * larger);
          });
          reals(scale(a, constantOf(factor))).forEach((found, i) => {
            near(found, x[i]! * factor, 3 * unit * greatest(a) * factor);
          });
        },
      ),
    );
  });

  test("a function of every element", () => {
    const table = gateTable("silu");
    fc.assert(
      fc.property(blocks(9), (x) => {
        const values = reals(x);
        reals(gated(x, table)).forEach((found, i) => {
          const exact = activationFunction("silu")(values[i]!);
          // The argument is cut to 2^−12, and saturates at 16, where the share is 1 to 16 bits.
          near(found, exact, 3 * unit * greatest(x) + Math.abs(values[i]!) * 2 ** -12);
        });
      }),
    );
  });

  test("attention: means weighted by softmax", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (logits) => {
          const exponent = -20;
          const sums = Float64Array.from(logits, (logit) => Math.round(logit * 2 ** 20));
          const scaled = scores(sums, { exponent, shift: 3, scale: constantOf(Math.LOG2E) });
          const weights = mantissas(softmax(scaled), 16).values;
          const column = Float64Array.from(logits, (_, t) => Math.round(3e5 * Math.sin(t)));
          const mixed = column.reduce((sum, w, t) => sum + w * weights[t]!, 0);
          const [found] = reals(means(Float64Array.of(mixed), weights, -16));
          const most = Math.max(...logits);
          const shares = logits.map((logit) => Math.exp(logit - most));
          const total = shares.reduce((a, b) => a + b);
          const exact = column.reduce((sum, w, t) => sum + w * shares[t]!, 0) / total / 65536;
          // Half a unit of 2^−15 of each weight, and the precision of scores.
          near(found!, exact, (3e5 / 65536) * ((2 ** -15 * logits.length) / total + 2 ** -11));
        },
      ),
    );
  });
});

test("scores saturate where they leave their 32 bits", () => {
  const scale = constantOf(1);
  const far = (exponent: number) => [
    ...scores(Float64Array.of(1000, -1000, 0), { exponent, shift: 0, scale }).values,
  ];
  expect(far(30)).toEqual([2 ** 31 - 1, -(2 ** 31), 0]);
  expect(far(12)).toEqual([2 ** 31 - 1, -(2 ** 31), 0]);
  expect(far(-80)).toEqual([0, 0, 0]);
});

test("of equal values the first is the greatest", () => {
  expect(argmax([3, 7, 7, 1])).toBe(1);
  expect(argmax(Int32Array.of(-5, -5))).toBe(0);
});

test("bit lengths", () => {
  for (const [value, bits] of [
    [0, 0],
    [1, 1],
    [255, 8],
    [256, 9],
    [2 ** 32, 33],
    [2 ** 52, 53],
  ])
    expect(bitLength(value!)).toBe(bits);
});
