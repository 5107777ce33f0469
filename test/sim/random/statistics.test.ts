import { type ir, isTable, operandsOf, operations } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { build } from "./build.ts";
import { nodesOf } from "./nodes.ts";
import { isFarShift } from "./operations.ts";
import { cases, type Recipe } from "./recipe.ts";
import { blocks } from "./share.ts";

const everyModule = (top: ir.ModuleIr): Set<ir.ModuleIr> =>
  new Set([top, ...top.instances.flatMap(({ module }) => [...everyModule(module)])]);

const recipes = (recipe: Recipe): Recipe[] => [recipe, ...recipe.children.flatMap(recipes)];

const depth = (module: ir.ModuleIr): number =>
  1 + Math.max(0, ...module.instances.map((instance) => depth(instance.module)));

/** Instances that a combinational path of a module's body goes through at most. */
function longestChain(module: ir.ModuleIr): number {
  const known = new Map<ir.Node, number>();
  const places = new Map(module.instances.map((instance) => [instance.name, instance]));
  const chain = (node: ir.Node): number => {
    const before = known.get(node);
    if (before !== undefined) return before;
    let from: readonly (ir.Node | undefined)[] = [];
    let own = 0;
    if (node.kind === "operation" || node.kind === "lookup") from = operandsOf(node);
    if (node.kind === "wire") from = [module.drivers.get(node)];
    if (node.kind === "instanceOutput") {
      const place = places.get(node.instance)!;
      const through = [...(place.module.combinational.get(node.port) ?? [])];
      from = through.map((port) => place.inputs.get(port));
      own = through.length > 0 ? 1 : 0;
    }
    const longest = own + Math.max(0, ...from.map((source) => (source ? chain(source) : 0)));
    known.set(node, longest);
    return longest;
  };
  return Math.max(0, ...[...nodesOf(module)].map(chain));
}

test("the circuits of a test run contain everything", () => {
  const counts = new Map<string, number>();
  const count = (what: string, is: boolean): unknown =>
    counts.set(what, (counts.get(what) ?? 0) + (is ? 1 : 0));
  for (const block of blocks(1000, 100)) {
    for (const { recipe } of fc.sample(cases, { seed: block.seed, numRuns: block.count })) {
      const top = build(recipe);
      const modules = [...everyModule(top)];
      const nodes = modules.flatMap((module) => [...nodesOf(module)]);
      const registers = modules.flatMap((module) => [...module.registers.keys()]);
      const memories = modules.flatMap((module) => module.memories);
      const used = new Set(nodes.map((node) => node.kind === "operation" && node.operation));
      for (const name of Object.keys(operations) as ir.Operation["operation"][])
        count(name, used.has(name));
      count(
        "register with reset",
        registers.some((node) => node.reset !== undefined),
      );
      count(
        "register without reset",
        registers.some((node) => node.reset === undefined),
      );
      count(
        "memory with contents",
        memories.some((memory) => memory.contents !== undefined),
      );
      count(
        "memory without contents",
        memories.some((memory) => memory.contents === undefined),
      );
      count(
        "memory, depth no power of two",
        memories.some(({ depth: n }) => (n & (n - 1)) !== 0),
      );
      const lookups = nodes.flatMap((node) => (node.kind === "lookup" ? [node.from] : []));
      count(
        "memory read within the cycle",
        lookups.some((from) => !isTable(from)),
      );
      for (const kind of ["asynchronous", "none"] as const)
        count(
          `reset ${kind}`,
          modules.some(({ clocked, reset }) => clocked && reset.kind === kind),
        );
      count(
        "reset active low",
        modules.some(({ clocked, reset }) => clocked && reset.active === "low"),
      );
      for (const gate of ["gate_enable", "gate_clear"])
        count(
          gate,
          modules.some(({ inputs }) => inputs.some(({ name }) => name === gate)),
        );
      const boxes = modules.filter(({ external }) => external !== undefined);
      count("black box", boxes.length > 0);
      count(
        "black box with Verilog",
        boxes.some(({ external }) => external?.verilog !== undefined),
      );
      count("table", lookups.some(isTable));
      count(
        "table, depth no power of two",
        lookups.some((from) => isTable(from) && (from.depth & (from.depth - 1)) !== 0),
      );
      count(
        "table in a module without a clock",
        modules.some(({ clocked, tables }) => !clocked && tables.length > 0),
      );
      count(
        "port of a signed type",
        top.portList.some(({ type }) => type.kind === "sint"),
      );
      count(
        "8 instances of one module",
        modules.some(({ instances }) =>
          instances.some((a) => instances.filter((b) => b.module === a.module).length >= 8),
        ),
      );
      count(
        "instances of two modules",
        modules.some(({ instances }) => new Set(instances.map(({ module }) => module)).size > 1),
      );
      count(
        "combinational chain of 4 instances",
        modules.some((module) => longestChain(module) >= 4),
      );
      count("depth 3", depth(top) >= 3);
      count("depth 4", depth(top) >= 4);
      count(
        "instance without a clock",
        modules.some((module) => !module.clocked),
      );
      const steps = recipes(recipe).flatMap((inner) => inner.steps);
      count(
        "shift by more than 64 bits of distance",
        steps.some((step) => "operation" in step && isFarShift(step)),
      );
      count(
        "memory in a module of 4 instances",
        modules.some(({ instances }) =>
          instances.some(
            (a) =>
              [...everyModule(a.module)].some((below) => below.memories.length > 0) &&
              instances.filter((b) => b.module === a.module).length >= 4,
          ),
        ),
      );
      count(
        "name that some tool reserves",
        nodes.some(
          (node) =>
            "name" in node &&
            /^(bool|process|operator|int|std|main|dut|top)/.test(String(node.name)),
        ),
      );
      count(
        "two values of one name",
        modules.some(({ named }) => new Set(named.map(({ name }) => name)).size < named.length),
      );
      count(
        "name of 100 letters",
        modules.some(({ name, memories: m, registers: r, inputs: i }) =>
          [
            name,
            ...m.map((x) => x.name),
            ...[...r.keys()].map((x) => x.name),
            ...i.map((x) => x.name),
          ].some((text) => text.length > 100),
        ),
      );
      count(
        "description like a directive",
        modules.some(({ description }) => /^(verilator|synthesis|pragma)/.test(description ?? "")),
      );
      count(
        "check inside a condition",
        modules.some(({ checks }) => checks.length > 0),
      );
      count(
        "choice of 20 arms",
        steps.some((step) => "arms" in step && step.arms >= 20),
      );
      count("depth 20", depth(top) >= 20);
      count(
        "wider than 64",
        nodes.some(({ width }) => width > 64),
      );
      count(
        "wider than 4096",
        nodes.some(({ width }) => width > 4096),
      );
    }
  }
  console.log(
    `of 1000 circuits:\n${[...counts].map(([what, n]) => `${what.padEnd(36)}${n}`).join("\n")}`,
  );
  expect([...counts].filter(([, n]) => n < 20)).toEqual([]);
});
