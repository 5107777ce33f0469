/**
 * What an RF8 code stands for, as integers, straight from the definition (docs/format.md): W = ±(1 + ρ)·2^E
 * in sixteenths; it shares no code with the circuits or the model.
 */
export function integerWeight(code: number): number {
  if (code === 0x00 || code === 0x80) return 0;
  const d = (code & 7) - 3;
  const residual = d === 0 ? 0 : Math.sign(d) * 2 ** (Math.abs(d) - 5);
  return (code >= 0x80 ? -1 : 1) * 16 * (1 + residual) * 2 ** ((code >> 3) & 15);
}

/** A signed Verilog literal. */
export const signedLiteral = (width: number, value: number | bigint): string =>
  value < 0 ? `-${width}'sd${-value}` : `${width}'sd${value}`;

/** A Verilog `case` that sets a 21-bit signed `reg` to W of an 8-bit code. */
export const weightTable = (code: string, target: string): string => `  always @* case (${code})
${Array.from({ length: 256 }, (_, w) => `    8'd${w}: ${target} = ${signedLiteral(21, integerWeight(w))};`).join("\n")}
  endcase`;
