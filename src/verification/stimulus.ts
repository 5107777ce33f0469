import type { ir } from "@chisel-ts/core";
import { type Columns, columnOf } from "../../sim/index.ts";
import { seededRandom } from "../format/index.ts";

/** Input columns by flat port name, all of `cycles` entries. */
export interface Stimulus {
  readonly columns: Columns;
  readonly cycles: number;
}

/** A control input is 1 in this share of the cycles; other flags in half of them. */
const shareOfOnes: Readonly<Record<string, number>> = {
  enable: 7 / 8,
  clear: 1 / 32,
  load: 1 / 16,
};

const inputs = (module: ir.ModuleIr): readonly ir.PortInfo[] =>
  module.portList.filter((port) => port.direction === "input");

/** All bits of all inputs together. */
export const inputBits = (module: ir.ModuleIr): number =>
  inputs(module).reduce((bits, port) => bits + port.type.width, 0);

/** Every combination of the inputs once, for circuits of at most 24 input bits. */
export function exhaustiveStimulus(module: ir.ModuleIr, first: number, cycles: number): Stimulus {
  let low = 0;
  const columns: Record<string, ReturnType<typeof columnOf>> = {};
  for (const { name, type } of inputs(module)) {
    const column = columnOf(type, cycles);
    const span = 2 ** type.width;
    for (let cycle = 0; cycle < cycles; cycle++) {
      column[cycle] = asType(type, Math.floor((first + cycle) / 2 ** low) % span);
    }
    columns[name] = column;
    low += type.width;
  }
  return { columns, cycles };
}

/**
 * Random inputs, the same for the same seed: integers uniform but for one in eight that is the least,
 * the greatest, 0 or −1; flags as `shareOfOnes` says.
 */
export class RandomStimulus {
  readonly #module: ir.ModuleIr;
  readonly #random: () => number;

  constructor(module: ir.ModuleIr, seed: number) {
    const generator = seededRandom(seed);
    this.#module = module;
    this.#random = () => generator.next() >>> 0;
  }

  /** A uniform 32-bit integer. */
  next(): number {
    return this.#random();
  }

  block(cycles: number): Stimulus {
    const columns = Object.fromEntries(
      inputs(this.#module).map((port) => [port.name, this.#column(port, cycles)]),
    );
    return { columns, cycles };
  }

  #column({ name, type }: ir.PortInfo, cycles: number): ReturnType<typeof columnOf> {
    const column = columnOf(type, cycles);
    const ones = (shareOfOnes[name] ?? 1 / 2) * 2 ** 32;
    for (let cycle = 0; cycle < cycles; cycle++) {
      column[cycle] = type.kind === "bool" ? Number(this.next() < ones) : this.integer(type);
    }
    return column;
  }

  /** One integer of a type, as its column holds it. */
  integer(type: ir.PortInfo["type"]): number | bigint {
    const choice = this.next();
    if (choice < 2 ** 29)
      return asType(
        type,
        [0, -1, 2 ** (type.width - 1), 2 ** (type.width - 1) - 1][choice % 4] ?? 0,
      );
    return asType(
      type,
      type.width > 32 ? (BigInt(this.next()) << 32n) | BigInt(this.next()) : this.next(),
    );
  }
}

/** The low bits of an integer as a value of the type: a number where its column holds numbers. */
function asType({ kind, width }: ir.PortInfo["type"], integer: number | bigint): number | bigint {
  const bits = BigInt(integer);
  const value = kind === "sint" ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits);
  return width > 32 ? value : Number(value);
}
