import { at, checkModule, type ir } from "@chisel-ts/core";
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
  start: 1 / 32,
};

const inputs = (module: ir.ModuleIr): readonly ir.PortInfo[] =>
  module.portList.filter((port) => port.direction === "input");

/** All bits of all inputs together. */
const inputBits = (module: ir.ModuleIr): number =>
  inputs(module).reduce((bits, port) => bits + port.type.width, 0);

/** Cycles that are simulated at once, and that are compared when nothing else is asked for. */
export const blockCycles = 65_536;

/** How many vectors `stimuli` gives, and whether they are all that there are. */
export function vectorsOf(
  module: ir.ModuleIr,
  asked = blockCycles,
): { readonly vectors: number; readonly exhaustive: boolean } {
  const all = module.clocked ? Number.POSITIVE_INFINITY : 2 ** inputBits(module);
  return { vectors: Math.min(asked, all), exhaustive: asked >= all };
}

/**
 * What a circuit is compared on, in blocks: all inputs where they are not more than asked for, otherwise random cycles.
 *
 * @example
 * const [first] = stimuli(mac(), 1, 1000);
 * console.log(first.cycles > 0); // true
 */
export function* stimuli(module: ir.ModuleIr, seed: number, asked?: number): Generator<Stimulus> {
  const { vectors, exhaustive } = vectorsOf(module, asked);
  const random = new RandomStimulus(module, seed);
  for (let first = 0; first < vectors; first += blockCycles) {
    const cycles = Math.min(blockCycles, vectors - first);
    yield exhaustive ? exhaustiveStimulus(module, first, cycles) : random.block(cycles);
  }
}

/**
 * Every combination of the inputs once, for circuits of at most 24 input bits.
 *
 * @example
 * const both = module({ name: "both", ports: { a: input(bool()), b: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.a.and(io.b)));
 * const { columns } = exhaustiveStimulus(both, 0, 4);
 * console.log([...columns.a].join("")); // 0101
 */
export function exhaustiveStimulus(module: ir.ModuleIr, first: number, cycles: number): Stimulus {
  checkModule(module, "exhaustiveStimulus(module, first, cycles)");
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

/** Cycles of a phase of mixed inputs, and of the climbing one after it. */
const [mixedCycles, climbingCycles] = [8192, 24_576];

/**
 * Random inputs, the same for the same seed, in phases by turns:
 *
 * - mixed: integers uniform but for one in eight that is the minimum, the maximum, 0 or −1, and every second natural number of
 *   more than 16 bits, which has a uniform number of leading zeros; flags as `shareOfOnes` says;
 * - climbing: `clear` in the first cycle alone, and integers at one end of their range for the whole phase
 *   but for one in sixteen. Some 20,000 terms in one direction leave an accumulator that is exact for
 *   4,096 terms, wrap, and leave it again. In the first half of a block `enable` is 1 in every other cycle: the term that
 *   leaves the range waits for it.
 *
 * @example
 * const stimulus = new RandomStimulus(mac(), 1);
 * console.log(stimulus.block(100).cycles); // 100
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
    let climbing = false;
    for (let from = 0, to = 0; from < cycles; from = to, climbing = !climbing) {
      const slowly = climbing && from < blockCycles / 2;
      to = Math.min(cycles, from + (climbing ? climbingCycles : mixedCycles));
      const end = this.next() % 2 === 0 ? 2n ** BigInt(type.width - 1) - 1n : otherEnd(type);
      for (let cycle = from; cycle < to; cycle++) {
        if (type.kind === "bool") {
          const isOne = slowly && name === "enable" ? (cycle - from) % 2 === 0 : this.next() < ones;
          column[cycle] = Number(climbing && name === "clear" ? cycle === from : isOne);
        } else {
          column[cycle] =
            climbing && this.next() >= 2 ** 28 ? asType(type, end) : this.integer(type);
        }
      }
    }
    return column;
  }

  /** One integer of a type, as its column holds it. */
  integer(type: ir.PortInfo["type"]): number | bigint {
    const choice = this.next();
    if (choice < 2 ** 29)
      return asType(
        type,
        at([0, -1, 2 ** (type.width - 1), 2 ** (type.width - 1) - 1], choice % 4),
      );
    const uniform =
      type.width > 32 ? (BigInt(this.next()) << 32n) | BigInt(this.next()) : this.next();
    // Every magnitude of a wide natural number, as a table or a shifter meets it.
    if (type.kind === "uint" && type.width > 16 && choice % 2 === 0)
      return asType(type, BigInt(asType(type, uniform)) >> BigInt(this.next() % type.width));
    return asType(type, uniform);
  }
}

/** The minimum of a signed type, or the maximum of an unsigned one: among RF8 codes, the most negative. */
const otherEnd = ({ kind, width }: ir.PortInfo["type"]): bigint =>
  kind === "sint" ? -(2n ** BigInt(width - 1)) : 2n ** BigInt(width) - 1n;

/** The low bits of an integer as a value of the type: a number where its column holds numbers. */
function asType({ kind, width }: ir.PortInfo["type"], integer: number | bigint): number | bigint {
  const bits = BigInt(integer);
  const value = kind === "sint" ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits);
  return width > 32 ? value : Number(value);
}
