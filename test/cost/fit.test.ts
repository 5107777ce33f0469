import { type Module, queue, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { accumulate } from "../../hdl/accumulate.ts";
import { dot } from "../../hdl/dot.ts";
import { mac } from "../../hdl/mac.ts";
import { decode } from "../../hdl/product/decode.ts";
import { product } from "../../hdl/product/product.ts";
import { systolic } from "../../hdl/systolic/systolic.ts";
import type { Budget } from "./to-fit.ts";
import "./to-fit.ts";

/** Two per cent above what was measured: a change that costs more than that says so here. */
const budgets: readonly (readonly [Module, Budget])[] = [
  [decode({}), { area_ge: 19, delay_fo4: 6.2 }],
  [product(), { area_ge: 286, delay_fo4: 52.6 }],
  [product({ activation: "int16" }), { area_ge: 471, delay_fo4: 75.3 }],
  [product({ format: "e4m3" }), { area_ge: 346, delay_fo4: 53.8 }],
  [product({ format: "e5m2" }), { area_ge: 328, delay_fo4: 55.8 }],
  [accumulate(), { area_ge: 656, delay_fo4: 94 }],
  [accumulate({ overflow: "saturate" }), { area_ge: 659, delay_fo4: 107 }],
  [mac(), { area_ge: 930, delay_fo4: 115 }],
  [mac({ pipeline: 3 }), { area_ge: 1301, delay_fo4: 100 }],
  [dot({ lanes: 4 }), { area_ge: 2282, delay_fo4: 133 }],
  [systolic({ rows: 2, columns: 2 }), { area_ge: 2794, delay_fo4: 105 }],
  [queue({ type: uint(8), depth: 2 }), { area_ge: 159, delay_fo4: 19.8 }],
];

const label = ({ name, parameters }: Module): string =>
  [name, ...Object.entries(parameters).map(([key, value]) => `${key} ${value}`)].join(", ");

test.each(budgets.map(([module, budget]) => [label(module), module, budget] as const))(
  "%s",
  async (_, module, budget) => {
    await expect(module).toFit(budget);
  },
);

test("a budget that is too small fails and says what the circuit costs", async () => {
  await expect(expect(decode({})).toFit({ area_ge: 1, delay_fo4: 100 })).rejects.toThrow(
    /decode: \d+\.\d GE, \d+\.\d FO4; allowed are 1 GE and 100 FO4/,
  );
});
