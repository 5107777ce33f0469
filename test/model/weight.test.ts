import { expect, test } from "vitest";
import { references } from "../../src/model/references.ts";
import { INTEGER_WEIGHTS, type WeightFormat } from "../../src/model/weight.ts";
import { numbers, parameters, weightValue } from "./support.ts";

const scales = { int8: 0, e4m3: 9, e5m2: 16 } as const;

/** The value of a code: W times the format's unit. */
const value = (format: keyof typeof scales, code: number): number =>
  INTEGER_WEIGHTS[format][code]! * 2 ** -scales[format];

// OCP 8-bit Floating Point Specification, table 2 and the encodings of one and minus two.
test.each([
  [0x00, 0],
  [0x01, 2 ** -9],
  [0x07, 7 * 2 ** -9],
  [0x08, 2 ** -6],
  [0x38, 1],
  [0x39, 1.125],
  [0xc0, -2],
  [0x78, 256],
  [0x7e, 448],
  [0x81, -(2 ** -9)],
  [0xfe, -448],
])("E4M3 0x%x is %d", (code, expected) => {
  expect(value("e4m3", code)).toBe(expected);
});

test.each([
  [0x00, 0],
  [0x01, 2 ** -16],
  [0x03, 0.75 * 2 ** -14],
  [0x04, 2 ** -14],
  [0x3c, 1],
  [0x3d, 1.25],
  [0xc0, -2],
  [0x78, 32_768],
  [0x7b, 57_344],
  [0x81, -(2 ** -16)],
  [0xfb, -57_344],
])("E5M2 0x%x is %d", (code, expected) => {
  expect(value("e5m2", code)).toBe(expected);
});

test("INT8 is two's complement, -128 included", () => {
  expect([...INTEGER_WEIGHTS.int8]).toEqual([
    ...Int8Array.from({ length: 256 }, (_, code) => code),
  ]);
});

test("RF8 is the definition", () => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  expect([...INTEGER_WEIGHTS.rf8]).toEqual(
    codes.map((code) => (code === 0x80 ? Number.NaN : weightValue(code))),
  );
});

test.each([
  ["rf8", [0x80]],
  ["int8", []],
  ["e4m3", [0x7f, 0xff]],
  ["e5m2", [0x7c, 0x7d, 0x7e, 0x7f, 0xfc, 0xfd, 0xfe, 0xff]],
] as const)("%s: the codes that are no number are %j", (format, expected) => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  expect(codes.filter((code) => Number.isNaN(INTEGER_WEIGHTS[format][code]))).toEqual(expected);
  const { product, invalid } = references.product(parameters({ format }))(
    { weight: Uint8Array.from(codes), activation: new Int8Array(256).fill(3) },
    256,
  );
  const numbersOf = Array.from(product ?? [], Number);
  expect(codes.filter((code) => invalid?.[code] === 1)).toEqual(expected);
  for (const code of expected) expect(numbersOf[code]).toBe(0);
});

test.each([
  ["e4m3", 253, 2 ** 9 * 448],
  ["e5m2", 247, 2 ** 16 * 57_344],
] as const)(
  "%s: %i distinct numbers, positive ones in byte order, the greatest W %i",
  (format, count, greatest) => {
    const finite = INTEGER_WEIGHTS[format].filter((weight) => !Number.isNaN(weight));
    // +0 and -0 are one number: a Set tells them from each other no more than === does.
    expect(new Set(finite).size).toBe(count);
    const positive = INTEGER_WEIGHTS[format]
      .slice(0, 0x80)
      .filter((weight) => !Number.isNaN(weight));
    expect(positive).toEqual(positive.toSorted());
    expect(Math.max(...finite)).toBe(greatest);
    for (const [code, weight] of INTEGER_WEIGHTS[format].slice(0, 0x80).entries()) {
      expect(INTEGER_WEIGHTS[format][code | 0x80]).toBe(-weight);
      if (!Number.isNaN(weight)) expect(Number.isInteger(weight)).toBe(true);
    }
  },
);

test.each([
  ["int8", "int8", -128 * -128],
  ["int8", "int16", -128 * -32_768],
  ["e4m3", "int8", 229_376 * 128],
  ["e4m3", "int16", 229_376 * 32_768],
  ["e5m2", "int8", 3_758_096_384 * 128],
  ["e5m2", "int16", 3_758_096_384 * 32_768],
] as const)("the greatest product of %s and %s is %i", (format, activation, greatest) => {
  const least: Record<WeightFormat, number> = { rf8: 0xff, int8: 0x80, e4m3: 0xfe, e5m2: 0xfb };
  const x = activation === "int8" ? Int8Array.of(-128) : Int16Array.of(-32_768);
  const outputs = references.product(parameters({ format, activation }))(
    { weight: Uint8Array.of(least[format]), activation: x },
    1,
  );
  expect(numbers(outputs, "product")).toEqual([greatest]);
});
