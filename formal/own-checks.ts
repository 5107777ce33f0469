import { CircuitError, checkModule, type ir, type Module, modulesBelow } from "@chisel-ts/core";
import { inputsOf, instantiate } from "./instantiate.ts";
import type { Property } from "./property.ts";

const prefix = "_";

/**
 * What a module says of itself, as properties: that its assertions and those of all below it hold while its
 * own assumptions do, and, one by one, that what its `cover`s ask for does happen. What a module below assumes
 * has to be kept by the module that places it, so it is proved as an assertion.
 *
 * @throws CircuitError when nothing is stated in the module or below it.
 *
 * @example
 * const digits = module({ name: "digits", ports: { count: output(uint(4)) } }, (io) => {
 *   const count = register("value", uint(4), { reset: 0 });
 *   count.set(mux(count.eq(9), literal(uint(4), 0), count.addWrap(1)));
 *   assert(count.le(9), "is_a_digit");
 *   io.count.set(count);
 * });
 * console.log(checkProperties(digits).length); // 1
 */
export function checkProperties(module: Module): Property[] {
  checkModule(module);
  const common = {
    circuit: module.name,
    parameters: module.parameters,
    clocked: module.clocked,
    prefix,
    checker: around(module),
  };
  const below = modulesBelow(module).filter((other) => other !== module);
  const isStated =
    module.checks.some(({ kind }) => kind === "assert") ||
    below.some(({ checks }) => checks.some(({ kind }) => kind !== "cover"));
  const assertions: Property = {
    ...common,
    name: "its assertions hold wherever its assumptions do",
    subject: module,
  };
  const covers = module.checks.filter(({ kind }) => kind === "cover");
  if (!isStated && covers.length === 0) {
    throw new CircuitError(`${module.name} has no assert and no cover to prove`, module.location);
  }
  return [
    ...(isStated ? [assertions] : []),
    ...covers.map(
      (cover): Property => ({
        ...common,
        name: `cover ${cover.label} is reached`,
        kind: "cover",
        subject: searching(module, cover),
      }),
    ),
  ];
}

/** A module whose one assertion fails where the cover holds. */
function searching(module: Module, { label, condition, location }: ir.Check): Module {
  const opposite: ir.Operation = Object.freeze({
    kind: "operation" as const,
    operation: "not" as const,
    operands: [condition],
    parameters: [],
    width: 1,
    location,
  });
  const assumed = module.checks.filter(({ kind }) => kind === "assume");
  const sought: ir.Check = { kind: "assert", label, condition: opposite, location };
  return { ...module, checks: [...assumed, sought] };
}

/** A checker that adds nothing: all inputs are free. */
const around = (module: Module): string => `module check(${inputsOf(module).join(", ")});
  ${instantiate(module, { name: "_dut", prefix })}
endmodule
`;
