import type { ModuleIr, Node } from "../ir.ts";
import { lookupReads } from "./lookup.ts";

/** The nodes that the text of a node reads. */
export type Reads = (node: Node) => readonly Node[];

export const readsOf =
  ({ drivers }: Pick<ModuleIr, "drivers">): Reads =>
  (node) => {
    if (node.kind === "lookup") return lookupReads(node);
    if (node.kind === "operation") return node.operands;
    const driver = node.kind === "wire" ? drivers.get(node) : undefined;
    return driver ? [driver] : [];
  };

/**
 * Every node that `roots` are computed from, each after what it reads; registers and instances are leaves.
 *
 * @param isKnown nodes that are left out, with what only they read.
 */
export function order(
  roots: Iterable<Node>,
  reads: Reads,
  isKnown: (node: Node) => boolean = () => false,
): Set<Node> {
  const done = new Set<Node>();
  const seen = new Set<Node>();
  const visit = (node: Node) => {
    seen.add(node);
    return { node, pending: reads(node), next: 0 };
  };
  for (const root of roots) {
    if (seen.has(root) || isKnown(root)) continue;
    // The stack is explicit because chains of tens of thousands of operations are legal.
    const stack = [visit(root)];
    for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
      const next = frame.pending[frame.next++];
      if (next === undefined) {
        done.add(frame.node);
        stack.pop();
      } else if (!seen.has(next) && !isKnown(next)) {
        stack.push(visit(next));
      }
    }
  }
  return done;
}

/** How often the text of every node is needed. */
export function countUses(roots: readonly Node[], reads: Reads): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>();
  const use = (node: Node): void => {
    uses.set(node, (uses.get(node) ?? 0) + 1);
  };
  roots.forEach(use);
  for (const node of order(roots, reads)) reads(node).forEach(use);
  return uses;
}
