import { CircuitError } from "./errors.ts";
import { changedHierarchy, checkModule } from "./hierarchy.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import type { Module } from "./module.ts";
import { constant, negation, operate } from "./operate.ts";
import type { Bundle, Port } from "./ports.ts";
import { bool, type HardwareType } from "./types.ts";
import { checkName, checkNames, explicitNames, Names } from "./verilog/names.ts";

type With<P, N extends string> = P & { readonly [K in N]: Port<"input", HardwareType<"bool">> };

/**
 * The circuit with an input that holds its state while it is 0: no register, memory or read port of its hierarchy
 * changes, and no check or display looks. The reset works all the same.
 *
 * @param name of the input.
 * @throws CircuitError when the circuit has no clock, or something of that name.
 *
 * @example
 * const counter = module({ name: "counter", ports: { count: output(uint(8)) } }, (io) => {
 *   const count = register("value", uint(8), { reset: 0 });
 *   count.set(count.addWrap(1));
 *   io.count.set(count);
 * });
 * const dut = engines.wasm.open(clockEnable(counter));
 * dut.in.enable = false;
 * dut.step(5);
 * console.log(dut.out.count); // 0
 */
export const clockEnable = <P extends Bundle, const N extends string = "enable">(
  module: Module<P>,
  name: N = "enable" as N,
): Module<With<P, N>> =>
  gated(module, name, "holds the state while it is 0", (one, enable) => {
    const both = (other: ir.Node, location: Location): ir.Node =>
      operate("and", [enable, other], [], location);
    return {
      registers: new Map(
        [...one.registers].map(([register, next]) => [
          register,
          next === register
            ? next
            : operate("mux", [enable, next, register], [], register.location),
        ]),
      ),
      reads: one.reads.map((read) => ({ ...read, enable: both(read.enable, read.node.location) })),
      writes: one.writes.map((write) => ({ ...write, enable: both(write.enable, write.location) })),
      ...watching(one, enable),
    };
  });

/**
 * The circuit with an input that gives every register of its hierarchy its reset value at a clock edge, whatever else
 * happens; registers without one, and memories, go on. Checks and displays do not look meanwhile.
 *
 * @param name of the input.
 * @throws CircuitError when the circuit has no clock, or something of that name.
 *
 * @example
 * const counter = module({ name: "counter", ports: { count: output(uint(8)) } }, (io) => {
 *   const count = register("value", uint(8), { reset: 0 });
 *   count.set(count.addWrap(1));
 *   io.count.set(count);
 * });
 * const dut = engines.wasm.open(softReset(counter));
 * dut.step(5);
 * dut.in.clear = true;
 * dut.step();
 * console.log(dut.out.count); // 0
 */
export const softReset = <P extends Bundle, const N extends string = "clear">(
  module: Module<P>,
  name: N = "clear" as N,
): Module<With<P, N>> =>
  gated(module, name, "gives every register its reset value", (one, clear) => ({
    registers: new Map(
      [...one.registers].map(([register, next]) => {
        const { reset, width, location } = register;
        if (reset === undefined) return [register, next];
        const value = constant(width, reset, location);
        return [register, operate("mux", [clear, value, next], [], location)];
      }),
    ),
    ...watching(one, negation(clear, one.location)),
  }));

/** Checks and displays where `looks` is 1. */
function watching(
  { checks, displays }: ir.ModuleIr,
  looks: ir.Node,
): Pick<ir.ModuleIr, "checks" | "displays"> {
  return {
    checks: checks.map((check) => {
      const { kind, condition, location } = check;
      const whole =
        kind === "cover"
          ? operate("and", [looks, condition], [], location)
          : operate("or", [negation(looks, location), condition], [], location);
      return { ...check, condition: whole };
    }),
    displays: displays.map((display) => ({
      ...display,
      enable: operate("and", [looks, display.enable], [], display.location),
    })),
  };
}

/** The hierarchy with one more input in every module that has a clock. */
function gated<P extends Bundle, N extends string>(
  module: Module<P>,
  name: N,
  description: string,
  change: (one: ir.ModuleIr, input: ir.Input) => Partial<ir.ModuleIr>,
): Module<With<P, N>> {
  const location = Location.capture();
  checkModule(module);
  if (!module.clocked) {
    throw new CircuitError(
      `\`${module.name}\` has no clock, so \`${name}\` would do nothing`,
      location,
    );
  }
  checkName({ name, role: "the input", location });
  const type = bool();
  // A module below may have an input of that name already, as where it is gated by itself.
  const names = new Map<ir.ModuleIr, string>();
  const changed = changedHierarchy(module, (one, original) => {
    if (!one.clocked) return one;
    if (one.external) {
      throw new CircuitError(
        `\`${name}\` cannot reach into the black box \`${one.name}\`, which has a clock`,
        location,
      );
    }
    const own = original === module ? name : new Names(namesOf(one), one.reset).unique(name);
    const input: ir.Input = Object.freeze({ kind: "input", name: own, type, width: 1, location });
    const instances = one.instances.map((item) => {
      const port = names.get(item.module);
      return port === undefined ? item : { ...item, inputs: new Map(item.inputs).set(port, input) };
    });
    const port: ir.PortInfo = { name: own, path: [own], direction: "input", type, description };
    const copy: ir.ModuleIr = Object.freeze({
      ...one,
      ...change(one, input),
      name: `${one.name}_${name}`,
      inputs: [...one.inputs, input],
      portList: [...one.portList, port],
      instances,
    });
    checkNames(copy);
    names.set(copy, own);
    return copy;
  });
  const ports = { ...module.ports, [name]: { direction: "input", type, description } } as With<
    P,
    N
  >;
  return Object.freeze({ ...changed, ports });
}

const namesOf = (one: ir.ModuleIr): string[] => explicitNames(one).map(({ name }) => name);
