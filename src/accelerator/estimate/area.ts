import { at } from "@chisel-ts/core";
import type { IntegerActivation } from "../../../hdl/parameters.ts";
import type { AcceleratorModel } from "../../model/index.ts";
import {
  controlArea,
  decoderTable,
  elementTable,
  macAreaRatios,
  measuredLanes,
  rowAreaTable,
} from "./area-table.ts";
import type { EstimateFormat } from "./energy/index.ts";

/** Area of an accelerator in gate equivalents, without its activation buffer, and where it is from. */
export interface AreaEstimate {
  /** `null` where no unit of the format was synthesized. */
  readonly ge: number | null;
  readonly provenance: string;
}

/** Of a format that no unit is written for. */
const unwritten = (format: "bf16" | "int4"): AreaEstimate => ({
  ge: null,
  provenance: `none: no ${format.toUpperCase()} unit is written here`,
});

/** Rows times a row of so many lanes, measured or between two that are, and the control. */
export function acceleratorArea(
  activation: IntegerActivation,
  lanes: number,
  rows: number,
  format: EstimateFormat = "rf8",
): AreaEstimate {
  if (format === "bf16" || format === "int4") return unwritten(format);
  const table = rowAreaTable[activation][format];
  const above = measuredLanes.findIndex((measured) => measured >= lanes);
  const [high = 1, low = 1] = [measuredLanes[above], measuredLanes[Math.max(0, above - 1)]];
  const [maximum = 0, minimum = 0] = [table[above], table[Math.max(0, above - 1)]];
  const row =
    high === low ? maximum : minimum + ((maximum - minimum) * (lanes - low)) / (high - low);
  const provenance =
    high === lanes
      ? "synthesized here: generic technology, goal area, without the activation buffer"
      : `interpolated between rows of ${low} and ${high} lanes, synthesized here`;
  return { ge: rows * row + controlArea, provenance };
}

/** The area with that of the weight decoder, for weights of fewer than 8 bits. */
export function withDecoder(area: AreaEstimate, accelerator: AcceleratorModel): AreaEstimate {
  const { lanes, rows, bits = 8, palette = "stream" } = accelerator;
  const table = decoderTable[bits];
  if (!table || area.ge === null) return area;
  const ge = table[palette === "stream" ? "stream" : "wired"];
  return {
    ge: area.ge + lanes * rows * ge,
    provenance: `${area.provenance}; a decoder of ${ge} a weight, synthesized for 64`,
  };
}

/** The elements of a streaming array, each as wide as for the next larger measured number of rows. */
export function arrayArea(
  activation: IntegerActivation,
  rows: number,
  columns: number,
  format: EstimateFormat = "rf8",
): AreaEstimate {
  if (format === "bf16" || format === "int4") return unwritten(format);
  const index = measuredLanes.findIndex((measured) => measured >= rows);
  const ge = rows * columns * at(elementTable[activation], index);
  const provenance =
    "elements synthesized here: generic technology, goal area; without controller and skew registers";
  if (format === "rf8") return { ge, provenance };
  const ratio = macAreaRatios[activation][format];
  return {
    ge: ge * ratio,
    provenance: `RF8's × ${ratio}, the ratio of MACs in reports/compare.csv; RF8's: ${provenance}`,
  };
}
