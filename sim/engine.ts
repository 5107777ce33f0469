import type { Bundle, Module, Side } from "@chisel-ts/core";
import type { Columns } from "./column.ts";

/**
 * A running module. Every engine behaves the same: state is 0 at first, then one cycle of reset is
 * applied, so that registers with a reset value hold it.
 */
export interface Simulation<P extends Bundle> {
  /**
   * The input ports. An assignment holds until the next one; a Bool takes a boolean, the others a bigint.
   * @throws RangeError when a value does not fit its port.
   */
  readonly in: Side<P, "input", "value">;
  /** The output ports for the present inputs and state. */
  readonly out: Readonly<Side<P, "output", "value">>;
  /**
   * Lets `cycles` (default 1) rising clock edges pass with the present inputs.
   * @throws RangeError unless it is a whole number from 0 to 2^31 − 1.
   */
  step(cycles?: number): void;
  /** One rising edge with reset at 1. */
  reset(): void;
  /**
   * The value of a signal inside, by instance names and its own joined with dots: `multiplier.sum`.
   * @throws RangeError when there is no such signal, or it was not in `watch`.
   */
  peek(name: string): bigint;
  /**
   * Many cycles at once. In cycle i the inputs take element i of their columns (a port without a column
   * keeps its value), the outputs are recorded, and then the clock rises. The last inputs stay.
   * @throws RangeError when a column is unknown, too short or holds a value that does not fit.
   */
  batch(stimulus: Columns, cycles: number): Columns;
  /** Ends it; the other methods then throw. */
  close(): void;
}

export interface OpenOptions {
  /** Signals inside that `peek` will ask for; only these cost anything. */
  readonly watch?: readonly string[];
}

/** Something that runs modules. */
export interface Engine {
  readonly name: string;
  /** @throws EngineUnavailableError when a program it needs is not installed. */
  open<P extends Bundle>(module: Module<P>, options?: OpenOptions): Simulation<P>;
}

/** A program is missing or too old; the message says what to install. */
export class EngineUnavailableError extends Error {
  override readonly name = "EngineUnavailableError";
}
