// Gives every input of a batch a column; one left out keeps the value of its port.

import { fromBits, type ir } from "@chisel-ts/core";
import { checkColumn, described } from "./check.ts";
import { type Column, type Columns, columnOf, setElement } from "./column.ts";
import { listed } from "./signals.ts";

/** The inputs of a module, and the values that they hold. */
interface Inputs {
  readonly module: ir.ModuleIr;
  readonly inputs: readonly ir.PortInfo[];
  readonly held: ReadonlyMap<string, bigint>;
}

/** A column for every input: the one given, or the value that the port holds. */
export function completeColumns(
  { module, inputs, held }: Inputs,
  stimulus: Columns,
  cycles: number,
): Columns {
  const given = givenColumns({ module, inputs }, stimulus, { cycles });
  return Object.fromEntries(
    inputs.map((port) => [
      port.name,
      given.get(port.name) ?? constantColumn(port, held.get(port.name) ?? 0n, cycles),
    ]),
  );
}

/**
 * The columns of a stimulus by port, where there is one for the port. @throws RangeError for what is no column of an input
 * with `lanes` elements for each of the cycles.
 */
export function givenColumns(
  { module, inputs }: { readonly module: ir.ModuleIr; readonly inputs: readonly ir.PortInfo[] },
  stimulus: Columns,
  { cycles, lanes = 1 }: { readonly cycles: number; readonly lanes?: number | undefined },
): ReadonlyMap<string, Column> {
  if (typeof stimulus !== "object" || stimulus === null || Array.isArray(stimulus)) {
    throw new RangeError(`a batch takes columns by port name, not ${described(stimulus)}`);
  }
  const given = new Map<string, Column>();
  for (const port of inputs) {
    // A port may be called like something that every object inherits.
    if (!Object.hasOwn(stimulus, port.name)) continue;
    const column: unknown = stimulus[port.name];
    checkColumn(module, port, column, { cycles, lanes });
    given.set(port.name, column);
  }
  const names = inputs.map(({ name }) => name);
  const unknown = Object.keys(stimulus).find((name) => !names.includes(name));
  if (unknown === undefined) return given;
  const isOutput = module.portList.some(({ name }) => name === unknown);
  throw new RangeError(
    `${module.name} has no input ${unknown}${isOutput ? ", which is an output" : ""}; it has ${listed("input", names)}`,
  );
}

function constantColumn({ type }: ir.PortInfo, bits: bigint, cycles: number): Column {
  const column = columnOf(type, cycles);
  const value = fromBits(type, bits);
  if (value === 0n) return column;
  for (let cycle = 0; cycle < cycles; cycle++) setElement(column, cycle, value);
  return column;
}
