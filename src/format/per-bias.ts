import type { DeterministicRounding } from "./thresholds.ts";

/** More than the channels of a tensor use; tables are 64 KB each at most. */
const KEPT = 64;

/** Remembers the tables that were built: tensors and channels share biases. */
export function perBias<T>(
  build: (rounding: DeterministicRounding, bias: number) => T,
): (rounding: DeterministicRounding, bias: number) => T {
  const tables = new Map<number, T>();
  return (rounding, bias) => {
    const key = rounding === "nearest" ? 2 * bias : 2 * bias + 1;
    const known = tables.get(key);
    if (known !== undefined) return known;
    if (tables.size === KEPT) tables.clear();
    const built = build(rounding, bias);
    tables.set(key, built);
    return built;
  };
}
