import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { type Engine, engines, fromReset, lockstep } from "../../sim/index.ts";
import { references } from "../../src/model/index.ts";
import { exhaustiveStimulus } from "../../src/verification/stimulus.ts";
import { verifyEntry } from "../support/verify-entry.ts";
import {
  baselineCombinations,
  combinations,
  describeParameters,
  expectAgreement,
} from "./combinations.ts";

const entryOf = (name: string) => catalogue.find((entry) => entry.name === name)!;
const everyEngine: Engine[] = Object.values(engines);

/** All pairs of weight code and int8 activation, each cleared into an empty accumulator. */
function allPairs() {
  const cycles = 65_537;
  const weight = new Uint8Array(cycles);
  const activation = new Int8Array(cycles);
  for (let pair = 0; pair < 65_536; pair++) {
    weight[pair] = pair >> 8;
    activation[pair] = (pair & 255) - 128;
  }
  const ones = new Uint8Array(cycles).fill(1);
  return { columns: { weight, activation, enable: ones, clear: ones }, cycles };
}

describe.each(everyEngine)("$name equals the model", (engine) => {
  test("on all 256 codes through decode", async () => {
    const entry = entryOf("decode");
    const verdict = await verifyEntry(
      entry,
      {},
      { engine: engine, blocks: [exhaustiveStimulus(entry.build({}), 0, 256)] },
    );
    expect(verdict).toMatchObject({ vectors: 256, mismatches: 0 });
  });

  test("on all 65,536 pairs through product", async () => {
    const entry = entryOf("product");
    const stimulus = exhaustiveStimulus(entry.build({}), 0, 65_536);
    const verdict = await verifyEntry(entry, {}, { engine: engine, blocks: [stimulus] });
    expect(verdict).toMatchObject({ vectors: 65_536, mismatches: 0 });
  });

  test("on all 65,536 pairs through the MAC", async () => {
    const verdict = await verifyEntry(entryOf("mac"), {}, { engine: engine, blocks: [allPairs()] });
    expect(verdict).toMatchObject({ vectors: 65_537, mismatches: 0 });
  });

  test("on random cycles of every parameter combination side by side", () => {
    const cycles = engine.name === "wasm" || engine.name === "verilator" ? 20_000 : 2_000;
    expectAgreement(engine, combinations, cycles);
  });
});

test("any sequence on any MAC: a failure is shrunk to the smallest one and shown as a wave", () => {
  const operation = fc.record({
    weight: fc.oneof(
      fc.constantFrom(0x00, 0x80, 0x7f, 0xff, 0x48, 0x7c, 0xfd),
      fc.integer({ min: 0, max: 255 }),
    ),
    activation: fc.oneof(fc.constantFrom(-128, 127, 0), fc.integer({ min: -128, max: 127 })),
    enable: fc.integer({ min: 0, max: 1 }),
    clear: fc.integer({ min: 0, max: 1 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...combinations, ...baselineCombinations),
      fc.array(operation, { minLength: 1, maxLength: 60 }),
      (parameters, operations) => {
        const cycles = operations.length;
        const columns = {
          weight: Uint8Array.from(operations, (o) => o.weight),
          activation:
            parameters.activation === "int8"
              ? Int8Array.from(operations, (o) => o.activation)
              : Int16Array.from(operations, (o) => o.activation * 256),
          enable: Uint8Array.from(operations, (o) => o.enable),
          clear: Uint8Array.from(operations, (o) => o.clear),
        };
        const simulation = engines.wasm.open(entryOf("mac").build(parameters));
        const result = lockstep(columns, cycles, fromReset("wasm", simulation), {
          name: "model",
          run: references.mac(parameters),
        });
        simulation.close();
        if (result.first)
          throw new Error(`${describeParameters(parameters)}\n${result.first.wave}`);
      },
    ),
    { numRuns: 600 },
  );
});
