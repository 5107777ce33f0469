import type { Module } from "@chisel-ts/core";
import { expect } from "vitest";
import { synthesize, verilogOf } from "../../src/cost/index.ts";

/** The most that a circuit may cost in the generic technology at goal area. */
export interface Budget {
  readonly area_ge: number;
  readonly delay_fo4: number;
}

declare module "vitest" {
  interface Matchers<T> {
    /** `await expect(module).toFit({ area_ge, delay_fo4 })`: cost as an assertion. */
    toFit(budget: Budget): Promise<T>;
  }
}

expect.extend({
  async toFit(module: Module, budget: Budget) {
    const found = await synthesize(verilogOf(module));
    const over = (["area_ge", "delay_fo4"] as const).filter((key) => found[key] > budget[key]);
    const cost = `${module.name}: ${found.area_ge.toFixed(1)} GE, ${found.delay_fo4.toFixed(1)} FO4`;
    return {
      pass: over.length === 0,
      message: () =>
        `${cost}; allowed are ${budget.area_ge} GE and ${budget.delay_fo4} FO4 (generic technology, goal area)`,
      actual: { area_ge: found.area_ge, delay_fo4: found.delay_fo4 },
      expected: budget,
    };
  },
});
