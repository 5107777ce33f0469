import { readFileSync } from "node:fs";
import { sint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { product } from "../../../hdl/product/product.ts";
import {
  circuitPower,
  contenders,
  type FormatPowerRow,
  formatPowerCsv,
  randomProducts,
  streamOf,
} from "../../../src/cost/index.ts";

const report = readFileSync(new URL("../../../reports/power.csv", import.meta.url), "utf8");

test("the report's product with uniform operands is today's", async () => {
  const tried = await Promise.all(
    contenders("product", "rf8", "area").map(async (writing) => {
      const unit = product({ format: "rf8", activation: "int8", ...writing });
      const products = randomProducts("rf8", sint(8), 2 ** 17, 1);
      return (await circuitPower(unit, streamOf(unit, products), 500)).power;
    }),
  );
  const best = tried.reduce((a, b) => (b.area_ge < a.area_ge ? b : a));
  const [head = "", ...rows] = report.trim().split("\n");
  const line = rows.find((row) => row.startsWith("product,rf8,int8,1,uniform,"));
  const found = line?.split(",")[head.split(",").indexOf("pj_per_mac")];
  expect(found).toBe(String(Number(best.pj_per_mac.toPrecision(5))));
});

test("every row says whose it is, and an operand's name is quoted where it must be", () => {
  const [head = ""] = report.split("\n");
  expect(head.split(",")).toEqual(expect.arrayContaining(["node", "voltage", "kind"]));
  const row = { block: "mac", operands: 'a,"b', energy_to_int8: null } as unknown as FormatPowerRow;
  expect(formatPowerCsv([row])).toContain('"a,""b"');
});
