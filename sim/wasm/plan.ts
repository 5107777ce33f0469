// The plan: a netlist, and the groups of instances that a loop computes.

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

export interface Plan {
  readonly netlist: Netlist;
  readonly groups: readonly Group[];
}
