import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import { negation, operate } from "./operate.ts";
import { literal } from "./signal.ts";
import { bool } from "./types.ts";

/** What `set` can drive: its value, or a register's next state. */
export type Driven = ir.Wire | ir.Register;

export interface Assignment {
  readonly kind: "set";
  readonly target: Driven;
  readonly value: ir.Node;
}

export interface Choice {
  readonly kind: "when";
  readonly location: Location;
  readonly branches: { readonly condition: ir.Node; readonly block: Block }[];
  otherwise: Block | undefined;
}

/** The statements of one scope, in the order they were made. */
export class Block {
  readonly statements: (Assignment | Choice)[] = [];
  /** Where this scope, or one inside it, last drove a target. */
  readonly driven = new Map<Driven, Location>();
}

/** Collects what a module's body makes while it runs. */
export class Builder {
  readonly inputs: ir.Input[] = [];
  readonly outputs: ir.Wire[] = [];
  readonly wires: ir.Wire[] = [];
  readonly registers: ir.Register[] = [];
  readonly memories: ir.Memory[] = [];
  readonly reads: ir.MemoryReadPort[] = [];
  readonly writes: ir.MemoryWritePort[] = [];
  readonly instances: ir.Instance[] = [];
  readonly checks: ir.Check[] = [];
  readonly named: ir.NamedNode[] = [];
  readonly unused: ir.Node[] = [];
  readonly body = new Block();
  readonly moduleName: string;
  readonly #scopes: { readonly block: Block; readonly guards: readonly ir.Node[] }[];

  constructor(moduleName: string) {
    this.moduleName = moduleName;
    this.#scopes = [{ block: this.body, guards: [] }];
  }

  get block(): Block {
    return this.#scope.block;
  }

  get #scope(): { readonly block: Block; readonly guards: readonly ir.Node[] } {
    return this.#scopes.at(-1) ?? { block: this.body, guards: [] };
  }

  /** Runs `body` as a scope that holds where `guards` do. */
  within(block: Block, guards: readonly ir.Node[], body: () => void): void {
    this.#scopes.push({ block, guards: [...this.#scope.guards, ...guards] });
    try {
      body();
    } finally {
      this.#scopes.pop();
    }
  }

  /** An enable that holds only where every surrounding `when` does. */
  guarded(enable: ir.Node | undefined): ir.Node {
    const terms = [...this.#scope.guards, ...(enable ? [enable] : [])];
    const [first, ...rest] = terms;
    if (first === undefined) return literal(bool(), 1).node;
    return rest.reduce((all, term) => operate("and", [all, term]), first);
  }

  /** The statement that `condition` holds wherever every surrounding `when` does. */
  implied(condition: ir.Node, location: Location): ir.Node {
    if (this.#scope.guards.length === 0) return condition;
    const elsewhere = negation(this.guarded(undefined), location);
    return operate("or", [elsewhere, condition], [], location);
  }

  /** @throws CircuitError when this scope drove the target before: the earlier value would be lost. */
  drive(target: Driven, value: ir.Node): void {
    const location = Location.capture();
    const owned: readonly Driven[] = target.kind === "register" ? this.registers : this.wires;
    if (!owned.includes(target)) {
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
