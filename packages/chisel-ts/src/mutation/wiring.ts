import { at } from "../at.ts";
import type * as ir from "../ir.ts";

/** An output of an instance, and the same output of the instance of that module that was placed before it. */
export interface Crossed {
  readonly node: ir.InstanceOutput;
  readonly other: ir.InstanceOutput;
}

/** The outputs, of those that are read, that may be taken from a neighbour by mistake. */
export function crossedInstances(
  { instances }: ir.ModuleIr,
  read: readonly ir.Node[],
): readonly Crossed[] {
  const isRead = new Set(read);
  const latest = new Map<ir.ModuleIr, ir.Instance>();
  return instances.flatMap((instance) => {
    const before = latest.get(instance.module);
    latest.set(instance.module, instance);
    if (!before) return [];
    return instance.outputs.flatMap((node, index) =>
      isRead.has(node) ? [{ node, other: at(before.outputs, index) }] : [],
    );
  });
}

/** What a register is about to hold where it is written: a choice between that and its own value is not made. */
export function forgottenRegister(register: ir.Register, next: ir.Node): ir.Node {
  if (next.kind !== "operation" || next.operation !== "mux") return next;
  const [first, second] = [at(next.operands, 1), at(next.operands, 2)];
  if (first === register) return forgottenRegister(register, second);
  return second === register ? forgottenRegister(register, first) : next;
}
