import type { IntegerActivation } from "../../../hdl/parameters.ts";
import { weightDecoder } from "../../../hdl/weight-decoder/weight-decoder.ts";
import { synthesize, type VerilogDesign, verilogOf } from "../../cost/index.ts";
import type { WeightFormat } from "../../model/index.ts";
import { controlParts, elementOf, rowParts } from "./measured-parts.ts";

/**
 * Gate equivalents of one row of so many lanes: registers for weights and parameters, dot-product unit, requantizer, and its part
 * of the result queue. Generic technology, goal area.
 */
export async function measureRowArea(
  activation: IntegerActivation,
  format: WeightFormat,
  lanes: number,
): Promise<number> {
  const { unit, results } = rowParts(activation, format, lanes);
  return (await areaOf(verilogOf(unit))) + (await areaOf(verilogOf(results)));
}

/** Gate equivalents of what an accelerator has once: AXI4-Lite, registers, controller, counters. */
export async function measureControlArea(
  activation: IntegerActivation,
  lanes: number,
): Promise<number> {
  let sum = 0;
  for (const part of controlParts(activation, lanes)) sum += await areaOf(verilogOf(part));
  return sum;
}

/** Gate equivalents of one element of the streaming array. */
export async function measureElementArea(
  activation: IntegerActivation,
  rows: number,
): Promise<number> {
  return areaOf(verilogOf(elementOf(activation, rows)));
}

/** Gate equivalents a weight of the decoder of 64 weights from beats of 512 bits. @param palette as `weightDecoder` has it */
export async function measureDecoderArea(bits: number, palette: string): Promise<number> {
  const weights = 64;
  const decoder = weightDecoder({ lanes: weights, rows: 1, bits, palette });
  return (await areaOf(verilogOf(decoder))) / weights;
}

async function areaOf(design: VerilogDesign): Promise<number> {
  const { area_ge } = await synthesize(design);
  return area_ge;
}
