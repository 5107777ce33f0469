import { at } from "@chisel-ts/core";
import { CostError } from "../error.ts";
import type { Cell } from "./cell.ts";
import { parseFunction } from "./function.ts";
import type { Library } from "./library.ts";
import type { Edges, Pin, TimingArc } from "./pin.ts";
import { lookup } from "./table.ts";

/** A cell with one output. */
export interface Driver {
  readonly cell: Cell;
  readonly input: Pin;
  readonly arc: TimingArc;
}

/** What figures of a library are stated in, and the surroundings that a circuit is measured in. */
export interface References {
  /** The inverter of drive 1: it drives every input. */
  readonly driver: Driver;
  /** On every output: four inputs of that inverter. */
  readonly outputLoadFf: number;
  /** The area of the two-input NAND of drive 1: one gate equivalent. */
  readonly gateEquivalent: number;
  /** Delay of that inverter loaded with four of itself and driven by one so loaded, the two edges' mean. */
  readonly fo4Ps: number;
}

/**
 * A cell is known by its function, and its drive by what its name ends in, or else by its input
 * capacitance: areas may be missing from a file or be placeholders.
 *
 * @throws CostError when the library has no inverter or no two-input NAND.
 */
export function referencesOf(library: Library): References {
  const cells = [...library.cells.values()].filter((cell) => !cell.reserved && !cell.sequential);
  const of = (inputs: number, truth: (...columns: number[]) => number): Cell | undefined =>
    cells.filter((cell) => computes(cell, inputs, truth)).sort(driveOneFirst)[0];
  const inverter = of(1, (a = 0) => ~a);
  const nand = of(2, (a = 0, b = 0) => ~(a & b));
  const [input] = inverter ? inputsOf(inverter) : [];
  const arc = inverter && outputOf(inverter)?.timing[0];
  const gateEquivalent = nand?.area ?? 0;
  if (!inverter || !input || !arc || gateEquivalent <= 0) {
    throw new CostError(
      `${library.file}: the library has no inverter with a delay or no NAND2 with an area; both are needed as units`,
    );
  }
  const load = { rise: 4 * input.capacitance.rise, fall: 4 * input.capacitance.fall };
  return {
    driver: { cell: inverter, input, arc },
    outputLoadFf: (library.capacitiveUnitFf * (load.rise + load.fall)) / 2,
    gateEquivalent,
    fo4Ps: fanOutOfFour(arc, load) * library.timeUnitPs,
  };
}

const inputsOf = ({ pins }: Cell): Pin[] =>
  [...pins.values()].filter(({ direction }) => direction === "input");

const outputOf = ({ pins }: Cell): Pin | undefined =>
  [...pins.values()].find(({ direction }) => direction === "output");

function computes(cell: Cell, inputs: number, truth: (...columns: number[]) => number): boolean {
  const pins = inputsOf(cell);
  const outputs = [...cell.pins.values()].filter(({ direction }) => direction === "output");
  const written = outputs[0]?.function;
  if (pins.length !== inputs || outputs.length !== 1 || written === undefined) return false;
  const found = parseFunction(written);
  if (!found) return false;
  // Bit r of a column is what the input has in row r of the truth table.
  const columns = [0b1010, 0b1100].slice(0, inputs);
  const columnOf = new Map(pins.map(({ name }, i) => [name, at(columns, i)]));
  // A state is no input: it is 0, and the cell is none of these gates.
  const column = found((pin) => columnOf.get(pin) ?? 0);
  const rows = 2 ** (2 ** inputs) - 1;
  return (column & rows) === (truth(...columns) & rows);
}

const load = (cell: Cell): number =>
  inputsOf(cell).reduce((sum, { capacitance }) => sum + capacitance.rise + capacitance.fall, 0);

/** Libraries write a drive as `_1`, `_X1`, `X1`, `x1`, `xp5` (a half) or `D1` behind the function. */
const drivePattern = /_(\d+)$|_?[xX](\d*p?\d+)|[dD](\d+)$/g;

/** Of an inverter or NAND2; `undefined` where the name says none. */
export function driveOf(name: string): number | undefined {
  const last = [...name.matchAll(drivePattern)].at(-1)?.slice(1).find(Boolean);
  return last === undefined ? undefined : Number(last.replace("p", "."));
}

const driveOneFirst = (a: Cell, b: Cell): number =>
  Number(driveOf(a.name) !== 1) - Number(driveOf(b.name) !== 1) ||
  load(a) - load(b) ||
  (a.area ?? 0) - (b.area ?? 0) ||
  (a.name < b.name ? -1 : 1);

/** Along an endless chain of inverters the edges settle; a few dozen stages are plenty. */
function fanOutOfFour({ delay, transition }: TimingArc, load: Edges<number>): number {
  const at = (table: Edges<Parameters<typeof lookup>[0] | undefined>, slews: Edges<number>) => ({
    rise: table.rise ? lookup(table.rise, slews.fall, load.rise) : 0,
    fall: table.fall ? lookup(table.fall, slews.rise, load.fall) : 0,
  });
  let slews: Edges<number> = { rise: 0, fall: 0 };
  for (let stage = 0; stage < 50; stage += 1) slews = at(transition, slews);
  const { rise, fall } = at(delay, slews);
  return (rise + fall) / 2;
}
