import { at, type Module, queue, uint } from "@chisel-ts/core";
import { controller } from "../../../hdl/accelerator/controller.ts";
import { counters } from "../../../hdl/accelerator/counters.ts";
import { acceleratorShape } from "../../../hdl/accelerator/parameters.ts";
import { registers } from "../../../hdl/accelerator/registers.ts";
import { row } from "../../../hdl/accelerator/row.ts";
import { axiLiteSlave } from "../../../hdl/bus/axi-lite.ts";
import { accumulatorBits, type IntegerActivation } from "../../../hdl/parameters.ts";
import { arrayElement } from "../../../hdl/systolic/stream/element.ts";
import { contenders } from "../../cost/index.ts";
import type { WeightFormat } from "../../model/index.ts";

/** A row of so many lanes, with the smallest dot-product unit, and its part of the result queue: one pipeline register, sums of 4096 terms. */
export function rowParts(
  activation: IntegerActivation,
  format: WeightFormat,
  lanes: number,
): { readonly unit: ReturnType<typeof row>; readonly results: Module } {
  const shape = acceleratorShape({ format, activation, lanes, terms: 4096, pipeline: 1 });
  return {
    unit: row({ format, activation, lanes, ...at(contenders("dot", format, "area"), 0) }),
    results: queue({ type: uint(shape.width + 1), depth: shape.inFlight }),
  };
}

/** What an accelerator has once: AXI4-Lite, registers, controller, counters. */
export function controlParts(activation: IntegerActivation, lanes: number): readonly Module[] {
  const parameters = registers.complete({ activation, lanes, rows: 1 });
  return [
    axiLiteSlave(),
    registers(parameters),
    controller(controller.pick(acceleratorShape(parameters))),
    counters(),
  ];
}

/** An element of a streaming array of so many rows. */
export const elementOf = (
  activation: IntegerActivation,
  rows: number,
): ReturnType<typeof arrayElement> =>
  arrayElement({
    activation,
    width: accumulatorBits({ activation, accumulator: "exact", terms: rows }),
  });
