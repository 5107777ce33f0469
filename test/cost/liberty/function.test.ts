import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFunction } from "../../../src/cost/liberty/function.ts";

/** The truth table over A, B, C, A changing fastest. */
function truth(text: string): string | undefined {
  const found = parseFunction(text);
  if (!found) return undefined;
  const columns: Record<string, number> = { A: 0b10101010, B: 0b11001100, C: 0b11110000 };
  const column = found((pin) => columns[pin] ?? 0);
  return Array.from({ length: 8 }, (_, row) => (column >> row) & 1).join("");
}

test.each([
  ["A", "01010101"],
  ["!A", "10101010"],
  ["A'", "10101010"],
  ["(!A)'", "01010101"],
  ["A B", "00010001"],
  ["A*B&C", "00000001"],
  ["A+B C", "01010111"],
  ["A|B&C", "01010111"],
  ["A^B", "01100110"],
  ["A^B C", "01010110"],
  ["(A&B) | (A&C) | (B&C)", "00010111"],
  ["!((A+B)*C)", "11111000"],
  ["0", "00000000"],
  ["1", "11111111"],
])("%s is %s", (text, expected) => {
  expect(truth(text)).toBe(expected);
});

test.each(["", "A&", "(A", "A)", "A$B", "!", "A + * B"])("%j is no function", (text) => {
  expect(truth(text)).toBeUndefined();
});

test("any text is a function or none", () => {
  const text = fc.array(fc.constantFrom(..."ABC01()!'^*&+| "), { maxLength: 20 });
  fc.assert(fc.property(text, (characters) => void truth(characters.join(""))));
  expect(truth("(".repeat(100_000))).toBeUndefined();
  expect(truth("!".repeat(100_000))).toBeUndefined();
});
