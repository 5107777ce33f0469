// The recorded signals, and what all writers of waves share.

import type { HardwareType } from "@chisel-ts/core";
import type { Column } from "../column.ts";

/** A signal over consecutive cycles. */
export interface WaveSignal {
  /** Dotted, below the top module: `multiplier.decoder.exponent`. */
  readonly name: string;
  readonly type: HardwareType;
  readonly column: Column;
  /** Bits that are unknown, a pattern a cycle; they are 0 in `column`. Left out where all are known. */
  readonly unknown?: Column;
}

/** Signals beside one another, each of at least `cycles` elements; the first one is cycle `from`. */
export interface Wave {
  /** The top module. */
  readonly name: string;
  readonly from: number;
  readonly cycles: number;
  readonly signals: readonly WaveSignal[];
}

/** The clock that the writers draw beside the signals. */
export const clockName = "clock";

/** Whether a signal is drawn as a level, not as values. */
export const isLevel = (type: HardwareType): boolean => type.width === 1;

/** Whether a cycle's value is not the one of the cycle before. */
export const changesAt = ({ column, unknown }: WaveSignal, index: number): boolean =>
  index === 0 ||
  column[index] !== column[index - 1] ||
  (unknown !== undefined && unknown[index] !== unknown[index - 1]);

/** The bits of a cycle's value that are unknown. */
export const unknownAt = ({ unknown }: WaveSignal, index: number): bigint =>
  BigInt(unknown?.[index] ?? 0);

/** What every format can hold in a name: VCD ends a name at white space and begins keywords with $. */
const namePart = /^(?!\$)[!-~]+$/;

/**
 * Refuses what no writer can show.
 *
 * @throws RangeError when there is no cycle, a column is shorter than the wave, or a name is empty in
 * part, not printable ASCII, begins with $, or is taken.
 */
export function checkWave(wave: Wave): void {
  if (!Array.isArray(wave?.signals))
    throw new RangeError("a wave is needed, as record(engine, module).wave() gives it");
  const { name, from, cycles, signals } = wave;
  if (!Number.isSafeInteger(from) || from < 0 || !Number.isSafeInteger(cycles) || cycles < 1) {
    throw new RangeError(
      `wave ${name}: from cycle ${from}, ${cycles} cycles; it needs a whole first cycle, 0 or more, and 1 cycle or more`,
    );
  }
  checkName("wave", name);
  const reserved = new Set([clockName]);
  for (const signal of signals) {
    checkName("signal", signal.name);
    if (reserved.has(signal.name)) {
      throw new RangeError(
        `signal ${signal.name}: the name is in use; names differ, and ${clockName} is the wave's own`,
      );
    }
    reserved.add(signal.name);
    for (const { length } of [signal.column, signal.unknown ?? signal.column]) {
      if (length >= cycles) continue;
      throw new RangeError(
        `signal ${signal.name}: its column holds ${length} cycles; the wave needs ${cycles}`,
      );
    }
  }
}

function checkName(what: string, name: string): void {
  if (name.split(".").every((part) => namePart.test(part))) return;
  throw new RangeError(
    `${what} ${JSON.stringify(name)}: each part of a name is printable ASCII without spaces and does not begin with $`,
  );
}
