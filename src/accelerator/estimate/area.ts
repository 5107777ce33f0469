import type { IntegerActivation } from "../../../hdl/parameters.ts";
import { areaTable, elementTable, measuredLanes } from "./area-table.ts";

/** Area of an accelerator in gate equivalents, without its activation buffer, and where it is from. */
export interface AreaEstimate {
  readonly ge: number;
  readonly provenance: string;
}

/** Rows times a row of so many lanes, measured or between two that are, and the control. */
export function acceleratorArea(
  activation: IntegerActivation,
  lanes: number,
  rows: number,
): AreaEstimate {
  const table = areaTable[activation];
  const above = measuredLanes.findIndex((measured) => measured >= lanes);
  const [high = 1, low = 1] = [measuredLanes[above], measuredLanes[Math.max(0, above - 1)]];
  const [most = 0, least = 0] = [table.rows[above], table.rows[Math.max(0, above - 1)]];
  const row = high === low ? most : least + ((most - least) * (lanes - low)) / (high - low);
  return {
    ge: rows * row + table.control,
    provenance:
      high === lanes
        ? "synthesized here: generic technology, goal area, without the activation buffer"
        : `interpolated between rows of ${low} and ${high} lanes, synthesized here`,
  };
}

/** The elements of a streaming array, each as wide as for the next larger measured number of rows. */
export function arrayArea(
  activation: IntegerActivation,
  rows: number,
  columns: number,
): AreaEstimate {
  const index = measuredLanes.findIndex((measured) => measured >= rows);
  return {
    ge: rows * columns * (elementTable[activation][index] ?? 0),
    provenance:
      "elements synthesized here: generic technology, goal area; without controller and skew registers",
  };
}
