import type { Format } from "../../hdl/format.ts";
import type { Activation } from "../../hdl/parameters.ts";

/**
 * What a code stands for as an integer, straight from each format's definition, and `undefined` where it is
 * no number; shares no code with the circuits or the model.
 */
const definitions: Readonly<Record<Format, (code: number) => number | undefined>> = {
  /** docs/format.md: ±(1 + ρ)·2^E in sixteenths. */
  rf8: (code) => {
    if (code === 0x80) return undefined;
    if (code === 0x00) return 0;
    const d = (code & 7) - 3;
    const residual = d === 0 ? 0 : Math.sign(d) * 2 ** (Math.abs(d) - 5);
    return (code >= 0x80 ? -1 : 1) * 16 * (1 + residual) * 2 ** ((code >> 3) & 15);
  },
  int8: (code) => (code << 24) >> 24,
  /** OCP FP8: S.1111.111 is NaN; in units of 2^−9, the smallest subnormal. */
  e4m3: (code) => {
    if ((code & 0x7f) === 0x7f) return undefined;
    const [exponent, mantissa] = [(code >> 3) & 15, code & 7];
    const magnitude = exponent === 0 ? mantissa : (8 + mantissa) * 2 ** (exponent - 1);
    return code & 0x80 ? -magnitude : magnitude;
  },
  /** OCP FP8: S.11111.00 is infinite, S.11111.01 and above NaN; in units of 2^−16, the smallest subnormal. */
  e5m2: (code) => {
    const [exponent, mantissa] = [(code >> 2) & 31, code & 3];
    if (exponent === 31) return undefined;
    const magnitude = exponent === 0 ? mantissa : (4 + mantissa) * 2 ** (exponent - 1);
    return code & 0x80 ? -magnitude : magnitude;
  },
};

/** W of a code: what it contributes to a product, 0 where it is no number. */
export const integerWeight = (format: Format, code: number): number =>
  definitions[format](code) ?? 0;

const codes: readonly number[] = Array.from({ length: 256 }, (_, code) => code);

const maxWeight = (format: Format): number =>
  Math.max(...codes.map((code) => Math.abs(integerWeight(format, code))));

/** Bits of the narrowest signed integer that holds W·activation for every code and activation. */
export function productWidth(format: Format, activation: Activation): number {
  const maximum =
    activation === "e4m3" ? maxWeight("e4m3") : activation === "int16" ? 2 ** 15 : 2 ** 7;
  return 2 + Math.floor(Math.log2(maxWeight(format) * maximum));
}

/** A Verilog expression: the code is no number. */
export const invalidCode = (format: Format, code: string): string =>
  codes
    .filter((value) => definitions[format](value) === undefined)
    .map((value) => `${code} == 8'd${value}`)
    .join(" || ") || "1'b0";

/** A signed Verilog literal. */
export const signedLiteral = (width: number, value: number | bigint): string =>
  value < 0 ? `-${width}'sd${-value}` : `${width}'sd${value}`;

/** A Verilog `case` that sets a 21-bit signed `reg` to W of an 8-bit RF8 code. */
export const weightTable = (code: string, target: string): string => `  always @* case (${code})
${codes.map((w) => `    8'd${w}: ${target} = ${signedLiteral(21, integerWeight("rf8", w))};`).join("\n")}
  endcase`;
