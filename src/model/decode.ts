import { inputColumn } from "./columns.ts";
import { isNaNCode } from "./integer-value.ts";
import type { Reference } from "./reference.ts";

/** ρ in sixteenths for each rrr: docs/format.md's table of 16·(1 + ρ), less 16. */
const RESIDUALS = [-4, -2, -1, 0, 1, 2, 4, 8] as const;

/**
 * The fields of a weight code (combinational).
 *
 * Input: weight, 8 bits. Outputs: negative, exponent (4 bits), residual (4 bits, |ρ| in
 * sixteenths), subtract (ρ < 0), active (neither zero nor NaN), invalid (NaN). For the zero and
 * NaN codes the fields are still those of their bits.
 */
export function decodeReference(): Reference {
  return (stimulus, cycles) => {
    const weight = inputColumn(stimulus, "weight", { signed: false, width: 8 }, cycles);
    const output = (field: (code: number) => number) => Uint8Array.from(weight, field);
    const residual = (code: number) => RESIDUALS[code % 8] as 0 | 1 | 2 | 4 | 8 | -4 | -2 | -1;
    return {
      negative: output((code) => Number(code >= 0x80)),
      exponent: output((code) => Math.floor(code / 8) % 16),
      residual: output((code) => Math.abs(residual(code))),
      subtract: output((code) => Number(residual(code) < 0)),
      active: output((code) => Number(code !== 0 && !isNaNCode(code))),
      invalid: output((code) => Number(isNaNCode(code))),
    };
  };
}
