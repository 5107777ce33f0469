import { type Builder, builder, isCurrent } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { Location } from "./location.ts";
import { Bool, Signal } from "./signal.ts";
import { Block, Choice } from "./statements.ts";
import { typeName } from "./types.ts";

/** The rest of a choice: further conditions, tried in order, and what holds when none does. */
export interface WhenChain {
  /** @throws CircuitError after `otherwise`, and outside the scope in which the chain began. */
  elsewhen(condition: Bool, body: () => void): WhenChain;
  /** @throws CircuitError the second time, and outside the scope in which the chain began. */
  otherwise(body: () => void): void;
}

/**
 * Statements that take effect where `condition` is 1. A register that no branch sets keeps its value;
 * a wire needs a value on every path, so give it a default before. A chain has one order, that in which
 * its arms are written, and stands where its `when` does.
 *
 * @example
 * const clamped = module({ name: "clamped", ports: { x: input(uint(8)), y: output(uint(8)) } }, (io) => {
 *   when(io.x.gt(9), () => io.y.set(9)).otherwise(() => io.y.set(io.x));
 * });
 * const dut = engines.wasm.open(clamped);
 * dut.in.x = 200n;
 * console.log(dut.out.y); // 9
 */
export const when = (condition: Bool, body: () => void): WhenChain =>
  new Chain(whenWords, false).elsewhen(condition, body);

/** What a kind of choice, its further arms and its last arm are called. */
export interface ChoiceWords {
  readonly choice: string;
  readonly arm: string;
  readonly last: string;
}

const whenWords: ChoiceWords = { choice: "when", arm: "elsewhen", last: "otherwise" };

export class Chain implements WhenChain {
  readonly #owner: Builder;
  readonly #scope: Block;
  readonly #choice: Choice;
  readonly #words: ChoiceWords;

  /** @param exclusive whether no two conditions will hold at once. */
  constructor(words: ChoiceWords, exclusive: boolean) {
    this.#words = words;
    this.#owner = builder(words.choice);
    this.#scope = this.#owner.block;
    this.#choice = new Choice(Location.capture(), exclusive);
    this.#scope.statements.push(this.#choice);
  }

  elsewhen(condition: Bool, body: () => void): this {
    this.check(this.#words.arm);
    const { node } = truth(condition, this.#choice.arms.length === 0 ? "when" : "elsewhen");
    const block = new Block();
    const index = this.#choice.arms.push({ condition: node, block }) - 1;
    this.#owner.within(block, () => this.#choice.taken(index), body);
    return this;
  }

  otherwise(body: () => void): void {
    const { arms } = this.#choice;
    this.last(() => this.#choice.noneBefore(arms.length) as Node, body);
  }

  /** The arm that is taken when no other is. @param taken what then holds. */
  last(taken: () => Node, body: () => void): void {
    this.check(this.#words.last);
    this.#choice.otherwise = new Block();
    this.#owner.within(this.#choice.otherwise, taken, body);
  }

  /** What every arm drives is driven on every path; for a code that no arm has it gets what the last arm gives. */
  exhaust(): void {
    this.#choice.exhaustive = true;
  }

  /** @throws CircuitError where no further arm may stand. */
  check(what: string): void {
    const { location, otherwise } = this.#choice;
    const { choice, last } = this.#words;
    const fail = (why: string): never => {
      throw new CircuitError(
        `${what} cannot continue the ${choice} of ${location}: ${why}`,
        Location.capture(),
      );
    };
    if (otherwise)
      fail(`it has ${/^[aeiou]/.test(last) ? "an" : "a"} ${last}, which is the last arm`);
    if (!isCurrent(this.#owner)) {
      fail(`it belongs to module \`${this.#owner.moduleName}\`, which is not the one being built`);
    }
    if (this.#owner.block !== this.#scope) fail("it stands in another scope");
  }
}

function truth(condition: unknown, what: string): Bool {
  if (condition instanceof Bool) return condition;
  const found = condition instanceof Signal ? typeName(condition.type) : typeof condition;
  throw new CircuitError(`${what} needs a Bool as its condition, not ${found}`, Location.capture());
}
