import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutChecks } from "../../../formal/checks.ts";
import { planGroups } from "../../../sim/wasm/groups.ts";
import { cutOf } from "../../../sim/wasm/workers/cut.ts";
import { inTwoParts, onTwoThreads } from "../wasm/workers/engines.ts";
import { build } from "./build.ts";
import { compareOne } from "./compare.ts";
import { type Case, cases } from "./recipe.ts";
import { blocks, patience, share } from "./share.ts";

let divided = 0;
/** Whether a cut takes at least a tenth of the work, hand-over included, from the longer part. */
function isDivided({ recipe }: Case): boolean {
  const cut = cutOf(planGroups(withoutChecks(build(recipe)), []));
  return cut !== undefined && cut.longer < 0.9 * cut.whole;
}

test.each(blocks(share.lanes, 100))(
  "two parts in one thread as interpreted, $title",
  ({ seed, count }) => {
    const property = fc.property(cases, (one) => {
      if (isDivided(one)) divided += 1;
      compareOne(inTwoParts, one);
    });
    fc.assert(property, { seed, numRuns: count });
  },
  patience,
);

test("of many the work is divided", () => {
  console.log(`${divided} of ${share.lanes} circuits are divided so that it pays`);
  expect(divided).toBeGreaterThan(share.lanes / 4);
});

test(
  "two threads as interpreted",
  () => {
    const property = fc.property(cases, (one) => compareOne(onTwoThreads, one));
    fc.assert(property, { numRuns: Math.ceil(share.lanes / 4) });
  },
  patience,
);
