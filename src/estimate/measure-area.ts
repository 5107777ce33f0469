import { queue, uint } from "@chisel-ts/core";
import { arrayElement } from "../../hdl/array/element.ts";
import { axiLiteSlave } from "../../hdl/engine/axi-lite.ts";
import { controller } from "../../hdl/engine/controller.ts";
import { counters } from "../../hdl/engine/counters.ts";
import { completeEngine, engineShape } from "../../hdl/engine/parameters.ts";
import { registers } from "../../hdl/engine/registers.ts";
import { row } from "../../hdl/engine/row.ts";
import { type Activation, accumulatorBits } from "../../hdl/parameters.ts";
import { type CellResult, synthesize, type VerilogDesign, verilogOf } from "../cost/index.ts";

/** Gate equivalents of an engine's parts, without its activation buffer, which is a memory. */
export interface EngineArea {
  /** One row of so many lanes: dot-product unit, requantizer, and its part of the result queue. */
  readonly row_ge: number;
  /** What there is once: AXI4-Lite, registers, controller, counters. */
  readonly control_ge: number;
}

/** Synthesizes the parts: generic technology, goal area, a buffer of 4096 activations, one pipeline register. */
export async function measureEngineArea(
  activation: Activation,
  lanes: number,
): Promise<EngineArea> {
  const parameters = completeEngine({ activation, lanes, rows: 1 });
  const shape = engineShape(parameters);
  const area = async (design: VerilogDesign): Promise<number> => areaOf(await synthesize(design));
  const results = queue({ type: uint(shape.width + 1), depth: shape.inFlight });
  const row_ge = (await area(verilogOf(row(parameters)))) + (await area(verilogOf(results)));
  let control_ge = 0;
  for (const part of [axiLiteSlave, registers(parameters), controller(shape), counters])
    control_ge += await area(verilogOf(part));
  return { row_ge, control_ge };
}

/** Gate equivalents of one element of the streaming array. */
export async function measureElementArea(activation: Activation, rows: number): Promise<number> {
  const width = accumulatorBits({ activation, accumulator: "exact", terms: rows });
  return areaOf(await synthesize(verilogOf(arrayElement({ activation, width }))));
}

const areaOf = ({ area_ge }: CellResult): number => area_ge;
