import type { Module } from "@chisel-ts/core";
import { row } from "../../../hdl/accelerator/row.ts";
import { dot } from "../../../hdl/dot.ts";
import type { Format } from "../../../hdl/format.ts";
import { mac } from "../../../hdl/mac.ts";
import type { IntegerActivation } from "../../../hdl/parameters.ts";
import { product } from "../../../hdl/product/product.ts";
import type { Checkpoint } from "../../checkpoint/index.ts";
import { blocks, contenders, type Writing } from "../contenders.ts";
import {
  type CircuitPower,
  circuitPower,
  type EnergySource,
  type MacEnergy,
} from "./circuit-power.ts";
import { activationsOf, type DotProduct, randomProducts, weightProducts } from "./operands.ts";
import { activationTypeOf, streamOf } from "./stream.ts";

/** The blocks of the comparison, and a row of the accelerator: registers for weights, dot-product unit and requantizer. */
export const poweredBlocks = [...blocks, "row"] as const;
export type PoweredBlock = (typeof poweredBlocks)[number];

/** What streams through the blocks: uniform operands, or the weights of a checkpoint with uniform activations. */
export interface OperandSource {
  readonly name: string;
  readonly checkpoint?: Checkpoint;
}

/** A block in its smallest writing, with one kind of operands. Keys are those of the JSON. */
export interface FormatPowerRow extends MacEnergy, EnergySource {
  readonly block: PoweredBlock;
  readonly format: Format;
  readonly activation: IntegerActivation;
  readonly lanes: number;
  readonly operands: string;
  readonly macs: number;
  readonly area_ge: number;
  readonly delay_fo4: number;
  /** This energy ÷ that of INT8 weights with the same activations and operands; `null` where there is no such block. */
  readonly energy_to_int8: number | null;
}

export interface FormatPowerOptions {
  readonly activations: readonly IntegerActivation[];
  readonly lanes: number;
  readonly sources: readonly OperandSource[];
  /** Products at most of each run. */
  readonly macs: number;
  readonly clockMhz: number;
  readonly liberty: readonly string[];
  onBlock(done: number, total: number, label: string): void;
}

const seed = 1;

/**
 * Energy a MAC of every block and format, at goal area, with each kind of operands. @throws as `circuitPower`.
 *
 * @example
 * // All blocks take minutes; what onBlock throws ends it.
 * const options = { activations: ["int8"], lanes: 4, sources: [{ name: "uniform" }], macs: 1000, clockMhz: 500, liberty: [] };
 * const onBlock = (done, total, label) => {
 *   throw new Error(`${done} of ${total} done, next ${label}`);
 * };
 * await formatPower({ ...options, onBlock }).catch(({ message }) => console.log(message)); // 0 of 16 done, next product rf8 int8
 */
export async function formatPower(options: FormatPowerOptions): Promise<FormatPowerRow[]> {
  const { activations, onBlock, sources } = options;
  const cases = activations.flatMap((activation) =>
    poweredBlocks.flatMap((block) =>
      (["rf8", "int8", "e4m3", "e5m2"] as const).map((format) => ({ activation, block, format })),
    ),
  );
  /** Of a row's dot-product unit: as the smallest one by itself. */
  const smallestDot = new Map<string, readonly Writing[]>();
  const found: { item: (typeof cases)[number]; operands: string; power: CircuitPower }[] = [];
  for (const [done, item] of cases.entries()) {
    onBlock(done, cases.length, `${item.block} ${item.format} ${item.activation}`);
    const [first] = sources;
    if (!first) break;
    const unit = `${item.format} ${item.activation}`;
    const writings =
      item.block === "row"
        ? (smallestDot.get(unit) ?? [])
        : contenders(item.block, item.format, "area");
    const tried = [];
    for (const writing of writings) {
      const module = build(item.block, item, writing, options.lanes);
      tried.push({ writing, module, power: await run(module, item.format, first, options) });
    }
    const best = tried.reduce((a, b) => (b.power.area_ge < a.power.area_ge ? b : a));
    if (item.block === "dot") smallestDot.set(unit, [best.writing]);
    for (const source of sources) {
      const power =
        source === first ? best.power : await run(best.module, item.format, source, options);
      found.push({ item, operands: source.name, power });
    }
  }
  return found.map(({ item, operands, power }): FormatPowerRow => {
    const rival = found.find(
      (other) =>
        other.operands === operands &&
        other.item.format === "int8" &&
        other.item.block === item.block &&
        other.item.activation === item.activation,
    );
    const { pj_per_mac, switching_pj, internal_pj, clock_pj, leakage_pj } = power;
    const { macs, area_ge, delay_fo4, source, node, voltage, kind } = power;
    return {
      ...item,
      lanes: item.block === "dot" || item.block === "row" ? options.lanes : 1,
      operands,
      macs,
      area_ge,
      delay_fo4,
      pj_per_mac,
      switching_pj,
      internal_pj,
      clock_pj,
      leakage_pj,
      energy_to_int8: rival ? pj_per_mac / rival.power.pj_per_mac : null,
      source,
      node,
      voltage,
      kind,
    };
  });
}

function build(
  block: PoweredBlock,
  { format, activation }: { readonly format: Format; readonly activation: IntegerActivation },
  writing: Writing,
  lanes: number,
): Module {
  const given = { format, activation, ...writing };
  switch (block) {
    case "row":
      return row({ ...given, lanes });
    case "dot":
      return dot({ ...given, lanes });
    default:
      return block === "mac" ? mac(given) : product(given);
  }
}

async function run(
  module: Module,
  format: Format,
  { checkpoint }: OperandSource,
  { macs, clockMhz, liberty }: FormatPowerOptions,
): Promise<CircuitPower> {
  const type = activationTypeOf(module);
  const draw = activationsOf(type, seed);
  const products: DotProduct[] = checkpoint
    ? weightProducts(checkpoint, format, (_, columns) => [draw(columns)], macs)
    : randomProducts(format, type, macs, seed);
  const { power } = await circuitPower(module, streamOf(module, products), clockMhz, { liberty });
  return power;
}

const columns: readonly (keyof FormatPowerRow)[] = [
  ...(["block", "format", "activation", "lanes", "operands", "macs"] as const),
  ...(["pj_per_mac", "switching_pj", "internal_pj", "clock_pj", "leakage_pj"] as const),
  ...(["energy_to_int8", "area_ge", "delay_fo4"] as const),
  ...(["source", "node", "voltage", "kind"] as const),
];

/**
 * One line a row, figures to five digits.
 *
 * @example
 * const row = { block: "mac", format: "rf8", activation: "int8", lanes: 1, operands: "uniform", macs: 1000, pj_per_mac: 0.123456 };
 * console.log(formatPowerCsv([row]).split("\n")[1]); // mac,rf8,int8,1,uniform,1000,0.12346,,,,,,,,,,,
 */
export function formatPowerCsv(rows: readonly FormatPowerRow[]): string {
  const text = (value: FormatPowerRow[keyof FormatPowerRow]): string => {
    if (typeof value === "number") return String(Number(value.toPrecision(5)));
    return /[",\n]/.test(value ?? "") ? `"${value?.replaceAll('"', '""')}"` : (value ?? "");
  };
  return [
    columns.join(","),
    ...rows.map((row) => columns.map((column) => text(row[column])).join(",")),
    "",
  ].join("\n");
}
