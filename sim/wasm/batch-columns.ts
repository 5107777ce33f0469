// The columns of a batch as bytes, and their way to the memory of a circuit and back.

import type { HardwareType } from "@chisel-ts/core";
import { bytesFor, type Columns, columnBytes, columnOn, elementBytes } from "../column.ts";
import type { Observation } from "../observation.ts";
import type { ColumnPlace, Layout } from "./layout.ts";

/** The inputs of some cycles, and room for what is recorded of them, by port or watched signal. */
export interface BatchColumns {
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly outputs: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** What a batch is given, and room for what it records. @throws RangeError when there is no memory for it. */
export function batchColumns(
  { columns, recorded }: Pick<Layout, "columns" | "recorded">,
  stimulus: Columns,
  cycles: number,
): BatchColumns {
  return {
    inputs: new Map(
      columns.map(({ port: { name, type } }) => [
        name,
        columnBytes(stimulus[name] ?? [], type.width),
      ]),
    ),
    outputs: new Map(recorded.map(({ port: { name, type } }) => [name, bytesFor(type, cycles)])),
  };
}

/** What a batch has recorded. */
export function observationOf(
  recorded: Layout["recorded"],
  { outputs }: BatchColumns,
): Observation {
  const columns = recorded.map(({ port: { name, type } }) => {
    const bytes = outputs.get(name);
    return [name, columnOn(type, bytes?.buffer ?? new ArrayBuffer())] as const;
  });
  return { columns: Object.fromEntries(columns), unknown: {} };
}

/** Cycles of a batch, and the elements of the columns in memory that are theirs. */
export interface Rows {
  /** The first of the batch's cycles. */
  readonly cycle: number;
  /** The first element in memory. */
  readonly element: number;
  readonly count: number;
}

/** Copies the inputs of some cycles to the columns in memory. Those that the batch is not given stay as they are. */
export function putInputs(
  memory: Uint8Array,
  places: readonly ColumnPlace[],
  { inputs }: BatchColumns,
  rows: Rows,
): void {
  for (const { port, address } of places) {
    const { start, end, at } = bytesOf(port.type, rows);
    const bytes = inputs.get(port.name);
    if (bytes) memory.set(bytes.subarray(start, end), address + at);
  }
}

/** Copies what was recorded of some cycles from the columns in memory. */
export function takeOutputs(
  memory: Uint8Array,
  places: readonly ColumnPlace[],
  { outputs }: BatchColumns,
  rows: Rows,
): void {
  for (const { port, address } of places) {
    const { start, end, at } = bytesOf(port.type, rows);
    const from = address + at;
    outputs.get(port.name)?.set(memory.subarray(from, from + end - start), start);
  }
}

/** Where the elements of some cycles are in the batch's bytes, and relative to a column in memory. */
function bytesOf({ width }: HardwareType, { cycle, element, count }: Rows) {
  const size = elementBytes(width);
  return { start: cycle * size, end: (cycle + count) * size, at: element * size };
}
