import { describe, expect, test } from "vitest";
import type { Property } from "../../formal/index.ts";
import { processingElementProperties } from "../../formal/specification/processing-element.ts";
import { systolicProperties } from "../../formal/specification/systolic.ts";
import { type Mistake, proveBroken } from "./broken.ts";

const [element] = processingElementProperties({ activation: "int8", width: 29 }) as [Property];
const [array] = systolicProperties({ activation: "int8", rows: 2, columns: 2 }) as [Property];

const elementMistakes: readonly (Mistake & { readonly what: string })[] = [
  {
    what: "an activation that is not delayed",
    ...{ right: "activation_out = activation_held", wrong: "activation_out = activation_in" },
    file: "processing_element.v",
  },
  {
    what: "a load without enable",
    ...{
      right: "else if (enable) begin",
      wrong: "else if (load & !enable) weight <= weight_in; else if (enable) begin",
    },
    file: "processing_element.v",
  },
  {
    what: "a product that is not extended by its sign",
    ...{ right: "{multiplier_product[27], multi", wrong: "{1'b0, multi" },
    file: "processing_element.v",
  },
  {
    what: "an invalid that is lost",
    ...{ right: "invalid_in | multiplier_invalid", wrong: "multiplier_invalid" },
    file: "processing_element.v",
  },
];

const wiringMistakes: readonly (Mistake & { readonly what: string })[] = [
  {
    what: "a sum wired one column over",
    ...{ right: ".sum_in(r0c1_sum_out)", wrong: ".sum_in(r0c0_sum_out)" },
    file: "systolic.v",
  },
  {
    what: "an activation that skips a column's delay",
    ...{ right: ".activation_in(r1c0_activation_out)", wrong: ".activation_in(activation_1)" },
    file: "systolic.v",
  },
  {
    what: "a weight that skips a row",
    ...{ right: ".weight_in(r0c1_weight_out)", wrong: ".weight_in(weight_1)" },
    file: "systolic.v",
  },
  {
    what: "outputs of the wrong column",
    ...{ right: "invalid_1 = r1c1_invalid_out", wrong: "invalid_1 = r1c0_invalid_out" },
    file: "systolic.v",
  },
  {
    what: "sums of one bit less",
    ...{ right: "sum_out = partial", wrong: "sum_out = {partial[27], partial[27:0]}" },
    file: "processing_element.v",
  },
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
