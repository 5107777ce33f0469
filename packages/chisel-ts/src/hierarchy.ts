import type { Instance, ModuleIr } from "./ir.ts";
import { needed } from "./needed.ts";

/**
 * A module and all below it, each once and after those that it places.
 *
 * @example
 * const inner = module({ name: "inner", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * const outer = module({ name: "outer", ports: { x: input(bool()), y: output(bool()) } }, (io) => {
 *   io.y.set(instance("negated", inner, { x: io.x }).y);
 * });
 * console.log(modulesBelow(outer).map(({ name }) => name).join()); // inner,outer
 */
export function modulesBelow(...tops: readonly ModuleIr[]): readonly ModuleIr[] {
  for (const top of tops) checkModule(top);
  const found = new Set<ModuleIr>();
  const open = new Set<ModuleIr>();
  // The stack is explicit because hierarchies of thousands of levels are legal.
  const stack = [...tops].reverse();
  for (let module = stack.pop(); module; module = stack.pop()) {
    if (found.has(module)) continue;
    if (open.has(module)) {
      found.add(module);
      continue;
    }
    open.add(module);
    stack.push(module);
    for (const { module: child } of [...module.instances].reverse()) {
      if (!open.has(child)) stack.push(child);
    }
  }
  return [...found];
}

/**
 * @throws CircuitError for what is no module: JavaScript lets a circuit stand where a module of it is needed.
 *
 * @param remedy what would be right, as the call with its arguments.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * checkModule(inverter);
 */
export function checkModule(given: unknown, remedy?: string): asserts given is ModuleIr {
  if (typeof given === "object" && given !== null && "instances" in given && "portList" in given)
    return;
  const isCircuit = typeof given === "function" && given.name !== "";
  throw needed("a module", given, isCircuit ? called(given.name) : remedy);
}

const called = (name: string): string => `a circuit is called, ${name}(), to build one`;

/**
 * The hierarchy of a module with every module in it replaced, each once.
 *
 * @param change makes a module of one whose instances are of the changed modules already, and of the one it was.
 */
export function changedHierarchy(
  top: ModuleIr,
  change: (module: ModuleIr, original: ModuleIr) => ModuleIr,
): ModuleIr {
  const copies = new Map<ModuleIr, ModuleIr>();
  for (const module of modulesBelow(top)) {
    const changed = ({ module: child }: Instance): ModuleIr => copies.get(child) ?? child;
    const isSame = module.instances.every((item) => changed(item) === item.module);
    const instances = module.instances.map((item) => ({ ...item, module: changed(item) }));
    copies.set(module, change(isSame ? module : { ...module, instances }, module));
  }
  return copies.get(top) ?? top;
}
