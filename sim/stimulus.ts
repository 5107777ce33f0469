import { type ir, rangeOf, typeName } from "@chisel-ts/core";
import { type Column, columnOf, elementBytes, isExactArray } from "./columns.ts";
import { SimulationError } from "./errors.ts";

/**
 * An input column that is long enough and holds only values of the port, in the array of the port's type.
 *
 * @throws SimulationError naming the port, the cycle and the range.
 */
export function checkColumn(port: ir.PortInfo, column: Column, cycles: number): Column {
  const { name, type } = port;
  if (column.length < cycles) {
    throw new SimulationError(
      `input ${name}: ${cycles} cycles need as many values, the column has ${column.length}`,
    );
  }
  const isExact = isExactArray(type, column);
  if (isExact && type.width === 8 * elementBytes(type)) return column;
  const { least, greatest } = rangeOf(type);
  // Numbers are compared with numbers: the ends of a type of at most 32 bits are exact doubles.
  const low = type.width <= 32 ? Number(least) : least;
  const high = type.width <= 32 ? Number(greatest) : greatest;
  const result = isExact ? column : columnOf(type, cycles);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const value = column[cycle] ?? Number.NaN;
    if (!(value >= low && value <= high) || (typeof value === "number" && !Number.isInteger(value))) {
      throw new SimulationError(
        `input ${name}, cycle ${cycle}: ${value} does not fit ${typeName(type)} (${least} to ${greatest})`,
      );
    }
    if (!isExact) result[cycle] = type.width <= 32 ? Number(value) : BigInt(value);
  }
  return result;
}
