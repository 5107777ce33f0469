import type { Module } from "@chisel-ts/core";
import type { IntegerActivation } from "../../../hdl/parameters.ts";
import {
  activationTypeOf,
  type CircuitPower,
  circuitPower,
  type OperandStream,
  randomProducts,
  streamOf,
} from "../../cost/index.ts";
import { decode, seededRandom } from "../../format/index.ts";
import type { WeightFormat } from "../../model/index.ts";
import { controlParts, elementOf, rowParts } from "./measured-parts.ts";

/** What a unit takes in the generic technology with uniform operands, in pJ. */
export interface UnitEnergy {
  /** In a cycle of work, without the pins of the clock: all that operands change, the inputs' nets too. */
  readonly data: number;
  /** In every cycle: the clock's pins of the flip-flops. */
  readonly clock: number;
}

const clockMhz = 500;
const macs = 2 ** 14;

/** A row of the accelerator and its part of the result queue, of which the flip-flops count alone. */
export async function measureRowEnergy(
  activation: IntegerActivation,
  format: WeightFormat,
  lanes: number,
): Promise<UnitEnergy> {
  const { unit, results } = rowParts(activation, format, lanes);
  const products = randomProducts(format, activationTypeOf(unit), macs, 1);
  const { power } = await circuitPower(unit, streamOf(unit, products), clockMhz);
  const { data, clock } = unitEnergy(power, lanes);
  return { data, clock: clock + (await idleClock(results)) };
}

/** The clock's pins of what there is once: AXI4-Lite, registers, controller, counters. */
export async function measureControlClock(): Promise<number> {
  let clock = 0;
  for (const part of controlParts("int8", 16)) clock += await idleClock(part);
  return clock;
}

/** An element of the streaming array of so many rows, while it multiplies: a tile's weight stays for 256 activations. */
export async function measureElementEnergy(
  activation: IntegerActivation,
  rows: number,
): Promise<UnitEnergy> {
  const unit = elementOf(activation, rows);
  const { power } = await circuitPower(unit, elementStream(unit), clockMhz);
  return unitEnergy(power, 1);
}

/** @param lanes MACs of a cycle */
const unitEnergy = (power: CircuitPower, lanes: number): UnitEnergy => ({
  data: lanes * (power.pj_per_mac - power.clock_pj + power.outside.input_nets_pj),
  clock: lanes * power.clock_pj,
});

/** The clock's pins in a cycle, whatever the inputs are. */
async function idleClock(unit: Module): Promise<number> {
  const cycles = 16;
  const columns: Record<string, Int32Array> = {};
  for (const { name, direction } of unit.portList)
    if (direction === "input") columns[name] = new Int32Array(cycles);
  columns.reset = new Int32Array(cycles);
  const idle: OperandStream = { columns, cycles, starts: [0], macs: cycles };
  return (await circuitPower(unit, idle, clockMhz)).power.clock_pj;
}

const tile = 256;

/** Uniform weights and activations; the partial sums from above are of eight products of int8, which a stimulus of 32 bits holds. */
function elementStream(unit: Module): OperandStream {
  const { width } = activationTypeOf(unit);
  const random = seededRandom(1);
  const draw = (): number => random.next() >>> 0;
  const signed = (bits: number): number => (draw() << (32 - bits)) >> (32 - bits);
  const weight = (): number => {
    const code = draw() & 255;
    return code === 0x80 ? 0 : code;
  };
  const columns: Record<string, Int32Array> = {};
  for (const { name, direction } of unit.portList)
    if (direction === "input") columns[name] = new Int32Array(macs);
  columns.reset = new Int32Array(macs);
  const filled = (name: string, value: (cycle: number) => number): void => {
    columns[name] = Int32Array.from({ length: macs }, (_, cycle) => value(cycle));
  };
  const above = Array.from({ length: 8 }, () => decode(weight(), -4));
  filled("enable", () => 1);
  filled("swap_in", (cycle) => Number(cycle % tile === 0));
  filled("load", (cycle) => Number(cycle % tile === tile - 1));
  filled("weight_in", weight);
  filled("activation_in", () => signed(width));
  filled("sum_in", () => above.reduce((sum, w) => sum + w * signed(8), 0));
  const starts = Array.from({ length: macs / tile }, (_, job) => job * tile);
  return { columns, cycles: macs, starts, macs };
}
