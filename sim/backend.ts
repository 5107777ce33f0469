// What an engine provides: ports as bit patterns, clock edges, batches.

import type { HardwareType } from "@chisel-ts/core";
import type { Columns } from "./column.ts";
import type { Runner } from "./drive/outcome.ts";
import type { NamedModel } from "./drive/ports.ts";
import type { Observation } from "./observation.ts";
import type { StateElement } from "./state.ts";

/** A bit pattern, and which of its bits are unknown (0 in the pattern); none where that is left out. */
export interface Bits {
  readonly bits: bigint;
  readonly unknown?: bigint;
}

/** What an engine provides; values are bit patterns, ports and signals go by their flat names. */
export interface Backend {
  write(port: string, bits: bigint): void;
  read(port: string): Bits;
  /** Rising edges; `reset` holds the reset input at 1. */
  edges(cycles: number, reset: boolean): void;
  /** Bits of a watched signal; `undefined` when there is none of that name. */
  peek(name: string): (Bits & { readonly type: HardwareType }) | undefined;
  /** Columns are complete, long enough and in range. */
  batch(stimulus: Columns, cycles: number): Observation;
  /** What runs models; by default a call for every port and edge does. It leaves the ports that they drive at 0. */
  runner?(models: readonly NamedModel[]): Runner;
  close(): void;
}

/** A backend that shows its state. */
export interface StateBackend extends Backend {
  /** The same list every time; also what evaluates the checks of the design. */
  state(): readonly StateElement[];
}
