import { emitDesign } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { decoderCore } from "../../../hdl/core/decoder-core.ts";
import type { CoreParameters } from "../../../hdl/core/parameters.ts";

const parameters: CoreParameters = {
  activation: "int16",
  lanes: 16,
  vectorLanes: 2,
  batch: 2,
  words: 256,
  columns: 64,
  function: "silu",
};

test("no multiplier is in the path of the weights: one behind the sums of a row, the others in a vector lane", () => {
  const files = emitDesign(decoderCore(parameters)).files;
  const multiplying = files
    .map(({ name, text }) => ({
      name,
      products: text.replaceAll(/\/\/.*/g, "").match(/ \* /g)?.length ?? 0,
    }))
    .filter(({ products }) => products > 0);
  const names = multiplying.map(({ name }) => name.replace(/\.v$/, "")).sort();
  expect(names).toEqual(["core_lane", "core_matrix", "core_share", "exponential"]);
  expect(multiplying.every(({ products }) => products === 1)).toBe(true);
  const matrix = files.find(({ name }) => name === "core_matrix.v")?.text ?? "";
  // Of the sum of a row, registered.
  expect(matrix).toMatch(/whole_sum\}\) \* /);
});
