import { writeOperands } from "../analyse.ts";
import { at } from "../at.ts";
import type * as ir from "../ir.ts";
import { lookup } from "../lookup.ts";
import { isComputed, operandsOf } from "../nodes.ts";
import { operate } from "../operate.ts";
import { order } from "../verilog/graph.ts";

/** A change of nodes: what stands in the place of each, made of the node itself or of its operands. */
export interface Edit {
  applies(node: ir.Node): boolean;
  replace(node: ir.Node): ir.Node;
}

/**
 * The module with every use of some nodes replaced. Ports, registers, memories and instances are the same
 * objects as before, so that names and state stay.
 */
export function rewrite(module: ir.ModuleIr, { applies, replace }: Edit): ir.ModuleIr {
  const copies = new Map<ir.Node, ir.Node>();
  const copied = (node: ir.Node): ir.Node => copies.get(node) ?? node;
  const copy = (root: ir.Node): ir.Node => {
    for (const node of order([root], operandsOf, (known) => copies.has(known))) {
      const same = isComputed(node) ? withOperands(node, operandsOf(node).map(copied)) : node;
      copies.set(node, applies(node) ? replace(same) : same);
    }
    return copied(root);
  };
  const driven = <K>(drivers: ReadonlyMap<K, ir.Node>): Map<K, ir.Node> =>
    new Map([...drivers].map(([key, node]) => [key, copy(node)]));
  return {
    ...module,
    drivers: driven(module.drivers),
    registers: driven(module.registers),
    reads: module.reads.map((port) => ({
      ...port,
      address: copy(port.address),
      enable: copy(port.enable),
    })),
    writes: module.writes.map((port) => ({
      ...port,
      address: copy(port.address),
      data: copy(port.data),
      enable: copy(port.enable),
      lanes: port.lanes?.map((lane) => ({
        ...lane,
        data: copy(lane.data),
        enable: copy(lane.enable),
      })),
    })),
    instances: module.instances.map((instance) => ({
      ...instance,
      inputs: driven(instance.inputs),
    })),
    checks: module.checks.map((check) => ({ ...check, condition: copy(check.condition) })),
    displays: module.displays.map((display) => ({
      ...display,
      enable: copy(display.enable),
      parts: display.parts.map((part) =>
        typeof part === "string" ? part : { ...part, node: copy(part.node) },
      ),
    })),
    named: module.named.map((entry) => ({ ...entry, node: copy(entry.node) })),
  };
}

function withOperands(node: ir.Computed, operands: readonly ir.Node[]): ir.Node {
  if (operands.every((operand, index) => operand === operandsOf(node)[index])) return node;
  if (node.kind === "operation")
    return operate(node.operation, operands, node.parameters, node.location);
  return lookup(node.from, at(operands, 0), node.location);
}

/** Every node of a module that something outside checks depends on, operands first. */
export function nodesOf(module: ir.ModuleIr): readonly ir.Node[] {
  const roots = [
    ...module.drivers.values(),
    ...module.registers.values(),
    ...module.reads.flatMap(({ address, enable }) => [address, enable]),
    ...module.writes.flatMap(writeOperands),
    ...module.instances.flatMap(({ inputs }) => [...inputs.values()]),
  ];
  return [...order(roots, operandsOf)];
}
