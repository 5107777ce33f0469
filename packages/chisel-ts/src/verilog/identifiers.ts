import type { Computed, ModuleIr, NamedNode, Node, Wire } from "../ir.ts";
import { isComputed } from "../nodes.ts";
import { explicitNames, implicit, Names } from "./names.ts";

/** The Verilog identifiers of everything in a module that has a name. */
export interface Identifiers {
  readonly names: Names;
  readonly of: Map<Node, string>;
  /** Computed nodes that are the right-hand side of a wire or an output and share its identifier. */
  readonly holders: ReadonlyMap<Computed, Wire>;
  /** Further names of nodes that have an identifier already. */
  readonly aliases: readonly (NamedNode & { readonly verilog: string })[];
  /** From the names of the TypeScript source to identifiers. */
  readonly sources: ReadonlyMap<string, string>;
  readonly requested: readonly (NamedNode & {
    readonly verilog: string;
    readonly source: string;
  })[];
}

export function identify(ir: ModuleIr): Identifiers {
  const explicit = explicitNames(ir).map(({ name }) => name);
  const names = new Names(explicit, ir.reset);
  const sources = new Map(explicit.map((name) => [name, name]));
  for (const { label } of ir.checks) sources.delete(label);
  for (const { name } of ir.instances) sources.delete(name);

  const signals = [
    ...ir.inputs,
    ...ir.drivers.keys(),
    ...ir.registers.keys(),
    ...ir.reads.map((read) => read.node),
  ];
  const of = new Map<Node, string>(signals.map((node) => [node, node.name]));
  const signalNamed = new Map(signals.map((node) => [node.name, node]));

  const holders = new Map<Computed, Wire>();
  const hold = (node: Node, wire: Wire): void => {
    if (!isComputed(node) || of.has(node)) return;
    of.set(node, wire.name);
    holders.set(node, wire);
  };
  const aliases: (NamedNode & { readonly verilog: string })[] = [];
  const requested = ir.named.map((item) => {
    const { name, node } = item;
    const signal = signalNamed.get(name);
    if (signal?.kind === "wire" && ir.drivers.get(signal) === node) hold(node, signal);
    if (signal && of.get(node) === name) return { ...item, verilog: name, source: name };
    const verilog = names.unique(name);
    // A value named like the implicit clock or reset must not be taken for it.
    const source = sources.has(name) || implicit.has(name) ? verilog : name;
    if (isComputed(node) && !of.has(node)) of.set(node, verilog);
    else aliases.push({ ...item, verilog });
    sources.set(source, verilog);
    return { ...item, verilog, source };
  });
  for (const [wire, driver] of ir.drivers) hold(driver, wire);
  for (const { outputs } of ir.instances) {
    for (const node of outputs) of.set(node, names.unique(`${node.instance}_${node.port}`));
  }
  return { names, of, holders, aliases, sources, requested };
}

/**
 * The Verilog identifier of every port, wire, register, memory, memory read and named value of a module,
 * by its name in the source. Where a named value's name is taken, its key is its identifier.
 *
 * @example
 * const held = module({ name: "held", ports: { x: vec(2, input(bool())), y: output(bool()) } }, (io) => io.y.set(io.x[0].or(io.x[1])));
 * console.log([...verilogNames(held).values()].join()); // x_0,x_1,y
 */
export const verilogNames = (ir: ModuleIr): ReadonlyMap<string, string> => identify(ir).sources;

/**
 * The named values of a module, each under the name that `verilogNames` gives it: of values named alike, as
 * in a loop, the second is `sum_1` where the first is `sum`.
 *
 * @example
 * const sum = module({ name: "sum", ports: { a: input(uint(4)), b: input(uint(4)), y: output(uint(5)) } }, (io) => {
 *   io.y.set(named({ total: io.a.add(io.b) }).total);
 * });
 * console.log(namedValues(sum).map(({ name }) => name).join()); // total
 */
export const namedValues = (ir: ModuleIr): readonly NamedNode[] =>
  identify(ir).requested.map(({ source, type, node }) => ({ name: source, type, node }));
