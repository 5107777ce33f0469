import { describe, expect, test } from "vitest";
import { type Adder, adders } from "../../../hdl/arithmetic/adder/adders.ts";
import { type Multiplier, multipliers } from "../../../hdl/arithmetic/multiplier.ts";
import { product } from "../../../hdl/product/product.ts";
import { type Engine, engines } from "../../../sim/index.ts";
import { exhaustiveStimulus } from "../../../src/verification/stimulus.ts";
import { verifyEntry } from "../../support/verify-entry.ts";
import { baselineCombinations, baselineSample, expectAgreement } from "../combinations.ts";

const formats = ["int8", "e4m3", "e5m2"] as const;
const multiplierNames = Object.keys(multipliers) as Multiplier[];
const adderNames = Object.keys(adders) as Adder[];
const everyEngine: Engine[] = Object.values(engines);

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
    const stimulus = exhaustiveStimulus(product({ format }), 0, 65_536);
    const verdict = await verifyEntry(product, { format }, { engine: engine, blocks: [stimulus] });
    expect(verdict).toMatchObject({ vectors: 65_536, mismatches: 0 });
  });

  test("on all 65,536 pairs of E4M3 and E4M3", async () => {
    const given = { format: "e4m3", activation: "e4m3" } as const;
    const stimulus = exhaustiveStimulus(product(given), 0, 65_536);
    const verdict = await verifyEntry(product, given, { engine, blocks: [stimulus] });
    expect(verdict).toMatchObject({ vectors: 65_536, mismatches: 0 });
  });

  test("on random cycles of MACs of every format side by side", () => {
    if (engine.name === "wasm") expectAgreement(engine, baselineCombinations, 5_000);
    else expectAgreement(engine, baselineSample, engine.name === "verilator" ? 20_000 : 1_000);
  });
});

test.each(
  formats.flatMap((format) => multiplierNames.map((multiplier) => ({ format, multiplier }))),
)("all 65,536 pairs of $format and int8 by $multiplier, every adder", async (given) => {
  const stimulus = exhaustiveStimulus(product(given), 0, 65_536);
  for (const adder of adderNames) {
    const verdict = await verifyEntry(
      product,
      { ...given, adder },
      { engine: engines.wasm, blocks: [stimulus] },
    );
    expect(verdict).toMatchObject({ vectors: 65_536, mismatches: 0 });
  }
});

test.each(adderNames)("all 65,536 pairs of RF8 and int8, adder %s", async (adder) => {
  const stimulus = exhaustiveStimulus(product(), 0, 65_536);
  const verdict = await verifyEntry(
    product,
    { adder },
    { engine: engines.wasm, blocks: [stimulus] },
  );
  expect(verdict).toMatchObject({ vectors: 65_536, mismatches: 0 });
});

test.each(["dadda", "booth-dadda"] as const)(
  "all 2^24 pairs of INT8 and int16 by %s",
  async (multiplier) => {
    const given = { format: "int8", activation: "int16", multiplier, adder: "sklansky" } as const;
    const verdict = await verifyEntry(product, given, {
      engine: engines.wasm,
      blocks: everyInt16Pair(),
    });
    expect(verdict).toMatchObject({ vectors: 2 ** 24, mismatches: 0 });
  },
);

test.each(formats)("all 2^24 pairs of %s and int16 in-process", async (format) => {
  const given = { format, activation: "int16" } as const;
  const verdict = await verifyEntry(product, given, {
    engine: engines.wasm,
    blocks: everyInt16Pair(),
  });
  expect(verdict).toMatchObject({ vectors: 2 ** 24, mismatches: 0 });
});
