import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CoreError,
  CoreWork,
  compileCore,
  coreCycles,
  coreNetwork,
} from "../../../src/accelerator/core/index.ts";
import { InferenceError } from "../../../src/accelerator/run/index.ts";
import { rf8Model } from "../../../src/network/index.ts";
import { familyCases, familySizes } from "../../network/family-cases.ts";
import { randomDecoder, withRowScales } from "../../network/random-decoder.ts";

const memory = { latency: 9, outstanding: 3, interval: 1.5 };

const places = fc.record({ position: fc.nat(7), token: fc.nat(16) });

test.each(["none", "row"] as const)(
  "cycles from the configuration alone are those of the compiled program, in all families, scale %s",
  (scale) => {
    let compared = 0;
    for (const [model_type, keys] of familyCases) {
      const decoder = randomDecoder({ ...familySizes, model_type, ...keys });
      const machine = {
        activation: "int8",
        lanes: 16,
        vectorLanes: 1,
        terms: 2,
        memory,
        scale,
      } as const;
      const weights = scale === "row" ? withRowScales(decoder) : rf8Model(decoder);
      const context = 8;
      const program = () =>
        compileCore(coreNetwork(weights, { activation: "int8", context }), machine);
      const work = () => new CoreWork(decoder.config, machine, context);
      const refusal = refusalOf(program);
      expect(refusalOf(work)).toBe(refusal);
      if (refusal !== undefined) continue;
      const [compiled, counted] = [program(), work()];
      fc.assert(
        fc.property(fc.array(places, { minLength: 1, maxLength: 4 }), (batch) => {
          expect(counted.cycles(batch)).toEqual(coreCycles(compiled, batch, memory).counters);
        }),
        { numRuns: 10 },
      );
      compared += 1;
    }
    expect(compared).toBeGreaterThan(15);
  },
);

/** What a network is refused with. */
function refusalOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof InferenceError || error instanceof CoreError) return error.message;
    throw error;
  }
}
