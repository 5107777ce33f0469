/** One port's values, one element per cycle; the array type follows from the port (`columnFor`). */
export type Column =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | bigint[];

/** Columns keyed by flat port name. */
export type Columns = Readonly<Record<string, Column>>;

/** A port's type: two's complement when signed; width in bits. */
export interface PortShape {
  readonly signed: boolean;
  readonly width: number;
}

/** A zeroed column for a port: the narrowest typed array that holds it, `bigint[]` above 64 bits. */
export function columnFor({ signed, width }: PortShape, length: number): Column {
  if (width <= 8) return signed ? new Int8Array(length) : new Uint8Array(length);
  if (width <= 16) return signed ? new Int16Array(length) : new Uint16Array(length);
  if (width <= 32) return signed ? new Int32Array(length) : new Uint32Array(length);
  if (width <= 64) return signed ? new BigInt64Array(length) : new BigUint64Array(length);
  return new Array<bigint>(length).fill(0n);
}

function holdsBigints(column: Column): column is BigInt64Array | BigUint64Array | bigint[] {
  return (
    Array.isArray(column) || column instanceof BigInt64Array || column instanceof BigUint64Array
  );
}

/** Stores an integer that fits the column's port, as the column's element type. */
export function setElement(column: Column, index: number, value: number | bigint): void {
  if (holdsBigints(column)) column[index] = BigInt(value);
  else column[index] = Number(value);
}

/**
 * The first `cycles` values of an input, as doubles: exact, because no input of the circuits is
 * wider than 48 bits.
 *
 * @throws RangeError when the column is missing, too short, or holds a value the port cannot.
 */
export function inputColumn(
  stimulus: Columns,
  name: string,
  { signed, width }: PortShape,
  cycles: number,
): Float64Array {
  const column = stimulus[name];
  if (column === undefined)
    throw new RangeError(`input "${name}": the stimulus has no such column`);
  if (column.length < cycles) {
    throw new RangeError(
      `input "${name}": ${column.length} values, one for each of ${cycles} cycles needed`,
    );
  }
  const low = signed ? -(2 ** (width - 1)) : 0;
  const high = low + 2 ** width - 1;
  const values = new Float64Array(cycles);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const value = Number(column[cycle]);
    if (value < low || value > high) {
      throw new RangeError(
        `input "${name}", cycle ${cycle}: ${column[cycle]} is not in ${low}..${high}`,
      );
    }
    values[cycle] = value;
  }
  return values;
}
