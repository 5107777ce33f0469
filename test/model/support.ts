import type { Columns } from "../../src/model/columns.ts";
import type { ModelParameters } from "../../src/model/parameters.ts";

export function parameters(changes: Partial<ModelParameters> = {}): ModelParameters {
  return {
    format: "rf8",
    activation: "int8",
    accumulator: "exact",
    terms: 4096,
    overflow: "wrap",
    pipeline: 0,
    lanes: 16,
    rows: 8,
    columns: 8,
    ...changes,
  };
}

/** A column's values as numbers. */
export function numbers(columns: Columns, name: string): number[] {
  return Array.from(columns[name] ?? [], Number);
}

/** W straight from the definition: value · 2^(bias + 4), with (−1)^s · 2^E · (1 + ρ). */
export function weightValue(code: number): number {
  if (code === 0x00 || code === 0x80) return 0;
  const d = (code & 7) - 3;
  const rho = d === 0 ? 0 : Math.sign(d) * 2 ** (Math.abs(d) - 5);
  return (-1) ** (code >> 7) * 2 ** ((code >> 3) & 15) * (1 + rho) * 2 ** 4;
}
