import { writeOperands } from "../analyse.ts";
import type * as ir from "../ir.ts";
import { operate } from "../operate.ts";
import { order } from "../verilog/graph.ts";

/** A change of one node: what stands in its place, made of the node itself or of its operands. */
export interface Edit {
  readonly target: ir.Node;
  replace(node: ir.Node): ir.Node;
}

/**
 * The module with every use of one node replaced. Ports, registers, memories and instances are the same
 * objects as before, so that names and state stay.
 */
export function rewrite(module: ir.ModuleIr, { target, replace }: Edit): ir.ModuleIr {
  const copies = new Map<ir.Node, ir.Node>();
  const copied = (node: ir.Node): ir.Node => copies.get(node) ?? node;
  const copy = (root: ir.Node): ir.Node => {
    for (const node of order([root], operandsOf, (known) => copies.has(known))) {
      const same = node.kind === "operation" ? withOperands(node, node.operands.map(copied)) : node;
      copies.set(node, node === target ? replace(same) : same);
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
    named: module.named.map((entry) => ({ ...entry, node: copy(entry.node) })),
  };
}

const operandsOf = (node: ir.Node): readonly ir.Node[] =>
  node.kind === "operation" ? node.operands : [];

function withOperands(node: ir.Operation, operands: readonly ir.Node[]): ir.Node {
  if (operands.every((operand, index) => operand === node.operands[index])) return node;
  return operate(node.operation, operands, node.parameters, node.location);
}

/** Every operation and constant of a module that something outside checks depends on, operands first. */
export function logicOf(module: ir.ModuleIr): readonly (ir.Operation | ir.Constant)[] {
  const roots = [
    ...module.drivers.values(),
    ...module.registers.values(),
    ...module.reads.flatMap(({ address, enable }) => [address, enable]),
    ...module.writes.flatMap(writeOperands),
    ...module.instances.flatMap(({ inputs }) => [...inputs.values()]),
  ];
  return [...order(roots, operandsOf)].filter(
    (node) => node.kind === "operation" || node.kind === "constant",
  );
}
