import { describe, expect, test } from "vitest";
import { references } from "../../src/model/references.ts";
import { numbers, parameters, weightValue } from "./support.ts";

const CODES = Uint8Array.from({ length: 256 }, (_, code) => code);

describe("decode", () => {
  const fields = references.decode()({ weight: CODES }, 256);

  test("the fields of active codes rebuild the value", () => {
    for (const code of CODES) {
      if (code % 128 === 0) continue;
      const [negative, exponent, residual, subtract] = [
        "negative",
        "exponent",
        "residual",
        "subtract",
      ].map((name) => numbers(fields, name)[code] as number) as [number, number, number, number];
      const mantissa = subtract ? 16 - residual : 16 + residual;
      expect((negative ? -1 : 1) * mantissa * 2 ** exponent).toBe(weightValue(code));
    }
  });

  test("the residual of each rrr, inactive codes included", () => {
    for (const base of [0x00, 0x40, 0x80, 0xf8]) {
      const octave = (name: string) => numbers(fields, name).slice(base, base + 8);
      expect(octave("residual")).toEqual([4, 2, 1, 0, 1, 2, 4, 8]);
      expect(octave("subtract")).toEqual([1, 1, 1, 0, 0, 0, 0, 0]);
    }
  });

  test("all but zero and NaN are active; only NaN is invalid", () => {
    const active = numbers(fields, "active");
    expect([...CODES].filter((code) => active[code] === 0)).toEqual([0x00, 0x80]);
    const invalid = numbers(fields, "invalid");
    expect([...CODES].filter((code) => invalid[code] === 1)).toEqual([0x80]);
    expect([numbers(fields, "negative")[0x80], numbers(fields, "exponent")[0x80]]).toEqual([1, 0]);
  });

  test("every output is a column of bytes", () => {
    for (const column of Object.values(fields)) expect(column).toBeInstanceOf(Uint8Array);
  });
});

describe("product", () => {
  test("all 65,536 codes and int8 activations", () => {
    const weight = Uint8Array.from({ length: 65_536 }, (_, pair) => pair >> 8);
    const activation = Int8Array.from({ length: 65_536 }, (_, pair) => pair & 255);
    const { product, invalid } = references.product(parameters())({ weight, activation }, 65_536);
    expect(product).toEqual(
      Int32Array.from(weight, (code, pair) => weightValue(code) * (activation[pair] as number)),
    );
    expect(invalid).toEqual(Uint8Array.from(weight, (code) => Number(code === 0x80)));
  });

  test("every code times the int16 corners", () => {
    const corners = [-32_768, -32_767, -1, 0, 1, 32_767];
    const weight = Uint8Array.from({ length: 256 * 6 }, (_, pair) => pair / 6);
    const activation = Int16Array.from(weight, (_, pair) => corners[pair % 6] as number);
    const { product } = references.product(parameters({ activation: "int16" }))(
      { weight, activation },
      weight.length,
    );
    expect(product).toEqual(
      BigInt64Array.from(
        Array.from(
          weight,
          (code, pair) => BigInt(weightValue(code)) * BigInt(activation[pair] as number),
        ),
      ),
    );
  });
});
