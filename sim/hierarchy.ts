import type { HardwareType, ir } from "@chisel-ts/core";
import { signalsOf } from "./signals.ts";

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
}

/** The instances below a module, down to those of the modules that are kept whole. */
export class Hierarchy {
  readonly root: Scope;
  /** Every place that is dissolved. */
  readonly scopes: readonly Scope[];
  /** Every place that is kept. */
  readonly kept: readonly Scope[];
  readonly #keep: ReadonlySet<ir.ModuleIr>;

  constructor(top: ir.ModuleIr, keep: ReadonlySet<ir.ModuleIr>) {
    this.#keep = keep;
    this.root = this.#scope(top, "", undefined, undefined);
    const all = everyScope(this.root);
    this.scopes = all.filter((scope) => !this.#isKept(scope));
    this.kept = all.filter((scope) => this.#isKept(scope));
  }

  #isKept({ module, parent }: Scope): boolean {
    return parent !== undefined && this.#keep.has(module);
  }

  #scope(
    module: ir.ModuleIr,
    prefix: string,
    parent: Scope | undefined,
    instance: ir.Instance | undefined,
  ): Scope {
    const [children, slots] = [new Map<string, Scope>(), new Map<ir.Node, number>()];
    const scope: Scope = { module, prefix, parent, instance, children, slots };
    if (this.#isKept(scope)) return scope;
    for (const child of module.instances) {
      const below = this.#scope(child.module, `${prefix}${child.name}.`, scope, child);
      children.set(child.name, below);
    }
    return scope;
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
  origin(scope: Scope, node: ir.Node): [Scope, ir.Node] {
    let [where, what] = [scope, node];
    for (;;) {
      let next: ir.Node | undefined;
      if (what.kind === "wire") {
        next = where.module.drivers.get(what);
      } else if (what.kind === "instanceOutput") {
        const { instance, port } = what;
        const child = this.child(where, instance);
        if (this.#isKept(child)) return [where, what];
        next = child.module.outputs.find((output) => output.name === port);
        where = child;
      } else if (what.kind === "input" && where.parent) {
        next = this.driver(where.instance, what.name);
        where = where.parent;
      } else {
        return [where, what];
      }
      if (!next)
        throw new Error(`nothing drives ${what.kind} of ${where.prefix}${where.module.name}`);
      what = next;
    }
  }

  /** Every named signal of the places that are dissolved. */
  names(): string[] {
    return this.scopes.flatMap(({ module, prefix }) =>
      signalsOf(module).map(({ name }) => `${prefix}${name}`),
    );
  }

  /**
   * A signal by its hierarchical name: its node where its place is dissolved, otherwise the kept place and
   * the rest of the name. `undefined` when there is none.
   */
  find(
    name: string,
  ):
    | { readonly scope: Scope; readonly type: HardwareType; readonly node: ir.Node }
    | { readonly scope: Scope; readonly type: HardwareType; readonly inside: string }
    | undefined {
    const steps = name.split(".");
    let scope = this.root;
    while (steps.length > 1 && !this.#isKept(scope)) {
      const child = scope.children.get(steps.shift() ?? "");
      if (!child) return undefined;
      scope = child;
    }
    const rest = steps.join(".");
    if (this.#isKept(scope)) {
      const type = typeOfSignal(scope.module, rest);
      return type && { scope, type, inside: rest };
    }
    const own = signalsOf(scope.module).find((signal) => signal.name === rest);
    return own && { scope, type: own.type, node: own.node };
  }
}

const everyScope = (scope: Scope): Scope[] => [
  scope,
  ...[...scope.children.values()].flatMap(everyScope),
];

/** The type of a signal by its hierarchical name; `undefined` when there is none. */
export function typeOfSignal(module: ir.ModuleIr, name: string): HardwareType | undefined {
  const own = signalsOf(module).find((signal) => signal.name === name);
  if (own) return own.type;
  const dot = name.indexOf(".");
  const child = module.instances.find((instance) => instance.name === name.slice(0, dot));
  return child && dot >= 0 ? typeOfSignal(child.module, name.slice(dot + 1)) : undefined;
}
