import type { Block, Choice, Driven } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { operate } from "./operate.ts";

/**
 * The one node that drives a target: its assignments and the choices around them as a tree of muxes.
 * A register starts from its own value; a wire must be driven on every path.
 *
 * @throws CircuitError when no statement, or not every path, drives the target.
 */
export function resolve(body: Block, target: Driven): Node {
  const node = resolveBlock(body, target, target.kind === "register" ? target : undefined);
  if (node) return node;
  const last = body.driven.get(target);
  throw new CircuitError(
    last
      ? `\`${target.name}\` is not driven on every path: set at ${last} only under a condition; ` +
          "give it a value before the when, or an otherwise"
      : `\`${target.name}\` is never driven; set it`,
    target.location,
  );
}

function resolveBlock(block: Block, target: Driven, before: Node | undefined): Node | undefined {
  return block.statements.reduce<Node | undefined>((value, statement) => {
    if (statement.kind === "when") return resolveChoice(statement, target, value);
    return statement.target === target ? statement.value : value;
  }, before);
}

function resolveChoice(choice: Choice, target: Driven, before: Node | undefined): Node | undefined {
  const blocks = choice.branches.map((branch) => branch.block);
  if (choice.otherwise) blocks.push(choice.otherwise);
  if (!blocks.some((block) => block.driven.has(target))) return before;

  const last = choice.otherwise ? resolveBlock(choice.otherwise, target, before) : before;
  return choice.branches.reduceRight<Node | undefined>((rest, { condition, block }) => {
    const value = resolveBlock(block, target, before);
    if (!value || !rest) return undefined;
    return value === rest ? value : operate("mux", [condition, value, rest], [], choice.location);
  }, last);
}
