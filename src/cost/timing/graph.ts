import { at } from "@chisel-ts/core";
import { CostError } from "../error.ts";
import type { TimingArc } from "../liberty/pin.ts";
import type { Bit } from "../synthesis/netlist.ts";
import { isCombinational } from "./arc.ts";
import type { Instance } from "./nets.ts";

/** A combinational arc of a placed cell, from net to net. */
export interface Connection {
  readonly instance: Instance;
  readonly arc: TimingArc;
  readonly from: Bit;
  readonly to: Bit;
}

/**
 * The combinational arcs of a netlist. Arcs, not cells, carry edges: a flip-flop's clocked arc begins a
 * path, while an arc from its `Q` to its `QN`, or one through a memory, goes on with it.
 */
export class TimingGraph {
  readonly #into = new Map<Bit, Connection[]>();
  readonly #outOf = new Map<Bit, Connection[]>();

  constructor(instances: readonly Instance[]) {
    for (const instance of instances) {
      for (const connection of connectionsOf(instance)) {
        append(this.#outOf, connection.from, connection);
        append(this.#into, connection.to, connection);
      }
    }
  }

  /** The arcs that bring edges to a net. */
  into(net: Bit): readonly Connection[] {
    return this.#into.get(net) ?? [];
  }

  /**
   * All arcs, each after every arc into the net that it begins at.
   *
   * @throws CostError naming the cells of a combinational loop.
   */
  inOrder(): Connection[] {
    const waiting = new Map([...this.#into].map(([net, list]) => [net, list.length]));
    const ready = [...this.#outOf.keys()].filter((net) => !waiting.has(net));
    const order: Connection[] = [];
    for (const net of ready) {
      for (const connection of this.#outOf.get(net) ?? []) {
        order.push(connection);
        const left = at(waiting, connection.to) - 1;
        waiting.set(connection.to, left);
        if (left === 0) ready.push(connection.to);
      }
    }
    const stuck = [...waiting].filter(([, left]) => left > 0).map(([net]) => net);
    if (stuck.length > 0) this.#refuseLoop(new Set(stuck));
    return order;
  }

  /** Every net that is not reached has an arc from another such net, so going backwards ends in a loop. */
  #refuseLoop(stuck: ReadonlySet<Bit>): never {
    const [first = "x"] = stuck;
    const cells: string[] = [];
    const seen = new Map<Bit, number>();
    let net = first;
    while (!seen.has(net)) {
      seen.set(net, cells.length);
      const before = this.into(net).find(({ from }) => stuck.has(from));
      cells.push(before?.instance.name ?? "");
      net = before?.from ?? net;
    }
    const loop = cells.slice(seen.get(net)).reverse();
    throw new CostError(`the netlist has a combinational loop through ${loop.join(", ")}`);
  }
}

/** Nothing arrives from a constant. */
const connectionsOf = (instance: Instance): Connection[] =>
  instance.pins.flatMap(({ pin, net: to }) =>
    pin.timing.filter(isCombinational).flatMap((arc) => {
      const from = instance.netAt.get(arc.relatedPin);
      return typeof from === "number" ? [{ instance, arc, from, to }] : [];
    }),
  );

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
