import { at } from "@chisel-ts/core";
import { encodeArray, MaxAbs } from "../../format/index.ts";
import { E4M3, E5M2, type Fp8Layout } from "../../model/fp8.ts";
import { INTEGER_WEIGHTS, type WeightFormat } from "../../model/index.ts";
import { magnitudes, nearestMagnitude } from "../../network/evaluate/fp8.ts";

/** The largest magnitude of a format, to which the largest of a row is scaled, and the code of a magnitude. */
interface Scaled {
  readonly maximum: number;
  code(magnitude: number, negative: boolean): number;
}

function fp8(layout: Fp8Layout): Scaled {
  const sorted = magnitudes(layout);
  const codes = new Map([...sorted].map((value, code) => [value, code]));
  return {
    maximum: at(sorted, sorted.length - 1),
    code: (magnitude, negative) =>
      at(codes, nearestMagnitude(magnitude, sorted)) | (negative ? 0x80 : 0),
  };
}

const scaled: Readonly<Record<Exclude<WeightFormat, "rf8">, Scaled>> = {
  int8: {
    maximum: 127,
    code: (magnitude, negative) => ((negative ? -1 : 1) * Math.round(magnitude)) & 0xff,
  },
  e4m3: fp8(E4M3),
  e5m2: fp8(E5M2),
};

/**
 * A row of weights as codes of a format, nearest, each row with a bias or scale of its own: RF8 with the bias `max`, the others
 * with max|w| as the largest number.
 *
 * @throws NonFiniteError for what is no number.
 */
export function codesOf(format: WeightFormat, row: Float64Array): Uint8Array {
  if (format === "rf8") {
    const largest = new MaxAbs(1, row.length);
    const block = { dtype: "F64", data: row } as const;
    largest.add(block);
    const biases = [...largest.biases()];
    return encodeArray(block, { bias: { biases, rowLength: row.length }, rounding: "nearest" })
      .codes;
  }
  const { maximum, code } = scaled[format];
  const largest = row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const scale = largest === 0 ? 0 : maximum / largest;
  return Uint8Array.from(row, (value) => code(Math.abs(value) * scale, value < 0));
}

/** The codes of a format that are numbers. */
export const numbersOf = (format: WeightFormat): number[] =>
  Array.from({ length: 256 }, (_, code) => code).filter(
    (code) => !Number.isNaN(INTEGER_WEIGHTS[format][code]),
  );
