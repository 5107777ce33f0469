import type { EstimateFormat } from "./energy/index.ts";

/**
 * Areas of a format's units over RF8's (reports/compare.csv, goal area): the dot-product unit of 16 lanes, which an accelerator's
 * rows are made of, and the MAC, which an array's elements are. A test compares them.
 */
export const areaRatios: Readonly<
  Record<
    "int8" | "int16",
    Readonly<Record<Exclude<EstimateFormat, "bf16" | "int4">, readonly [dot: number, mac: number]>>
  >
> = {
  int8: { rf8: [1, 1], int8: [0.958, 0.846], e4m3: [1.1, 1.025], e5m2: [1.263, 1.26] },
  int16: { rf8: [1, 1], int8: [1.138, 0.976], e4m3: [1.206, 1.081], e5m2: [1.26, 1.227] },
};
