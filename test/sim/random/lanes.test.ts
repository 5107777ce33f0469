import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutChecks } from "../../../formal/checks.ts";
import { type Engine, engines } from "../../../sim/index.ts";
import { laneKernel } from "../../../sim/wasm/groups.ts";
import { build } from "./build.ts";
import { type Case, cases } from "./recipe.ts";
import { blocks, patience, share } from "./share.ts";
import { stimulusOf } from "./stimulus.ts";

/** More than a block of lanes, and no whole one. */
const lanes = 19;
const cycles = 8;

/** A batch, three steps with the last inputs, a reset, and a batch without most inputs. */
function answers(engine: Engine, { recipe, seed }: Case): unknown {
  const circuit = withoutChecks(build(recipe));
  const stimulus = stimulusOf(circuit, seed, lanes * cycles);
  const dut = engine.open(circuit, { lanes });
  try {
    const first = dut.batch(stimulus, cycles);
    dut.step(3);
    const held = dut.batch({}, 2);
    dut.reset();
    return [first, held, dut.batch(Object.fromEntries(Object.entries(stimulus).slice(0, 1)), 3)];
  } finally {
    dut.close();
  }
}

let together = 0;
test.each(blocks(share.lanes, 100))(
  "lanes in wasm as interpreted, $title",
  ({ seed, count }) => {
    const property = fc.property(cases, (one) => {
      if (laneKernel(withoutChecks(build(one.recipe)), [])) together += 1;
      expect(answers(engines.wasm, one)).toEqual(answers(engines.interpreter, one));
    });
    fc.assert(property, { seed, numRuns: count });
  },
  patience,
);

test("loops compute some of them", () => {
  console.log(`${together} of ${share.lanes} circuits have lanes in one loop`);
  expect(together).toBeGreaterThan(0);
});
