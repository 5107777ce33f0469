// Finds what depends on itself: strongly connected components, each after those it depends on.

import { at } from "@chisel-ts/core";

/**
 * The strongly connected components of a graph, by Tarjan's algorithm, in an order in which each follows what it depends
 * on. Of several such orders it is the one in which what `roots` depend on comes as late as it can: root after root.
 *
 * @param dependencies the nodes that each node depends on.
 * @param roots nodes to begin with; the others follow by number.
 */
export function componentsOf(
  dependencies: readonly (readonly number[])[],
  roots: readonly number[],
): number[][] {
  const none = -1;
  const order = new Int32Array(dependencies.length).fill(none);
  const low = new Int32Array(dependencies.length);
  const waits = new Uint8Array(dependencies.length);
  const waiting: number[] = [];
  const components: number[][] = [];
  let visited = 0;
  const enter = (node: number): { readonly node: number; next: number } => {
    order[node] = low[node] = visited++;
    waits[node] = 1;
    waiting.push(node);
    return { node, next: 0 };
  };
  const lower = (node: number, to: number): void => {
    low[node] = Math.min(at(low, node), to);
  };
  for (const root of [...roots, ...dependencies.keys()]) {
    if (order[root] !== none) continue;
    // The stack is explicit: chains may be long.
    const path = [enter(root)];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { node } = top;
      const next = at(dependencies, node)[top.next++];
      if (next !== undefined) {
        if (order[next] === none) path.push(enter(next));
        else if (waits[next]) lower(node, at(order, next));
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before) lower(before.node, at(low, node));
      if (low[node] !== order[node]) continue;
      const component = waiting.splice(waiting.lastIndexOf(node));
      for (const member of component) waits[member] = 0;
      components.push(component);
    }
  }
  return components;
}
