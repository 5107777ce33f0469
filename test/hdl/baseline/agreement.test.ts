import { describe, expect, test } from "vitest";
import { catalogue } from "../../../hdl/catalogue.ts";
import { productOf } from "../../../hdl/products.ts";
import { type Engine, engines } from "../../../sim/index.ts";
import { exhaustiveStimulus } from "../../../src/verification/stimulus.ts";
import { verifyEntry } from "../../support/verify-entry.ts";
import { baselineCombinations, baselineSample, expectAgreement } from "../combinations.ts";

const formats = ["int8", "e4m3", "e5m2"] as const;
const everyEngine: Engine[] = Object.values(engines);
const product = catalogue.find((entry) => entry.name === "product")!;

/** Every weight with every int16 activation, a block for each weight. */
function* everyInt16Pair() {
  const cycles = 2 ** 16;
  const activation = Int16Array.from({ length: cycles }, (_, index) => index);
  for (let code = 0; code < 256; code++) {
    yield { columns: { weight: new Uint8Array(cycles).fill(code), activation }, cycles };
  }
}

describe.each(everyEngine)("$name equals the model", (engine) => {
  // A Verilator build takes seconds: one there.
  const few = engine.name === "verilator" ? (["e5m2"] as const) : formats;

  test.each(few)("on all 65,536 pairs of %s and int8", async (format) => {
    const stimulus = exhaustiveStimulus(productOf({ format }), 0, 65_536);
    const verdict = await verifyEntry(product, { format }, { engine: engine, blocks: [stimulus] });
    expect(verdict).toMatchObject({ vectors: 65_536, mismatches: 0 });
  });

  test("on random cycles of MACs of every format side by side", () => {
    if (engine.name === "wasm") expectAgreement(engine, baselineCombinations, 5_000);
    else expectAgreement(engine, baselineSample, engine.name === "verilator" ? 20_000 : 1_000);
  });
});

test.each(formats)("all 2^24 pairs of %s and int16 in-process", async (format) => {
  const given = { format, activation: "int16" } as const;
  const verdict = await verifyEntry(product, given, {
    engine: engines.wasm,
    blocks: everyInt16Pair(),
  });
  expect(verdict).toMatchObject({ vectors: 2 ** 24, mismatches: 0 });
});
