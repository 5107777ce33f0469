import type { Builder } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { isComputed, operandsOf } from "./nodes.ts";
import { describe } from "./operate.ts";
import type { Driven } from "./statements.ts";

/** A module's body after its choices were resolved. */
export interface Body {
  readonly builder: Builder;
  readonly drivers: ReadonlyMap<Driven, ir.Node>;
  readonly writes: readonly ir.MemoryWritePort[];
}

/** The nodes whose value this cycle decides a node's value this cycle. */
type Sources = (node: ir.Node) => readonly ir.Node[];

/** What paths through a module are made of. */
type Paths = Pick<ir.ModuleIr, "name" | "inputs" | "outputs" | "instances"> & {
  readonly drivers: ReadonlyMap<Driven, ir.Node>;
};

const pathsIn = ({ builder, drivers }: Body): Paths => ({
  name: builder.moduleName,
  inputs: builder.inputs,
  outputs: builder.outputs,
  instances: builder.instances,
  drivers,
});

function sourcesIn({ instances, drivers }: Pick<Paths, "instances" | "drivers">): Sources {
  const places = new Map<ir.Node, ir.Instance>();
  for (const instance of instances) {
    for (const output of instance.outputs) places.set(output, instance);
  }
  return (node) => {
    if (isComputed(node)) return operandsOf(node);
    if (node.kind === "wire") {
      const driver = drivers.get(node);
      return driver ? [driver] : [];
    }
    if (node.kind !== "instanceOutput") return [];
    const instance = places.get(node);
    const through = instance?.module.combinational.get(node.port) ?? [];
    return [...through].flatMap((port) => instance?.inputs.get(port) ?? []);
  };
}

/**
 * Every node reached from `roots` through combinational logic, each after the nodes it depends on.
 *
 * @throws CircuitError naming the signals of a combinational loop.
 */
function order(roots: Iterable<ir.Node>, sources: Sources, moduleName: string): Set<ir.Node> {
  const done = new Set<ir.Node>();
  const open = new Set<ir.Node>();
  const enter = (node: ir.Node) => {
    open.add(node);
    return { node, pending: sources(node), next: 0 };
  };
  for (const root of roots) {
    if (done.has(root)) continue;
    // The stack is explicit because chains of tens of thousands of operations are legal.
    const stack = [enter(root)];
    for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
      const next = frame.pending[frame.next++];
      if (next === undefined) {
        open.delete(frame.node);
        done.add(frame.node);
        stack.pop();
      } else if (open.has(next)) {
        throw loopError([...open], next, moduleName);
      } else if (!done.has(next)) {
        stack.push(enter(next));
      }
    }
  }
  return done;
}

/** Signals of a loop that a message names. */
const longestLoop = 12;

function loopError(open: readonly ir.Node[], repeated: ir.Node, moduleName: string): CircuitError {
  const loop = open.slice(open.indexOf(repeated)).reverse();
  const steps = [...loop.slice(0, longestLoop), ...loop.slice(0, 1)].map((node) =>
    isComputed(node) ? describe(node) : `${describe(node)} of ${node.location}`,
  );
  const omitted = loop.length - longestLoop;
  if (omitted > 0) steps.splice(-1, 0, `${omitted} more`);
  return new CircuitError(
    `\`${moduleName}\` has a combinational loop: ${steps.join(" → ")}; a register must break it`,
  );
}

/** What a write port reads. */
export const writeOperands = ({
  address,
  data,
  enable,
  lanes = [],
}: ir.MemoryWritePort): ir.Node[] => [
  ...[address, data, enable],
  ...lanes.flatMap((lane) => [lane.data, lane.enable]),
];

/** What a display reads. */
export const displayOperands = ({ parts, enable }: ir.Display): ir.Node[] => [
  enable,
  ...parts.flatMap((part) => (typeof part === "string" ? [] : [part.node])),
];

/** All the nodes of a module from which something outside combinational logic is driven. */
const roots = ({ builder, drivers, writes }: Body): ir.Node[] => [
  ...builder.wires,
  ...drivers.values(),
  ...builder.reads.flatMap(({ address, enable }) => [address, enable]),
  ...writes.flatMap(writeOperands),
  ...builder.instances.flatMap(({ inputs }) => [...inputs.values()]),
  ...builder.checks.map(({ condition }) => condition),
  ...builder.displays.flatMap(displayOperands),
  ...builder.named.map(({ node }) => node),
  ...builder.unused,
];

/** Finds loops, signals of other modules, state that nothing sets and inputs that nothing reads. @throws CircuitError */
export function checkBody(body: Body): void {
  const { builder } = body;
  const { moduleName } = builder;
  const owned = new Set<ir.Node>([
    ...builder.inputs,
    ...builder.wires,
    ...builder.registers,
    ...builder.reads.map((read) => read.node),
    ...builder.instances.flatMap((instance) => instance.outputs),
  ]);
  const stores = new Set<ir.Lookup["from"]>([...builder.memories, ...builder.tables]);
  const reached = order(roots(body), sourcesIn(pathsIn(body)), moduleName);
  for (const node of reached) {
    const isOwn =
      node.kind === "lookup" ? stores.has(node.from) : isComputed(node) || owned.has(node);
    if (node.kind !== "constant" && !isOwn) {
      throw new CircuitError(
        `${describe(node)} belongs to another module; \`${moduleName}\` reads it only through a port`,
        node.location,
      );
    }
  }
  checkState(body);
  for (const input of builder.inputs) {
    if (!reached.has(input)) {
      throw new CircuitError(
        `input ${describe(input)} of \`${moduleName}\` is never used; remove it, or say unused(…)`,
        input.location,
      );
    }
  }
}

/** State that never has a known value. */
function checkState({ builder, drivers, writes }: Body): void {
  for (const register of builder.registers) {
    if (register.reset === undefined && drivers.get(register) === register) {
      throw new CircuitError(
        `register ${describe(register)} is never driven: nothing sets it and it has no reset value`,
        register.location,
      );
    }
  }
  const written = new Set(writes.map(({ memory }) => memory));
  for (const memory of builder.memories) {
    if (written.has(memory) || (memory.contents ?? []).length > 0) continue;
    const { name, depth, width, location } = memory;
    throw new CircuitError(
      `memory \`${name}\` (${depth} words of ${width} bits) is never driven: nothing writes it and it ` +
        "has no contents",
      location,
    );
  }
}

/** Inputs that are followed at once. */
const batch = 1024;

/** For every output, the inputs that decide it within the same cycle. */
export const combinationalPaths = (body: Body): ir.ModuleIr["combinational"] =>
  pathsThrough(pathsIn(body));

function pathsThrough(module: Paths): ir.ModuleIr["combinational"] {
  const { outputs, inputs, name: moduleName } = module;
  const sources = sourcesIn(module);
  const nodes = order(outputs, sources, moduleName);
  const paths = new Map(outputs.map(({ name }) => [name, new Set<string>()]));
  const reached = inputs.filter((input) => nodes.has(input));
  for (let first = 0; first < reached.length; first += batch) {
    const some = reached.slice(first, first + batch);
    // A bit an input: the inputs that a node depends on.
    const masks = new Map<ir.Node, bigint>(some.map((input, i) => [input, 1n << BigInt(i)]));
    for (const node of nodes) {
      let mask = masks.get(node) ?? 0n;
      for (const source of sources(node)) mask |= masks.get(source) ?? 0n;
      if (mask !== 0n) masks.set(node, mask);
    }
    for (const output of outputs) {
      const mask = masks.get(output) ?? 0n;
      some.forEach(({ name }, i) => {
        if ((mask >> BigInt(i)) & 1n) paths.get(output.name)?.add(name);
      });
    }
  }
  return paths;
}

/**
 * A module whose body was changed, with the paths that it now has.
 *
 * @throws CircuitError naming the signals of a combinational loop.
 */
export function withPaths<M extends ir.ModuleIr>(module: M): M {
  const { name, drivers, registers, instances } = module;
  const driven = [...drivers.values(), ...registers.values()];
  const connected = instances.flatMap(({ inputs }) => [...inputs.values()]);
  order([...driven, ...connected], sourcesIn(module), name);
  return { ...module, combinational: pathsThrough(module) };
}
