import type { Columns } from "./columns.ts";

/**
 * What a circuit does, cycle by cycle, from reset (all registers zero).
 *
 * In each cycle the inputs are applied, the outputs recorded, and then the clock ticks: element i
 * of an output is its value in cycle i, before that cycle's edge.
 *
 * It throws RangeError when an input column is missing, shorter than `cycles`, or holds a value
 * outside its port's range.
 */
export type Reference = (stimulus: Columns, cycles: number) => Columns;
