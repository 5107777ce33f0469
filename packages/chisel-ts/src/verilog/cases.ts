import type { Constant, Node, Operation } from "../ir.ts";
import { order, type Reads } from "./graph.ts";

/** Choices by one signal of fewer codes than this read better as conditions. */
const fewest = 8;

/** A chain of muxes that compare one signal with constants, several an arm, as a table. */
export interface Case {
  readonly subject: Node;
  readonly arms: readonly { readonly codes: readonly Constant[]; readonly value: Node }[];
  readonly rest: Node;
}

export type Cases = ReadonlyMap<Node, Case>;

/**
 * The tables among the nodes that `roots` are computed from, by the mux that is the head of each.
 *
 * @param isChoice whether a mux may be taken apart: nothing else reads it and it has no name.
 */
export function findCases(
  roots: readonly Node[],
  reads: Reads,
  isChoice: (node: Node) => boolean,
): Cases {
  const found = new Map<Node, Case>();
  const inside = new Set<Node>();
  // Users come first, so that a chain is met at its head.
  for (const node of [...order(roots, reads)].reverse()) {
    if (inside.has(node)) continue;
    const { chain, table } = follow(node, isChoice);
    if (!table || table.arms.reduce((sum, { codes }) => sum + codes.length, 0) < fewest) continue;
    found.set(node, table);
    for (const item of chain) inside.add(item);
  }
  return found;
}

function follow(
  head: Node,
  isChoice: (node: Node) => boolean,
): { chain: readonly Node[]; table: Case | undefined } {
  const chain: Node[] = [];
  const arms: { codes: readonly Constant[]; value: Node }[] = [];
  const known = new Set<bigint>();
  let subject: Node | undefined;
  let node = head;
  for (;;) {
    const link = node === head || isChoice(node) ? comparison(node) : undefined;
    if (!link || (subject && link.subject !== subject)) break;
    subject = link.subject;
    chain.push(node);
    // The first of two arms of one code is the one that counts.
    const codes = link.codes.filter(({ value }) => !known.has(value));
    if (codes.length > 0) arms.push({ codes, value: link.value });
    for (const { value } of codes) known.add(value);
    node = link.rest;
  }
  return { chain, table: subject && { subject, arms, rest: node } };
}

/** The parts of `subject == code | subject == code ? value : rest`. */
function comparison(
  node: Node,
): { subject: Node; codes: readonly Constant[]; value: Node; rest: Node } | undefined {
  const [condition, value, rest] = isOperation(node, "mux") ? node.operands : [];
  if (!condition || !value || !rest) return undefined;
  const codes: Constant[] = [];
  const seen = new Set<bigint>();
  const visited = new Set<Node>();
  let subject: Node | undefined;
  const open = [condition];
  for (let term = open.pop(); term; term = open.pop()) {
    if (visited.has(term)) continue;
    visited.add(term);
    if (isOperation(term, "or")) {
      open.push(...[...term.operands].reverse());
      continue;
    }
    const test = equality(term);
    if (!test || (subject && test.subject !== subject)) return undefined;
    subject = test.subject;
    if (!seen.has(test.code.value)) codes.push(test.code);
    seen.add(test.code.value);
  }
  return subject && { subject, codes, value, rest };
}

function equality(node: Node): { subject: Node; code: Constant } | undefined {
  const [a, b] = isOperation(node, "equal") ? node.operands : [];
  if (a && b?.kind === "constant") return { subject: a, code: b };
  if (b && a?.kind === "constant") return { subject: b, code: a };
  return undefined;
}

const isOperation = (node: Node, name: Operation["operation"]): node is Operation =>
  node.kind === "operation" && node.operation === name;
