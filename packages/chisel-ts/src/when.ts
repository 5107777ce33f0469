import { Block, type Builder, builder, type Choice } from "./builder.ts";
import type { Node } from "./ir.ts";
import { Location } from "./location.ts";
import { operate } from "./operate.ts";
import type { Bool } from "./signal.ts";

/** The rest of a choice: further conditions, tried in order, and what holds when none does. */
export interface WhenChain {
  elsewhen(condition: Bool, body: () => void): WhenChain;
  otherwise(body: () => void): void;
}

/**
 * Statements that take effect where `condition` is 1. A register that no branch sets keeps its value;
 * a wire needs a value on every path, so give it a default before.
 */
export function when(condition: Bool, body: () => void): WhenChain {
  const owner = builder("when");
  const choice: Choice = {
    kind: "when",
    location: Location.capture(),
    branches: [],
    otherwise: undefined,
  };
  owner.block.statements.push(choice);
  return new Chain(owner, choice, []).elsewhen(condition, body);
}

class Chain implements WhenChain {
  readonly #owner: Builder;
  readonly #choice: Choice;
  /** The negations of the conditions before. */
  readonly #earlier: readonly Node[];

  constructor(owner: Builder, choice: Choice, earlier: readonly Node[]) {
    this.#owner = owner;
    this.#choice = choice;
    this.#earlier = earlier;
  }

  elsewhen(condition: Bool, body: () => void): WhenChain {
    const block = new Block();
    this.#choice.branches.push({ condition: condition.node, block });
    this.#owner.within(block, [...this.#earlier, condition.node], body);
    const negation = operate("not", [condition.node]);
    return new Chain(this.#owner, this.#choice, [...this.#earlier, negation]);
  }

  otherwise(body: () => void): void {
    this.#choice.otherwise = new Block();
    this.#owner.within(this.#choice.otherwise, this.#earlier, body);
  }
}
