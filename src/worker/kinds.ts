import { estimation } from "../accelerator/estimate/points.ts";
import { synthesis } from "../cost/work.ts";
import type { Kinds } from "../farm/index.ts";
import { mutation } from "../verification/mutant-ranges.ts";
import { proof } from "../verification/proof.ts";
import { seeds } from "../verification/seed-ranges.ts";

/** All work that rf8 gives to workers. */
export const kinds = Object.fromEntries(
  [proof, mutation, synthesis, seeds, estimation].map((kind) => [kind.name, kind]),
) as Kinds;
