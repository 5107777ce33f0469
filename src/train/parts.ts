import type { Windows } from "./batches.ts";

/** Tokens of a part: enough that products are fast, and few enough that memory stays small. */
const PART_TOKENS = 512;

/** How many windows of a batch go through the network at a time: a divisor of their number, so that all parts are alike. */
export function windowsAtOnce(count: number, context: number): number {
  let maximum = Math.min(count, Math.max(1, Math.floor(PART_TOKENS / context)));
  while (count % maximum !== 0) maximum -= 1;
  return maximum;
}

/** The windows of a batch in parts of equal size. */
export function partsOf({ tokens, length }: Windows, context: number): Windows[] {
  const count = tokens.length / length;
  const size = windowsAtOnce(count, context) * length;
  return Array.from({ length: tokens.length / size }, (_, i) => ({
    ...{ tokens: tokens.slice(i * size, (i + 1) * size), length },
  }));
}
