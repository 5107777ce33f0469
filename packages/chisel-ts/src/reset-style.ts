import { CircuitError } from "./errors.ts";
import { changedHierarchy, checkModule } from "./hierarchy.ts";
import type { ResetStyle } from "./ir.ts";
import { checkKeys } from "./keys.ts";
import { Location } from "./location.ts";
import type { Module } from "./module.ts";
import type { Bundle } from "./ports.ts";
import { checkNames } from "./verilog/names.ts";

/**
 * The circuit with another reset, for all of its hierarchy. `asynchronous`: registers take their reset values at once,
 * without an edge. `none`: they have them from power-up, as an FPGA loads them, and there is no port. An active-low
 * reset is the port `reset_n`. By default modules have a synchronous, active-high `reset`.
 *
 * @throws CircuitError for another style, a module without a clock, and a name `reset_n` of the module's own.
 *
 * @example
 * const held = module({ name: "held", ports: { x: input(uint(8)), y: output(uint(8)) } }, (io) => {
 *   const value = register("value", uint(8), { reset: 0 });
 *   value.set(io.x);
 *   io.y.set(value);
 * });
 * const [{ text }] = emitDesign(resetStyle(held, { kind: "asynchronous", active: "low" })).files;
 * console.log(text.includes("negedge reset_n")); // true
 */
export function resetStyle<P extends Bundle>(
  module: Module<P>,
  options: { readonly kind: ResetStyle["kind"]; readonly active?: ResetStyle["active"] },
): Module<P> {
  const location = Location.capture();
  const fail = (why: string): never => {
    throw new CircuitError(why, location);
  };
  checkModule(module, "resetStyle(module, { kind, active })");
  checkKeys("a reset style", options, ["kind", "active"]);
  const { kind, active = "high" } = options;
  if (!["synchronous", "asynchronous", "none"].includes(kind))
    fail(`a reset is synchronous, asynchronous or none, not ${String(kind)}`);
  if (active !== "high" && active !== "low")
    fail(`a reset is active high or low, not ${String(active)}`);
  if (kind === "none" && options.active !== undefined)
    fail("a circuit without a reset port has no active level");
  if (!module.clocked) fail(`\`${module.name}\` has no clock, hence no reset`);
  const style: ResetStyle = Object.freeze({ kind, active });
  const changed = changedHierarchy(module, (one) => {
    // A black box has the reset that it has.
    if (one.external?.reset && kind === "none")
      fail(`the black box \`${one.name}\` has a reset, which a circuit without one cannot drive`);
    if (one.external) return one;
    const copy = Object.freeze({ ...one, reset: style });
    checkNames(copy);
    return copy;
  });
  return Object.freeze({ ...module, ...changed });
}
