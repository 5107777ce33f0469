// The plan: a netlist, the groups of instances that a loop computes, and cells that stay as they are with what they depend on.

import type { Cell } from "../cells.ts";
import type { Netlist, Result } from "../netlist.ts";

/** The instances of one module, or cells that are equal, computed together in a loop; one of them is a lane. */
export interface Group {
  readonly name: string;
  /** The module, flattened: what one lane computes. */
  readonly kernel: Netlist;
  /** Places in the netlist's list of kept instances; lanes that are computed together are neighbours. */
  readonly lanes: readonly number[];
  /** The lane of each of those instances. */
  readonly laneOf: ReadonlyMap<number, number>;
  /** What is read of those instances. */
  readonly results: readonly Result[];
  /** The hierarchical name of a register of an instance. */
  stateName(instance: number, register: string): string;
}

/** Cells that are computed only where one of the values that all of them come from has changed. */
export interface QuietBlock {
  /** Registers and words read. */
  readonly leaves: readonly number[];
  /** Each after those that it reads, which are leaves, constants, and cells of this and of earlier blocks. */
  readonly cells: readonly Cell[];
  /** Those that are read elsewhere. */
  readonly outputs: readonly number[];
}

export interface Plan {
  readonly netlist: Netlist;
  readonly groups: readonly Group[];
  /** In the order in which they are computed, before all other cells. */
  readonly quiet: readonly QuietBlock[];
}
