import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, encode } from "../../src/farm/encoding.ts";

test("what is encoded is decoded again", () => {
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.string(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
    ),
    any: fc.oneof(
      { depthSize: "small" },
      tie("leaf"),
      fc.array(tie("any")),
      fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        tie("any"),
        {
          noNullPrototype: true,
        },
      ),
    ),
  })).any;
  fc.assert(
    fc.property(value, (it) => {
      fc.pre(!encode(it).includes('"$bigint":{') && !encode(it).includes("-0"));
      expect(decode(encode(it))).toEqual(it);
    }),
  );
});

test("what JSON does not hold is refused, and so is what is no bigint", () => {
  expect(() => encode({ a: [Number.NaN] })).toThrow("NaN has no JSON");
  expect(() => decode('{"$bigint":"0x"}')).toThrow(SyntaxError);
  expect(() => decode("{")).toThrow(SyntaxError);
});
