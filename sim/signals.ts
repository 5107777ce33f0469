import type { HardwareType, ir } from "@chisel-ts/core";

/** Every named signal of a module itself, not of its instances: ports, wires, registers, memory reads, named values. */
export const signalsOf = (
  module: ir.ModuleIr,
): { readonly name: string; readonly type: HardwareType; readonly node: ir.Node }[] => {
  const nodes = [
    ...module.inputs,
    ...module.drivers.keys(),
    ...module.registers.keys(),
    ...module.reads.map((read) => read.node),
  ];
  return [...nodes.map((node) => ({ name: node.name, type: node.type, node })), ...module.named];
};
