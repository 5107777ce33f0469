import { checkModule } from "./hierarchy.ts";
import { instance, type Module, module } from "./module.ts";
import { needed } from "./needed.ts";
import { type Bundle, mapPorts, valueAt } from "./ports.ts";

/**
 * A module that holds the given ones side by side, not connected: one instance each, its ports in a
 * bundle of its name. Several copies of one module are so many independent runs of it at once.
 *
 * @throws CircuitError when a name is reserved, or the flat name of two ports is the same.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * const dut = engines.wasm.open(sideBySide("pair", { left: inverter, right: inverter }));
 * dut.in.left.x = true;
 * console.log(`${dut.out.left.y} ${dut.out.right.y}`); // false true
 */
export function sideBySide<M extends Readonly<Record<string, Module>>>(
  name: string,
  modules: M,
): Module<{ [K in keyof M]: M[K]["ports"] }> {
  const remedy = "sideBySide(name, { left: module, right: module })";
  if (typeof modules !== "object" || modules === null)
    throw needed("a record of modules", modules, remedy);
  const entries = Object.entries(modules);
  for (const [, one] of entries) checkModule(one, remedy);
  const ports: Bundle = Object.fromEntries(entries.map(([key, { ports }]) => [key, ports]));
  return module({ name, ports }, (io) => {
    for (const [key, child] of entries) {
      const inputs = mapPorts(child.ports, ({ direction, path }) =>
        direction === "input" ? valueAt(io, [key, ...path]) : undefined,
      );
      const outputs = instance(key, child, inputs);
      for (const { direction, path } of child.portList) {
        if (direction === "input") continue;
        const target = valueAt(io, [key, ...path]) as { set(value: unknown): void };
        target.set(valueAt(outputs, path));
      }
    }
  }) as Module<{ [K in keyof M]: M[K]["ports"] }>;
}
