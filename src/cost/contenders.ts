import type { Format } from "../../hdl/format.ts";
import type { CircuitParameters } from "../../hdl/parameters.ts";
import type { Goal } from "./synthesis/goal.ts";

export const blocks = ["product", "mac", "dot"] as const;
export type Block = (typeof blocks)[number];

/** How the multiplications and additions of a block are written. */
export type Writing = Pick<CircuitParameters, "multiplier" | "adder">;

/**
 * For INT8 the two trees that no other multiplier beats in both area and delay; for a floating format's short
 * significand its rows one after the other, or a tree. An RF8 product has no multiplier.
 */
const multipliers: Readonly<Record<Format, readonly Writing["multiplier"][]>> = {
  rf8: ["operator"],
  int8: ["booth-dadda", "dadda"],
  e4m3: ["operator", "dadda"],
  e5m2: ["operator", "dadda"],
};

/** Verilog's `+`, the smallest adder, and for speed the smallest prefix adder of few levels. */
const adders: Readonly<Record<Goal, readonly Writing["adder"][]>> = {
  area: ["operator", "ripple"],
  balanced: ["operator", "ripple", "sklansky"],
  delay: ["operator", "ripple", "sklansky"],
};

/**
 * What is synthesized of a block, of which the smallest is taken. A dot-product unit takes minutes to synthesize, so
 * only the multiplier that is smallest by itself is tried there, and for speed only `+`.
 *
 * @example
 * const written = contenders("product", "int8", "area").map(({ multiplier, adder }) => `${multiplier} ${adder}`);
 * console.log(written.join(", ")); // booth-dadda operator, booth-dadda ripple, dadda operator, dadda ripple
 */
export function contenders(block: Block, format: Format, goal: Goal): readonly Writing[] {
  const isDot = block === "dot";
  const [first = "operator"] = multipliers[format];
  const chosen = isDot ? [first] : multipliers[format];
  const added = isDot && goal !== "area" ? (["operator"] as const) : adders[goal];
  return chosen.flatMap((multiplier) => added.map((adder) => ({ multiplier, adder })));
}
