import { at } from "@chisel-ts/core";
import type { IntegerActivation } from "../../../hdl/parameters.ts";
import type { WeightFormat } from "../../model/index.ts";
import { measuredLanes } from "./area-table.ts";
import { macPj } from "./energy/index.ts";
import { elementEnergyTable, poweredLanes, rowEnergyTable } from "./energy-table.ts";
import type { UnitEnergy } from "./measure-energy.ts";

/** A unit's energies in the generic technology, and which figures they follow from. */
export interface ModelledEnergy extends UnitEnergy {
  readonly provenance: string;
}

/** A row of so many lanes: as measured, or on the line through the two measured numbers of lanes next to it. */
export function rowEnergy(
  activation: IntegerActivation,
  format: WeightFormat,
  lanes: number,
): ModelledEnergy {
  const { data, clock } = rowEnergyTable[activation][format];
  const above = poweredLanes.findIndex((measured) => measured >= lanes);
  const last = poweredLanes.length - 1;
  const high = above < 0 ? last : Math.max(1, above);
  const [from, to] = [at(poweredLanes, high - 1), at(poweredLanes, high)];
  const on = (table: readonly number[]): number => {
    const [a, b] = [at(table, high - 1), at(table, high)];
    return a + ((b - a) * (lanes - from)) / (to - from);
  };
  const isMeasured = poweredLanes.some((measured) => measured === lanes);
  return {
    data: on(data),
    clock: on(clock),
    provenance: isMeasured
      ? `a row of ${lanes} lanes`
      : `a row of ${lanes} lanes, on the line through ${from} and ${to}`,
  };
}

/** An element of the streaming array; of another format than RF8 by the ratio of MACs. */
export function elementEnergy(
  activation: IntegerActivation,
  format: WeightFormat,
  rows: number,
): ModelledEnergy {
  const index = measuredLanes.findIndex((measured) => measured >= rows);
  const { data, clock } = elementEnergyTable[activation];
  const ratio = macPj[activation][format] / macPj[activation].rf8;
  return {
    data: ratio * at(data, index),
    clock: ratio * at(clock, index),
    provenance:
      format === "rf8"
        ? "an element of the array"
        : `an element of the array in RF8 × ${ratio.toFixed(2)}, the ratio of MACs`,
  };
}
