import { at } from "./at.ts";
import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { operate } from "./operate.ts";
import type { Block, Choice, Driven } from "./statements.ts";

/**
 * A choice of more arms than this becomes, for a target that few of them set, a choice between those few
 * alone; otherwise each target would cost as many muxes as the choice has arms.
 */
const longChoice = 32;

/** The values of targets so far; `undefined` where not every path drives one. */
type Values = Map<Driven, Node | undefined>;

/**
 * The one node that drives each target: its assignments and the choices around them as a tree of muxes.
 * A register starts from its own value; a wire must be driven on every path.
 *
 * @throws CircuitError when no statement, or not every path, drives a target.
 */
export function resolve(body: Block, targets: readonly Driven[]): ReadonlyMap<Driven, Node> {
  const values: Values = new Map();
  for (const target of targets) values.set(target, target.kind === "register" ? target : undefined);
  resolveBlock(body, values);
  return new Map(targets.map((target) => [target, values.get(target) ?? fail(body, target)]));
}

function fail(body: Block, target: Driven): never {
  const last = body.driven.get(target);
  throw new CircuitError(
    last
      ? `\`${target.name}\` is not driven on every path: set at ${last} only under a condition; ` +
          "give it a value before the when, or an otherwise"
      : `\`${target.name}\` is never driven; set it`,
    target.location,
  );
}

/** Goes as deep as the source nests its choices. */
function resolveBlock({ statements }: Block, values: Values): void {
  for (const statement of statements) {
    if (statement.kind === "set") values.set(statement.target, statement.value);
    if (statement.kind === "when") resolveChoice(statement, values);
  }
}

/** What one arm makes of a target. */
interface Outcome {
  readonly index: number;
  readonly value: Node | undefined;
}

function resolveChoice(choice: Choice, values: Values): void {
  const outcomes = new Map<Driven, Outcome[]>();
  const { arms, otherwise } = choice;
  const blocks = [...arms.map(({ block }) => block), ...(otherwise ? [otherwise] : [])];
  blocks.forEach((block, index) => {
    for (const [target, value] of resolved(block, values)) {
      const known = outcomes.get(target);
      if (known) known.push({ index, value });
      else outcomes.set(target, [{ index, value }]);
    }
  });
  for (const [target, list] of outcomes) {
    const before = values.get(target);
    const isSparse = arms.length > longChoice && 4 * list.length < arms.length;
    values.set(target, isSparse ? fewArms(choice, list, before) : everyArm(choice, list, before));
  }
}

/** The values of the targets that a block drives. */
function resolved(block: Block, before: Values): Values {
  const values: Values = new Map();
  for (const target of block.driven.keys()) values.set(target, before.get(target));
  resolveBlock(block, values);
  return values;
}

function everyArm(
  { arms, location, exhaustive }: Choice,
  outcomes: readonly Outcome[],
  before: Node | undefined,
): Node | undefined {
  const values = new Map(outcomes.map(({ index, value }) => [index, value]));
  const outcome = (index: number): Node | undefined =>
    values.has(index) ? values.get(index) : before;
  let rest = outcome(arms.length) ?? (exhaustive ? outcome(arms.length - 1) : undefined);
  for (let index = arms.length - 1; index >= 0; index--) {
    const value = outcome(index);
    const { condition } = at(arms, index);
    if (!value || !rest) return undefined;
    if (value !== rest) rest = operate("mux", [condition, value, rest], [], location);
  }
  return rest;
}

/** Only the arms that set the target, each with the whole condition under which it is taken. */
function fewArms(
  choice: Choice,
  outcomes: readonly Outcome[],
  before: Node | undefined,
): Node | undefined {
  const { arms, location } = choice;
  let rest = before;
  for (const { index, value } of [...outcomes].reverse()) {
    if (!value || !rest) return undefined;
    const chosen = index < arms.length ? choice.taken(index) : choice.noneBefore(index);
    if (chosen && value !== rest) rest = operate("mux", [chosen, value, rest], [], location);
  }
  return rest;
}
