import { at } from "./at.ts";
import type * as ir from "./ir.ts";
import type { Location } from "./location.ts";
import { negation, operate } from "./operate.ts";

/** What `set` can drive: its value, or a register's next state. */
export type Driven = ir.Wire | ir.Register;

export interface Assignment {
  readonly kind: "set";
  readonly target: Driven;
  readonly value: ir.Node;
}

export interface Write {
  readonly kind: "write";
  readonly port: ir.MemoryWritePort;
}

export type Statement = Assignment | Write | Choice;

/** The statements of one scope, in the order they were made. */
export class Block {
  readonly statements: Statement[] = [];
  /** Where this scope, or one inside it, last drove a target. */
  readonly driven = new Map<Driven, Location>();
}

/** The arms of a `when`, `match` or `switchOn`, tried in order. It stands where its first arm was written. */
export class Choice {
  readonly kind = "when";
  readonly arms: { readonly condition: ir.Node; readonly block: Block }[] = [];
  otherwise: Block | undefined;
  /** Whether one of the arms is always taken but for codes that no signal should ever have. */
  exhaustive = false;
  readonly location: Location;
  /** Whether no two conditions hold at once. */
  readonly exclusive: boolean;
  /** Item i: none of the conditions 0 to i holds. */
  readonly #none: ir.Node[] = [];

  constructor(location: Location, exclusive: boolean) {
    this.location = location;
    this.exclusive = exclusive;
  }

  /** Whether no arm before `count` is taken; `undefined` for none before the first. */
  noneBefore(count: number): ir.Node | undefined {
    for (let i = this.#none.length; i < count; i++) {
      const { condition } = at(this.arms, i);
      this.#none.push(this.#both(this.#none[i - 1], negation(condition, this.location)));
    }
    return this.#none[count - 1];
  }

  /** Whether arm `index` is taken. */
  taken(index: number): ir.Node {
    const { condition } = at(this.arms, index);
    return this.exclusive ? condition : this.#both(this.noneBefore(index), condition);
  }

  #both(first: ir.Node | undefined, second: ir.Node): ir.Node {
    return first ? operate("and", [first, second], [], this.location) : second;
  }
}

/** The write ports of memories in the order of their statements, which decides who wins. */
export function* writesIn({ statements }: Block): Generator<ir.MemoryWritePort> {
  for (const statement of statements) {
    if (statement.kind === "write") yield statement.port;
    if (statement.kind !== "when") continue;
    for (const { block } of statement.arms) yield* writesIn(block);
    if (statement.otherwise) yield* writesIn(statement.otherwise);
  }
}
