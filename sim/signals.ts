// Finds signals, instances and memory words by their hierarchical names.

import { type HardwareType, type ir, namedValues, uint } from "@chisel-ts/core";

/** A named node of a module, or a word of one of its memories. */
export type Signal =
  | { readonly type: HardwareType; readonly node: ir.Node }
  | { readonly type: HardwareType; readonly memory: ir.Memory; readonly word: number };

/** What a module has by name, found once. */
interface Contents {
  readonly signals: ReadonlyMap<string, { readonly type: HardwareType; readonly node: ir.Node }>;
  readonly instances: ReadonlyMap<string, ir.Instance>;
  readonly memories: ReadonlyMap<string, { readonly type: HardwareType; readonly node: ir.Memory }>;
}

const known = new WeakMap<ir.ModuleIr, Contents>();

function contentsOf(module: ir.ModuleIr): Contents {
  const found = known.get(module);
  if (found) return found;
  const nodes = [
    ...module.inputs,
    ...module.drivers.keys(),
    ...module.registers.keys(),
    ...module.reads.map((read) => read.node),
  ];
  const values = module.named.length === 0 ? [] : namedValues(module);
  const types = new Map(module.reads.map(({ node }) => [node.memory, node.type]));
  const contents: Contents = {
    // A value named like the signal that it drives comes second: the signal has the name.
    signals: new Map([
      ...values.map(({ name, type, node }) => [name, { type, node }] as const),
      ...nodes.map((node) => [node.name, { type: node.type, node }] as const),
    ]),
    instances: new Map(module.instances.map((instance) => [instance.name, instance])),
    memories: new Map(
      module.memories.map((node) => [
        node.name,
        { node, type: types.get(node) ?? uint(node.width) },
      ]),
    ),
  };
  known.set(module, contents);
  return contents;
}

/**
 * Every named signal of a module itself, not of its instances: ports, wires, registers, memory reads, named
 * values.
 */
export const signalsOf = (module: ir.ModuleIr): Contents["signals"] => contentsOf(module).signals;

export const instanceOf = (module: ir.ModuleIr, name: string): ir.Instance | undefined =>
  contentsOf(module).instances.get(name);

/** A signal of a module by its own name, or a word of a memory as `words[3]`; `undefined` when there is none. */
export function signalOf(module: ir.ModuleIr, name: string): Signal | undefined {
  const { signals, memories } = contentsOf(module);
  const signal = signals.get(name);
  if (signal) return signal;
  const [, memory = "", digits = ""] = /^(\w+)\[(0|[1-9]\d{0,15})\]$/.exec(name) ?? [];
  const [found, word] = [memories.get(memory), Number(digits)];
  return found && word < found.node.depth
    ? { type: found.type, memory: found.node, word }
    : undefined;
}

/** Where a signal is: the instances on the way down, the module it belongs to, and its own name there. */
export interface Whereabouts {
  readonly path: readonly string[];
  readonly module: ir.ModuleIr;
  readonly own: string;
  readonly signal: Signal;
}

/** A signal by its hierarchical name; `undefined` when there is none. */
export function findSignal(top: ir.ModuleIr, name: string): Whereabouts | undefined {
  const path = name.split(".");
  const own = path.pop() ?? "";
  let module = top;
  for (const step of path) {
    const instance = instanceOf(module, step);
    if (!instance) return undefined;
    module = instance.module;
  }
  const signal = signalOf(module, own);
  return signal && { path, module, own, signal };
}

/** The type of a signal by its hierarchical name; `undefined` when there is none. */
export const typeOfSignal = (top: ir.ModuleIr, name: string): HardwareType | undefined =>
  findSignal(top, name)?.signal.type;

/** The error for a name that is none: where the way ends, and what is there. */
export function noSignal(top: ir.ModuleIr, name: unknown): RangeError {
  const refusal = `${top.name} has no signal ${typeof name === "string" ? name : JSON.stringify(name)}`;
  if (typeof name !== "string") return new RangeError(`${refusal}: a name is a string`);
  const steps = name.split(".");
  const own = steps.pop() ?? "";
  let module = top;
  for (const step of steps) {
    const { instances } = contentsOf(module);
    const next = instances.get(step);
    if (!next) {
      return new RangeError(
        `${refusal}: ${module.name} has ${listed("instance", instances.keys())}`,
      );
    }
    module = next.module;
  }
  const { signals, memories } = contentsOf(module);
  const [base = ""] = own.split("[");
  const memory = memories.get(base)?.node;
  if (memory) {
    return new RangeError(
      `${refusal}: the words of memory ${base} are ${base}[0] to ${base}[${memory.depth - 1}]`,
    );
  }
  return new RangeError(`${refusal}: ${module.name} has ${listed("signal", signals.keys())}`);
}

/** Names for a message, the first few of many. */
export function listed(what: string, names: Iterable<string>, maximum = 12): string {
  const all = [...names];
  if (all.length === 0) return `no ${what}`;
  const more = all.length > maximum ? ` and ${all.length - maximum} more` : "";
  return `the ${what}${all.length === 1 ? "" : "s"} ${all.slice(0, maximum).join(", ")}${more}`;
}
