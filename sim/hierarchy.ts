// The tree of instances, and where each wire and port gets its value.

import { at, type ir } from "@chisel-ts/core";
import { type Signal, signalOf, signalsOf } from "./signals.ts";

/** One place in the hierarchy. */
export interface Scope {
  readonly module: ir.ModuleIr;
  /** Empty at the top, otherwise the instance names with a dot after each. */
  readonly prefix: string;
  readonly parent: Scope | undefined;
  readonly instance: ir.Instance | undefined;
  readonly children: Map<string, Scope>;
  /** Filled by whoever gives the nodes of this place their slots. */
  readonly slots: Map<ir.Node, number>;
  /** Where the values of wires and ports of this place come from, once that is known. */
  readonly origins: Map<ir.Node, Place>;
}

/** A node at a place in the hierarchy. */
export type Place = readonly [Scope, ir.Node];

/** The instances below a module, down to those of the modules that are kept whole. */
export class Hierarchy {
  readonly root: Scope;
  /** Every place that is flattened. */
  readonly scopes: readonly Scope[];
  /** Every place that is kept. */
  readonly kept: readonly Scope[];
  readonly #keep: ReadonlySet<ir.ModuleIr>;

  constructor(top: ir.ModuleIr, keep: ReadonlySet<ir.ModuleIr>) {
    this.#keep = keep;
    this.root = scopeOf(top, "", undefined, undefined);
    const all: Scope[] = [];
    // The stack is explicit: hierarchies may be deep.
    const open = [this.root];
    for (let scope = open.pop(); scope; scope = open.pop()) {
      all.push(scope);
      if (this.#isKept(scope)) continue;
      for (const instance of scope.module.instances) {
        const prefix = `${scope.prefix}${instance.name}.`;
        scope.children.set(instance.name, scopeOf(instance.module, prefix, scope, instance));
      }
      for (const child of [...scope.children.values()].reverse()) open.push(child);
    }
    this.scopes = all.filter((scope) => !this.#isKept(scope));
    this.kept = all.filter((scope) => this.#isKept(scope));
  }

  #isKept({ module, parent }: Scope): boolean {
    return parent !== undefined && this.#keep.has(module);
  }

  child(scope: Scope, instance: string): Scope {
    const child = scope.children.get(instance);
    if (!child) throw new Error(`${scope.prefix}${scope.module.name} has no instance ${instance}`);
    return child;
  }

  driver(instance: ir.Instance | undefined, port: string): ir.Node {
    const node = instance?.inputs.get(port);
    if (!node) throw new Error(`nothing drives ${port} of ${instance?.name}`);
    return node;
  }

  /** Follows wires and ports, through the hierarchy, to the node that makes the value. */
  origin(scope: Scope, node: ir.Node): Place {
    const passed: Place[] = [];
    let place: Place = [scope, node];
    for (;;) {
      const known = place[0].origins.get(place[1]);
      const next = known ?? this.#source(place);
      if (next) passed.push(place);
      place = next ?? place;
      if (!next || known) break;
    }
    // A wire through a thousand levels is followed once, not once a level.
    for (const [where, what] of passed) where.origins.set(what, place);
    return place;
  }

  /** What a wire or port is connected to; `undefined` where the node makes the value itself. */
  #source([where, what]: Place): Place | undefined {
    let next: Place | undefined;
    if (what.kind === "wire") {
      const driver = where.module.drivers.get(what);
      if (driver) next = [where, driver];
    } else if (what.kind === "instanceOutput") {
      const child = this.child(where, what.instance);
      if (this.#isKept(child)) return undefined;
      const output = signalsOf(child.module).get(what.port);
      if (output) next = [child, output.node];
    } else if (what.kind === "input" && where.parent) {
      next = [where.parent, this.driver(where.instance, what.name)];
    } else {
      return undefined;
    }
    if (!next)
      throw new Error(`nothing drives ${what.kind} of ${where.prefix}${where.module.name}`);
    return next;
  }

  /** Every named signal of the places that are flattened. */
  names(): string[] {
    return this.scopes.flatMap(({ module, prefix }) =>
      [...signalsOf(module).keys()].map((name) => `${prefix}${name}`),
    );
  }

  /**
   * A signal by its hierarchical name: what it is where its place is flattened, otherwise the kept place
   * and the rest of the name. `undefined` when there is none.
   */
  find(
    name: string,
  ):
    | { readonly scope: Scope; readonly signal: Signal }
    | { readonly scope: Scope; readonly inside: string }
    | undefined {
    const steps = name.split(".");
    let scope = this.root;
    let depth = 0;
    for (; depth < steps.length - 1 && !this.#isKept(scope); depth++) {
      const child = scope.children.get(at(steps, depth));
      if (!child) return undefined;
      scope = child;
    }
    const rest = steps.slice(depth).join(".");
    if (this.#isKept(scope)) return { scope, inside: rest };
    const signal = signalOf(scope.module, rest);
    return signal && { scope, signal };
  }
}

const scopeOf = (
  module: ir.ModuleIr,
  prefix: string,
  parent: Scope | undefined,
  instance: ir.Instance | undefined,
): Scope => ({
  module,
  prefix,
  parent,
  instance,
  children: new Map(),
  slots: new Map(),
  origins: new Map(),
});
