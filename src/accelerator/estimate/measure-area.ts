import { at, queue, uint } from "@chisel-ts/core";
import { controller } from "../../../hdl/accelerator/controller.ts";
import { counters } from "../../../hdl/accelerator/counters.ts";
import { acceleratorShape } from "../../../hdl/accelerator/parameters.ts";
import { registers } from "../../../hdl/accelerator/registers.ts";
import { row } from "../../../hdl/accelerator/row.ts";
import { axiLiteSlave } from "../../../hdl/bus/axi-lite.ts";
import { accumulatorBits, type IntegerActivation } from "../../../hdl/parameters.ts";
import { arrayElement } from "../../../hdl/systolic/stream/element.ts";
import { weightDecoder } from "../../../hdl/weight-decoder/weight-decoder.ts";
import { contenders, synthesize, type VerilogDesign, verilogOf } from "../../cost/index.ts";
import type { WeightFormat } from "../../model/index.ts";

/**
 * Gate equivalents of one row of so many lanes: registers for weights and parameters, dot-product unit in its smallest writing,
 * requantizer, and its part of the result queue. Generic technology, goal area, sums of 4096 terms, one pipeline register.
 */
export async function measureRowArea(
  activation: IntegerActivation,
  format: WeightFormat,
  lanes: number,
): Promise<number> {
  const shape = acceleratorShape({ format, activation, lanes, terms: 4096, pipeline: 1 });
  const unit = row({ format, activation, lanes, ...at(contenders("dot", format, "area"), 0) });
  const results = queue({ type: uint(shape.width + 1), depth: shape.inFlight });
  return (await areaOf(verilogOf(unit))) + (await areaOf(verilogOf(results)));
}

/** Gate equivalents of what an accelerator has once: AXI4-Lite, registers, controller, counters. */
export async function measureControlArea(
  activation: IntegerActivation,
  lanes: number,
): Promise<number> {
  const parameters = registers.complete({ activation, lanes, rows: 1 });
  const parts = [
    axiLiteSlave(),
    registers(parameters),
    controller(controller.pick(acceleratorShape(parameters))),
    counters(),
  ];
  let sum = 0;
  for (const part of parts) sum += await areaOf(verilogOf(part));
  return sum;
}

/** Gate equivalents of one element of the streaming array. */
export async function measureElementArea(
  activation: IntegerActivation,
  rows: number,
): Promise<number> {
  const width = accumulatorBits({ activation, accumulator: "exact", terms: rows });
  return areaOf(verilogOf(arrayElement({ activation, width })));
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
