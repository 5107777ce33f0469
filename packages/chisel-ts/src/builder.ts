import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import { needed } from "./needed.ts";
import { constant, negation, operate } from "./operate.ts";
import { Block, type Driven } from "./statements.ts";

interface Scope {
  readonly block: Block;
  /** Whether every surrounding `when` takes this branch; `undefined` outside of any. */
  guard(): ir.Node | undefined;
}

/** Collects what a module's body makes while it runs. */
export class Builder {
  readonly inputs: ir.Input[] = [];
  readonly outputs: ir.Wire[] = [];
  readonly wires = new Set<ir.Wire>();
  readonly registers = new Set<ir.Register>();
  readonly memories: ir.Memory[] = [];
  readonly tables: ir.Table[] = [];
  readonly reads: ir.MemoryReadPort[] = [];
  readonly instances: ir.Instance[] = [];
  readonly checks: ir.Check[] = [];
  readonly displays: ir.Display[] = [];
  readonly named: ir.NamedNode[] = [];
  readonly unused: ir.Node[] = [];
  readonly body = new Block();
  readonly moduleName: string;
  readonly #scopes: [Scope, ...Scope[]];

  constructor(moduleName: string) {
    this.moduleName = moduleName;
    this.#scopes = [{ block: this.body, guard: () => undefined }];
  }

  get block(): Block {
    return this.#scope.block;
  }

  get #scope(): Scope {
    return this.#scopes.at(-1) ?? this.#scopes[0];
  }

  /** Runs `body` as a scope that holds where the present one does and `condition` too. */
  within(block: Block, condition: () => ir.Node, body: () => void): void {
    if (typeof body !== "function")
      throw needed("a function of statements", body, "when(condition, () => y.set(1))");
    const outer = this.#scope;
    let known: ir.Node | undefined;
    const guard = (): ir.Node => {
      known ??= both(outer.guard(), condition());
      return known;
    };
    this.#scopes.push({ block, guard });
    try {
      body();
    } finally {
      this.#scopes.pop();
    }
  }

  /** An enable that holds only where every surrounding `when` does. */
  guarded(enable: ir.Node | undefined): ir.Node {
    const guard = this.#scope.guard();
    if (enable) return both(guard, enable);
    return guard ?? constant(1, 1n);
  }

  /** The statement that `condition` holds wherever every surrounding `when` does. */
  implied(condition: ir.Node, location: Location): ir.Node {
    const guard = this.#scope.guard();
    return guard ? operate("or", [negation(guard, location), condition], [], location) : condition;
  }

  /** @throws CircuitError when this scope drove the target before: the earlier value would be lost. */
  drive(target: Driven, value: ir.Node): void {
    const location = Location.capture();
    const owned: ReadonlySet<Driven> = target.kind === "register" ? this.registers : this.wires;
    if (!owned.has(target)) {
      throw new CircuitError(
        `\`${target.name}\` belongs to another module and cannot be set in \`${this.moduleName}\``,
        location,
      );
    }
    const before = this.block.driven.get(target);
    if (before) {
      throw new CircuitError(
        `\`${target.name}\` is driven twice: at ${before} and again at ${location}; ` +
          "the first would be lost. Choose with when or mux",
      );
    }
    this.block.statements.push({ kind: "set", target, value });
    for (const { block } of this.#scopes) block.driven.set(target, location);
  }
}

const both = (guard: ir.Node | undefined, condition: ir.Node): ir.Node =>
  guard ? operate("and", [guard, condition]) : condition;

let current: Builder | undefined;

/** The module being built. @throws CircuitError outside a module's body. */
export function builder(what: string): Builder {
  if (!current) {
    throw new CircuitError(
      `${what} needs a module around it: call it inside module(…)`,
      Location.capture(),
    );
  }
  return current;
}

/** Whether this module is the one being built. */
export const isCurrent = (candidate: Builder): boolean => candidate === current;

/** Runs a module's body; modules may be built while another is being built. */
export function building(next: Builder, body: () => void): void {
  const outer = current;
  current = next;
  try {
    body();
  } finally {
    current = outer;
  }
}
