/** How a weight code stands for a number. */
export type Format = "rf8" | "int8" | "e4m3" | "e5m2";

interface FormatRow {
  /** Every weight is the integer W times 2^−scale; RF8's bias and a tensor's scale come on top. */
  readonly scale: number;
  /** The maximum |W|. */
  readonly maximum: number;
  /** What is no number: W is 0 then and `invalid` is raised. No code of INT8 is. */
  readonly invalid: "NaN" | "NaN or infinity";
}

/**
 * The weight formats as integers. RF8: docs/format.md. INT8: two's complement, −128 included, every code
 * a number. E4M3 and E5M2: OCP 8-bit Floating Point Specification, the largest 1.75·2^8 and 1.75·2^15.
 */
export const formats: Readonly<Record<Format, FormatRow>> = {
  rf8: { scale: 4, maximum: 1.5 * 2 ** 19, invalid: "NaN" },
  int8: { scale: 0, maximum: 128, invalid: "NaN" },
  e4m3: { scale: 9, maximum: 448 * 2 ** 9, invalid: "NaN" },
  e5m2: { scale: 16, maximum: 57_344 * 2 ** 16, invalid: "NaN or infinity" },
};
