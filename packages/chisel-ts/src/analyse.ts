import type { Builder, Driven } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { describe } from "./operate.ts";

type Drivers = ReadonlyMap<Driven, ir.Node>;

/** The nodes whose value this cycle decides a node's value this cycle. */
function sources(node: ir.Node, builder: Builder, drivers: Drivers): readonly ir.Node[] {
  switch (node.kind) {
    case "operation":
      return node.operands;
    case "wire": {
      const driver = drivers.get(node);
      return driver ? [driver] : [];
    }
    case "instanceOutput": {
      const instance = builder.instances.find((candidate) => candidate.name === node.instance);
      const through = instance?.module.combinational.get(node.port) ?? [];
      return [...through].flatMap((port) => instance?.inputs.get(port) ?? []);
    }
    default:
      return [];
  }
}

/**
 * Every node reached from `roots` through combinational logic, each after the nodes it depends on.
 *
 * @throws CircuitError naming every signal of a combinational loop.
 */
function order(roots: Iterable<ir.Node>, builder: Builder, drivers: Drivers): Set<ir.Node> {
  const done = new Set<ir.Node>();
  const open = new Set<ir.Node>();
  for (const root of roots) {
    const stack = [{ node: root, pending: [root] }];
    // The stack is explicit because chains of tens of thousands of operations are legal.
    while (stack.length > 0) {
      const frame = stack.at(-1);
      const next = frame?.pending.pop();
      if (!frame || !next) {
        const finished = stack.pop();
        if (finished && stack.length > 0) {
          open.delete(finished.node);
          done.add(finished.node);
        }
        continue;
      }
      if (done.has(next)) continue;
      if (open.has(next)) throw loopError([...open], next, builder.moduleName);
      open.add(next);
      stack.push({ node: next, pending: [...sources(next, builder, drivers)] });
    }
  }
  return done;
}

function loopError(open: readonly ir.Node[], repeated: ir.Node, moduleName: string): CircuitError {
  const loop = open.slice(open.indexOf(repeated)).reverse();
  const steps = [...loop, ...loop.slice(0, 1)].map((node) =>
    node.kind === "operation" ? describe(node) : `${describe(node)} of ${node.location}`,
  );
  return new CircuitError(
    `\`${moduleName}\` has a combinational loop: ${steps.join(" → ")}; a register must break it`,
  );
}

/** All the nodes of a module from which something outside combinational logic is driven. */
const roots = (builder: Builder, drivers: Drivers): ir.Node[] => [
  ...builder.wires,
  ...drivers.values(),
  ...builder.reads.flatMap(({ address, enable }) => [address, enable]),
  ...builder.writes.flatMap(({ address, data, enable }) => [address, data, enable]),
  ...builder.instances.flatMap(({ inputs }) => [...inputs.values()]),
  ...builder.checks.map(({ condition }) => condition),
  ...builder.named.map(({ node }) => node),
  ...builder.unused,
];

/** Finds loops, signals of other modules and inputs that nothing reads. @throws CircuitError */
export function checkModule(builder: Builder, drivers: Drivers): void {
  const owned = new Set<ir.Node>([
    ...builder.inputs,
    ...builder.wires,
    ...builder.registers,
    ...builder.reads.map((read) => read.node),
    ...builder.instances.flatMap((instance) => instance.outputs),
  ]);
  const reached = order(roots(builder, drivers), builder, drivers);
  for (const node of reached) {
    const foreign = node.kind !== "constant" && node.kind !== "operation" && !owned.has(node);
    if (foreign) {
      throw new CircuitError(
        `${describe(node)} belongs to another module; \`${builder.moduleName}\` reads it only through a port`,
        node.location,
      );
    }
  }
  for (const input of builder.inputs) {
    if (!reached.has(input)) {
      throw new CircuitError(
        `input ${describe(input)} of \`${builder.moduleName}\` is never used; remove it, or say unused(…)`,
        input.location,
      );
    }
  }
}

/** For every output, the inputs that decide it within the same cycle. */
export function combinationalPaths(
  builder: Builder,
  drivers: Drivers,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    builder.outputs.map((output) => {
      const reached = order([output], builder, drivers);
      return [
        output.name,
        new Set(builder.inputs.filter((i) => reached.has(i)).map((i) => i.name)),
      ];
    }),
  );
}
