import { emitDesign, type Module } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { type Property, prove } from "../../formal/index.ts";
import {
  accumulateBoundProperties,
  macBoundProperties,
  maxProduct,
  productBoundProperties,
} from "../../formal/specification/bound.ts";
import { type AccumulateParameters, accumulate } from "../../hdl/accumulate.ts";
import { mac } from "../../hdl/mac.ts";
import { accumulatorBits } from "../../hdl/parameters.ts";
import { weightValue } from "../model/support.ts";
import { proveBroken } from "../support/planted.ts";

const activations = ["int8", "int16"] as const;
/** Powers of two, their neighbours, and where 3·terms passes one: 3·5461 is 2^14 − 1. */
const numbers = [1, 2, 3, 5, 4095, 4096, 4097, 5461, 5462, 2 ** 24 - 1, 2 ** 24];

const exact = (terms: number, rest: Partial<AccumulateParameters> = {}): AccumulateParameters => ({
  ...accumulate.complete({ terms }),
  ...rest,
});
const narrower = (terms: number): AccumulateParameters =>
  exact(terms, { accumulator: accumulatorBits(exact(terms)) - 1 });

const properties: readonly Property[] = activations.flatMap((activation) => [
  ...productBoundProperties(activation),
  ...numbers.flatMap((terms) => accumulateBoundProperties(exact(terms, { activation }))),
  ...accumulateBoundProperties(exact(4096, { activation, overflow: "saturate" })),
  ...[0, 1, 2, 3].flatMap((pipeline) =>
    [1, 4096, 2 ** 24].flatMap((terms) =>
      macBoundProperties(mac.complete({ terms, activation, pipeline })),
    ),
  ),
]);

test.each(
  properties.map((property) => {
    const { circuit, parameters, name } = property;
    return [`${circuit} ${JSON.stringify(parameters)}: ${name}`, property] as const;
  }),
)("proved: %s", async (_, property) => {
  expect(await prove(property)).toMatchObject({ verdict: "proved" });
});

describe("no narrower accumulator would do", () => {
  test.each([1, 2, 3, 5])("%i terms leave it", async (terms) => {
    for (const [property] of [
      accumulateBoundProperties(narrower(terms)),
      macBoundProperties(
        mac.complete({ terms, accumulator: narrower(terms).accumulator, pipeline: 1 }),
      ),
    ]) {
      expect(await prove(property!)).toMatchObject({ verdict: "disproved" });
    }
  });

  test("4096 terms are more than the prover follows from reset, but no proof is found", async () => {
    const [property] = accumulateBoundProperties(narrower(4096));
    expect(await prove(property!)).toMatchObject({ verdict: "unknown" });
  });

  test("as many of the greatest products fit the exact width, and not one bit less", () => {
    const weights = Array.from({ length: 256 }, (_, code) => Math.abs(weightValue(code)));
    for (const [activation, lowest] of [["int8", 2 ** 7] as const, ["int16", 2 ** 15] as const]) {
      const product = BigInt(Math.max(...weights)) * BigInt(lowest);
      for (const terms of [...numbers, ...Array.from({ length: 300 }, (_, i) => i + 1)]) {
        const width = BigInt(accumulatorBits(exact(terms, { activation })));
        expect(BigInt(terms) * product).toBeLessThan(2n ** (width - 1n));
        expect(BigInt(terms) * product).toBeGreaterThan(2n ** (width - 2n));
      }
    }
  });
});

test("the bound of the products is reached, by the greatest weight and the least activation", async () => {
  const [property] = productBoundProperties("int8", maxProduct("int8") - 1n) as [Property];
  const verdict = await prove(property);
  expect(verdict).toMatchObject({
    verdict: "disproved",
    trace: { inputs: { activation: [0x80n] } },
  });
  if (verdict.verdict === "disproved") {
    expect([0x7fn, 0xffn]).toContain(verdict.trace.inputs.weight?.[0]);
  }
});

const mistakes = [
  { what: "a clear that keeps the old sum", mutant: "base: always the second branch" },
  {
    what: "overflow raised by a negative sum",
    mutant: "or: second operand left out",
    line: "const overflows",
  },
  {
    what: "a term that is not extended by its sign",
    mutant: "signExtend: zeroExtend for signExtend",
    line: "io.product.extend",
    place: 1,
  },
];

test.each(mistakes)("disproved: $what", async ({ what: _, ...mistake }) => {
  const [property] = accumulateBoundProperties(exact(4)) as [Property];
  expect(await proveBroken(property, mistake)).toMatchObject({ verdict: "disproved" });
});

test("exact is the same Verilog as its width, but for the parameters in the header", () => {
  const texts = (module: Module): string[] =>
    emitDesign(module).files.map(({ text }) => text.replaceAll(/^\/\/ {3}\w+ += .*\n/gm, ""));
  for (const terms of numbers) {
    const accumulator = accumulatorBits(exact(terms));
    const asked = exact(terms, { accumulator });
    expect(texts(accumulate(asked))).toEqual(texts(accumulate(exact(terms))));
    expect(texts(mac({ terms, accumulator }))).toEqual(texts(mac({ terms })));
  }
});
