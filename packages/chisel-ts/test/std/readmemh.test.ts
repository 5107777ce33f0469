import fc from "fast-check";
import { expect, test } from "vitest";
import { CircuitError, readmemh, sint, uint } from "../../src/index.ts";

const bytes = { depth: 8, type: uint(8) };

test("words, addresses, comments and underscores, as $readmemh has them", () => {
  expect(readmemh("", bytes)).toEqual([]);
  expect(readmemh("0 1\t2\r\n FF", bytes)).toEqual([0n, 1n, 2n, 255n]);
  expect(readmemh("1_f // 2\n/* 3\n4 */ 5/**/6", bytes)).toEqual([31n, 5n, 6n]);
  expect(readmemh("@4 1 2 @0 3", bytes)).toEqual([3n, 0n, 0n, 0n, 1n, 2n]);
  expect(readmemh("@0_7 00ff", bytes)).toEqual([0n, 0n, 0n, 0n, 0n, 0n, 0n, 255n]);
  expect(readmemh("7f 80 ff", { depth: 3, type: sint(8) })).toEqual([127n, -128n, -1n]);
});

test("what is written word by word is read again", () => {
  const words = fc.array(fc.bigInt(0n, (1n << 70n) - 1n), { maxLength: 20 });
  const space = fc.constantFrom(" ", "\n", " // 9\n", "/* @1 */");
  fc.assert(
    fc.property(words, space, (given, between) => {
      const text = given.map((word) => word.toString(16)).join(between);
      expect(readmemh(text, { depth: 20, type: uint(70) })).toEqual(given);
    }),
  );
});

test.each([
  ["\n\n1x", "line 3: 1x is no hexadecimal number"],
  ["0x1f", "0x1f is no hexadecimal number"],
  ["@", "line 1: @ is no hexadecimal number"],
  ["_", "_ is no hexadecimal number"],
  ["-1", "-1 is no hexadecimal number"],
  ["/* \n */ 100", "line 2: 100 has more than 8 bits"],
  ["@8 1", "@8 is beyond the 8 words"],
  ["@ffffffffffffffff 1", "@ffffffffffffffff is beyond the 8 words"],
  ["@7 1\n2", "line 2: 2 is one word more than the 8"],
  ["1 / 2", "line 1: a / that begins no comment"],
  ["1\n/* 2", "line 2: a comment that does not end"],
  ["/*/", "a comment that does not end"],
  ["g".repeat(100), `${"g".repeat(24)}… is no`],
])("refused: %j", (text, message) => {
  expect(() => readmemh(text, bytes)).toThrow(CircuitError);
  expect(() => readmemh(text, bytes)).toThrow(message);
});

test("a depth that is none, a misspelt option", () => {
  expect(() => readmemh("1", { depth: 0, type: uint(8) })).toThrow("a depth of 1 or more words");
  expect(() => readmemh("1", { ...bytes, width: 8 } as typeof bytes)).toThrow("no option `width`");
});
