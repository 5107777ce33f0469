import { type ir, operandsOf } from "@chisel-ts/core";

/** Every node of a module's own body, the logic of its instances left out. */
export function nodesOf(module: ir.ModuleIr): ReadonlySet<ir.Node> {
  const open: ir.Node[] = [
    ...[...module.drivers].flat(),
    ...[...module.registers].flat(),
    ...module.reads.flatMap(({ node, address, enable }) => [node, address, enable]),
    ...module.writes.flatMap(({ address, data, enable, lanes = [] }) => [
      ...[address, data, enable],
      ...lanes.flatMap((lane) => [lane.data, lane.enable]),
    ]),
    ...module.instances.flatMap(({ inputs }) => [...inputs.values()]),
  ];
  const found = new Set<ir.Node>();
  for (let node = open.pop(); node; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    open.push(...operandsOf(node));
  }
  return found;
}
