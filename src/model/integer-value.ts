/**
 * The integer view of RF8 (docs/format.md): value = W · 2^(−bias−4), W = ±(16 + 16ρ) · 2^E.
 *
 * Doubles are exact here: every entry is an integer of at most 20 bits and a sign.
 */

const NAN_CODE = 0x80;

/** Whether the byte is the one NaN code, 0x80. */
export function isNaNCode(code: number): boolean {
  return code === NAN_CODE;
}

function fromDefinition(code: number): number {
  if (code === 0 || isNaNCode(code)) return 0;
  const sign = code >= 0x80 ? -1 : 1;
  const exponent = Math.floor(code / 8) % 16;
  const d = (code % 8) - 3;
  const residual = d === 0 ? 0 : Math.sign(d) * 2 ** (Math.abs(d) - 5);
  return sign * 2 ** exponent * (1 + residual) * 16;
}

/** W of each of the 256 codes. The NaN code has no value: its entry is what it contributes, 0. */
export const INTEGER_VALUES: Int32Array = Int32Array.from({ length: 256 }, (_, code) =>
  fromDefinition(code),
);
