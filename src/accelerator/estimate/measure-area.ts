import { queue, uint } from "@chisel-ts/core";
import { controller } from "../../../hdl/accelerator/controller.ts";
import { counters } from "../../../hdl/accelerator/counters.ts";
import { acceleratorShape } from "../../../hdl/accelerator/parameters.ts";
import { registers } from "../../../hdl/accelerator/registers.ts";
import { row } from "../../../hdl/accelerator/row.ts";
import { axiLiteSlave } from "../../../hdl/bus/axi-lite.ts";
import { accumulatorBits, type IntegerActivation } from "../../../hdl/parameters.ts";
import { arrayElement } from "../../../hdl/systolic/stream/element.ts";
import { weightDecoder } from "../../../hdl/weight-decoder/weight-decoder.ts";
import { type CellResult, synthesize, type VerilogDesign, verilogOf } from "../../cost/index.ts";

/** Gate equivalents of an accelerator's parts, without its activation buffer, which is a memory. */
export interface AcceleratorArea {
  /** One row of so many lanes: dot-product unit, requantizer, and its part of the result queue. */
  readonly row_ge: number;
  /** What there is once: AXI4-Lite, registers, controller, counters. */
  readonly control_ge: number;
}

/** Synthesizes the parts: generic technology, goal area, a buffer of 4096 activations, one pipeline register. */
export async function measureAcceleratorArea(
  activation: IntegerActivation,
  lanes: number,
): Promise<AcceleratorArea> {
  const parameters = registers.complete({ activation, lanes, rows: 1 });
  const shape = acceleratorShape(parameters);
  const area = async (design: VerilogDesign): Promise<number> => areaOf(await synthesize(design));
  const results = queue({ type: uint(shape.width + 1), depth: shape.inFlight });
  const row_ge =
    (await area(verilogOf(row({ activation, lanes })))) + (await area(verilogOf(results)));
  let control_ge = 0;
  for (const part of [
    axiLiteSlave(),
    registers(parameters),
    controller(controller.pick(shape)),
    counters(),
  ])
    control_ge += await area(verilogOf(part));
  return { row_ge, control_ge };
}

/** Gate equivalents of one element of the streaming array. */
export async function measureElementArea(
  activation: IntegerActivation,
  rows: number,
): Promise<number> {
  const width = accumulatorBits({ activation, accumulator: "exact", terms: rows });
  return areaOf(await synthesize(verilogOf(arrayElement({ activation, width }))));
}

/** Gate equivalents a weight of the decoder of 64 weights from beats of 512 bits. @param palette as `weightDecoder` has it */
export async function measureDecoderArea(bits: number, palette: string): Promise<number> {
  const weights = 64;
  const decoder = weightDecoder({ lanes: weights, rows: 1, bits, palette });
  return areaOf(await synthesize(verilogOf(decoder))) / weights;
}

const areaOf = ({ area_ge }: CellResult): number => area_ge;
