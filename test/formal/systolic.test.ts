import { describe, expect, test } from "vitest";
import type { Property } from "../../formal/index.ts";
import { processingElementProperties } from "../../formal/specification/processing-element.ts";
import { systolicProperties } from "../../formal/specification/systolic.ts";
import { type Mistake, proveBroken } from "../support/planted.ts";

const [element] = processingElementProperties({ activation: "int8", width: 29 }) as [Property];
const [array] = systolicProperties({ activation: "int8", rows: 2, columns: 2 }) as [Property];

const elementMistakes: readonly (Mistake & { readonly what: string })[] = [
  { what: "an activation that is not delayed", mutant: "activation_held: not delayed" },
  {
    what: "a load without enable",
    mutant: "mux: always the first branch",
    line: "when(io.enable",
    place: 0,
  },
  {
    what: "a product that is not extended by its sign",
    mutant: "signExtend: zeroExtend for signExtend",
    line: "product.extend(width)",
  },
  {
    what: "an invalid that is lost",
    mutant: "or: first operand left out",
    line: "io.invalid_in.or",
  },
];

const wiringMistakes: readonly (Mistake & { readonly what: string })[] = [
  { what: "a sum wired one column over", mutant: "r0c1.sum_out: that of r0c0" },
  { what: "an activation of another row", mutant: "r1c0.activation_out: that of r0c1" },
  { what: "a weight wired one column over", mutant: "r0c1.weight_out: that of r0c0" },
  { what: "outputs of the wrong column", mutant: "r1c1.invalid_out: that of r1c0" },
  { what: "sums of one bit less", mutant: "partial: bit 28 stuck at 0" },
];

describe("disproved", () => {
  test.each(elementMistakes)("in the element and in the array: $what", async (mistake) => {
    expect(await proveBroken(element, mistake)).toMatchObject({ verdict: "disproved" });
    expect(await proveBroken(array, mistake)).toMatchObject({ verdict: "disproved" });
  });

  test.each(wiringMistakes)("in the array: $what", async (mistake) => {
    expect(await proveBroken(array, mistake)).toMatchObject({ verdict: "disproved" });
  });
});
