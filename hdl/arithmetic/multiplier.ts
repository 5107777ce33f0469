import type { SInt, UInt } from "@chisel-ts/core";
import { boothPartialProducts } from "./partial-products/booth.ts";
import { simplePartialProducts } from "./partial-products/simple.ts";
import { arrayReduction } from "./reduction/array.ts";
import { daddaReduction } from "./reduction/dadda.ts";
import { wallaceReduction } from "./reduction/wallace.ts";
import { numberOf, type Row, withConstant } from "./rows.ts";

const partialProducts = { simple: simplePartialProducts, booth: boothPartialProducts } as const;
const reductions = {
  array: arrayReduction,
  wallace: wallaceReduction,
  dadda: daddaReduction,
} as const;

interface Parts {
  readonly rows: keyof typeof partialProducts;
  readonly tree: keyof typeof reductions;
}

/** Multipliers by their partial products and what adds them, but for the last two rows. */
export const multipliers = {
  array: { rows: "simple", tree: "array" },
  wallace: { rows: "simple", tree: "wallace" },
  dadda: { rows: "simple", tree: "dadda" },
  "booth-array": { rows: "booth", tree: "array" },
  "booth-wallace": { rows: "booth", tree: "wallace" },
  "booth-dadda": { rows: "booth", tree: "dadda" },
} as const satisfies Readonly<Record<string, Parts>>;

export type Multiplier = keyof typeof multipliers;

/**
 * A product as two numbers that are still to be added, modulo 2^width; `width` is that of both operands together.
 * Any of `adders` gives `multiplicand · multiplier` from them.
 *
 * @example
 * const { sum, carry } = carrySave("booth-dadda", a, b);
 * io.product.set(adders.sklansky(sum, carry));
 */
export function carrySave(
  name: Multiplier,
  multiplicand: SInt,
  multiplier: SInt | UInt,
): { readonly sum: SInt; readonly carry: SInt } {
  const { rows, tree } = multipliers[name];
  const width = multiplicand.width + multiplier.width;
  const addends = withConstant(partialProducts[rows](multiplicand, multiplier), width);
  const [sum = [], carry = []] = reductions[tree](addends, width) as readonly Row[];
  return { sum: numberOf(sum, width), carry: numberOf(carry, width) };
}
