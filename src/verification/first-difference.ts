import type { Columns } from "../../sim/index.ts";

/**
 * The first cycle in which an output differs, -1 where none does. The bits of a valid/ready stream are
 * compared only while `valid` is 1: they mean nothing otherwise.
 */
export function firstDifference(found: Columns, expected: Columns): number {
  const cycles = Object.keys(found).flatMap((port) => {
    const [a, b] = [found[port] ?? [], expected[port] ?? []];
    const valid = port.endsWith("_bits") ? found[port.replace(/bits$/, "valid")] : undefined;
    for (let cycle = 0; cycle < a.length; cycle++) {
      if (a[cycle] !== b[cycle] && valid?.[cycle] !== 0) return [cycle];
    }
    return [];
  });
  return cycles.length > 0 ? Math.min(...cycles) : -1;
}
