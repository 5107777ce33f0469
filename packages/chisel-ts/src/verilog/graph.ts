import type { ModuleIr, Node } from "../ir.ts";

type Drivers = ModuleIr["drivers"];

const before = (node: Node, drivers: Drivers): readonly Node[] => {
  if (node.kind === "operation") return node.operands;
  const driver = node.kind === "wire" ? drivers.get(node) : undefined;
  return driver ? [driver] : [];
};

/** Every node that `roots` are computed from, each after what it reads; registers and instances are leaves. */
export function order(roots: Iterable<Node>, drivers: Drivers): Set<Node> {
  const done = new Set<Node>();
  const seen = new Set<Node>();
  const visit = (node: Node) => {
    seen.add(node);
    return { node, pending: before(node, drivers), next: 0 };
  };
  for (const root of roots) {
    if (seen.has(root)) continue;
    // The stack is explicit because chains of tens of thousands of operations are legal.
    const stack = [visit(root)];
    for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
      const next = frame.pending[frame.next++];
      if (next === undefined) {
        done.add(frame.node);
        stack.pop();
      } else if (!seen.has(next)) {
        stack.push(visit(next));
      }
    }
  }
  return done;
}

/** How often the text of every node is needed. */
export function countUses(roots: readonly Node[], drivers: Drivers): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>();
  const use = (node: Node): void => {
    uses.set(node, (uses.get(node) ?? 0) + 1);
  };
  roots.forEach(use);
  for (const node of order(roots, drivers)) before(node, drivers).forEach(use);
  return uses;
}
