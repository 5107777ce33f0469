import type { Column } from "./columns.ts";
import type { NamedSignal } from "./signals.ts";

/**
 * What an engine implements; `simulate` makes a `Simulation` of it. Ports go by their index among the
 * ports of their direction. Values are bit patterns, checked before they come here.
 */
export interface Backend {
  setInput(index: number, bits: bigint): void;
  /** An output for the present state and inputs. */
  output(index: number): bigint;
  step(cycles: number): void;
  reset(): void;
  peek(signal: NamedSignal, name: string): bigint;
  /** One column for every input and, to be filled, every output; afterwards the inputs are set anew. */
  batch(inputs: readonly Column[], outputs: readonly Column[], cycles: number): void;
  close(): void;
}
