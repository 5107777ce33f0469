import { operationRow } from "@chisel-ts/core";
import { evaluateCell } from "../../../../sim/cells.ts";
import type { Netlist } from "../../../../sim/netlist.ts";
import { Addition } from "../../../../sim/wasm/rewrite/addition.ts";
import { Search } from "../../../../sim/wasm/rewrite/multiples/search.ts";
import { MultipleWriter } from "../../../../sim/wasm/rewrite/multiples/writer.ts";

/** The values of all slots of a netlist without state, by the operation table. */
export function evaluate(netlist: Netlist, inputs: readonly bigint[]): bigint[] {
  const values = netlist.widths.map((_, slot) => netlist.constants.get(slot) ?? 0n);
  netlist.inputs.forEach(({ slot }, index) => {
    values[slot] = inputs[index]!;
  });
  for (const cell of netlist.cells) {
    if ("operation" in cell) values[cell.slot] = evaluateCell(cell, values, netlist.widths);
    else if (typeof cell.from === "number") throw new Error("a netlist without memories is meant");
    else values[cell.slot] = cell.from.contents[Number(values[cell.operands[0]!])]!;
  }
  return values;
}

/** Every value of all inputs. */
export function* everything({ inputs }: Netlist): Generator<bigint[]> {
  const widths = inputs.map(({ type }) => type.width);
  const bits = widths.reduce((a, b) => a + b);
  for (let n = 0n; n < 1n << BigInt(bits); n++) {
    let rest = n;
    yield widths.map((width) => {
      const value = BigInt.asUintN(width, rest);
      rest >>= BigInt(width);
      return value;
    });
  }
}

/** Throws for a cell whose result has another width than its operation gives; a product may have fewer bits. */
export function checkWidths({ cells, widths }: Netlist): void {
  for (const cell of cells) {
    if (!("operation" in cell)) continue;
    const { slot, operation, operands, parameters } = cell;
    const own = operands.map((operand) => widths[operand]!);
    const width = operationRow(operation).width(own, parameters);
    const fits = operation === "multiplySigned" && widths[slot]! <= Number(width);
    if (widths[slot] !== width && !fits)
      throw new Error(`${operation} of ${own} gives ${width} bits, not ${widths[slot]}`);
  }
}

/** The netlist with a copy of every multiple that is found, written as a product, and the slots that must be equal. */
function withCopies(netlist: Netlist): { copies: Netlist; pairs: [number, number][] } {
  const search = new Search(netlist);
  const [widths, cells] = [[...netlist.widths], [...netlist.cells]];
  const constants = new Map(netlist.constants);
  const pairs: [number, number][] = [];
  for (const { slot } of netlist.cells) {
    const found = search.found(slot);
    if (found?.of === undefined) continue;
    const width = widths[slot]!;
    const copy = widths.push(width) - 1;
    const addition = new Addition(widths.length);
    new MultipleWriter(addition).write({ slot: copy, width }, found.factor, {
      slot: found.of,
      width: widths[found.of]!,
    });
    widths.push(...addition.widths);
    for (const [one, value] of addition.constants) constants.set(one, value);
    cells.push(...addition.cells);
    pairs.push([slot, copy]);
  }
  return { copies: { ...netlist, widths, constants, cells }, pairs };
}

/** Checks all multiples of a netlist for every value of its inputs, and says which slots are multiples. */
export function check(netlist: Netlist): number[] {
  const { copies, pairs } = withCopies(netlist);
  checkWidths(copies);
  for (const inputs of everything(netlist)) {
    const values = evaluate(copies, inputs);
    for (const [slot, copy] of pairs)
      if (values[slot] !== values[copy])
        throw new Error(`slot ${slot} is ${values[slot]}, not ${values[copy]}, of ${inputs}`);
  }
  return pairs.map(([slot]) => slot);
}
