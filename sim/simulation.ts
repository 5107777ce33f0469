// Builds the typed simulation of a module on any engine's backend.

import { type Bundle, fromBits, type HardwareType, type ir, type Module } from "@chisel-ts/core";
import type { Backend, Bits } from "./backend.ts";
import { checkedCount, portBits } from "./check.ts";
import type { CheckMonitor } from "./checks/monitor.ts";
import { completeColumns } from "./complete.ts";
import type { Printer } from "./displays/printer.ts";
import type { Models } from "./drive/models.ts";
import { outcomeOf, type Runner } from "./drive/outcome.ts";
import { drivenPorts, type NamedModel } from "./drive/ports.ts";
import type { Pins } from "./drive/reference/agent.ts";
import { referenceRunner } from "./drive/reference/runner.ts";
import { taskReader } from "./drive/task.ts";
import type { Simulation } from "./engine.ts";
import type { Resets } from "./resets.ts";
import { sideOf } from "./side.ts";
import { known, refuseUnknown } from "./unknown.ts";

/** The typed interface of a module on a backend whose state is 0; it starts with a cycle of reset. */
export const simulation = <P extends Bundle, M extends Models>(
  module: Module<P>,
  backend: Backend,
  models: readonly NamedModel[],
): Simulation<P, M> => {
  const { simulation: base } = start<P, M, Backend>(module, backend, models);
  return withSides(base, base);
};

/** A simulation with `in` and `out` of another one, which cannot be replaced. */
export function withSides<P extends Bundle, S extends object>(
  sides: Pick<Simulation<P>, "in" | "out">,
  methods: S,
): S & Pick<Simulation<P>, "in" | "out"> {
  const [inputs, outputs] = [sides.in, sides.out];
  const property = (name: string, value: unknown): PropertyDescriptor => ({
    enumerable: true,
    get: () => value,
    set() {
      throw new RangeError(`${name} cannot be replaced; assign its ports: ${name}.x = 1n`);
    },
  });
  const all = { ...methods, in: inputs, out: outputs };
  Object.defineProperties(all, { in: property("in", inputs), out: property("out", outputs) });
  return Object.freeze(all) as S & Pick<Simulation<P>, "in" | "out">;
}

/** What looks at the state of a simulation after its clock edges. */
interface Observers {
  readonly resets?: Resets | undefined;
  readonly monitor?: CheckMonitor | undefined;
  readonly printer?: Printer | undefined;
}

/** The simulation, and what gives the backend for as long as it is open. */
export function start<P extends Bundle, M extends Models, B extends Backend>(
  module: Module<P>,
  backend: B,
  models: readonly NamedModel[],
  { resets, monitor, printer }: Observers = {},
): { readonly simulation: Simulation<P, M>; readonly live: () => B } {
  const held = new Map<string, bigint>();
  const inputs = module.portList.filter((port) => port.direction === "input");
  for (const { name } of inputs) held.set(name, 0n);
  const active = (): void => backend.edges(1, true);
  const edge = (): void => (resets ? resets.reset(active) : active());
  const silently = (): void => (printer ? printer.reset(edge) : edge());
  const reset = (): void => (monitor ? monitor.reset(silently) : silently());
  reset();
  let open = true;
  const live = (): B => {
    if (!open) throw new Error(`the simulation of ${module.name} is closed`);
    return backend;
  };
  const portValue = ({ type }: ir.PortInfo, bits: bigint): bigint | boolean =>
    type.kind === "bool" ? bits === 1n : fromBits(type, bits);

  const peek = (name: string): Bits & { readonly type: HardwareType } => {
    const found = live().peek(name);
    if (found) return found;
    throw new RangeError(`${module.name} has no signal ${name}, or watch does not list it`);
  };
  const driven = drivenPorts(models);
  const refuseDriven = (name: string): void => {
    const model = driven.get(name);
    if (model !== undefined)
      throw new RangeError(
        `${name} of ${module.name} is driven by the model ${model}, in runs alone`,
      );
  };
  /** Lines are printed edge by edge, since a run may have more of them than are held. */
  const makeRunner = (): Runner => {
    const edges = (_: number, count: number): void => backend.edges(count, false);
    const edge = (): void => (printer ? printer.run(1, edges) : edges(0, 1));
    const compiled = printer ? undefined : backend.runner?.(models);
    return compiled ?? referenceRunner(module, models, pinsOf(module, backend, edge));
  };
  const readTasks = taskReader(module, models);
  let runner: Runner | undefined;
  const simulation: Simulation<P, M> = {
    in: sideOf(module, "input", {
      get: (port) => portValue(port, held.get(port.name) ?? 0n),
      set({ name, type }, value) {
        const bits = portBits(name, type, value);
        refuseDriven(name);
        live().write(name, bits);
        held.set(name, bits);
      },
    }) as Simulation<P>["in"],
    out: sideOf(module, "output", {
      get: (port) => portValue(port, known(port.name, port.type, live().read(port.name))),
      set({ name }) {
        throw new RangeError(`${name} is an output of ${module.name} and cannot be assigned`);
      },
    }) as Simulation<P>["out"],
    step(cycles = 1) {
      checkedCount(cycles);
      const run = (_: number, count: number): void => live().edges(count, false);
      if (printer) printer.run(cycles, run);
      else run(0, cycles);
      monitor?.passed(cycles, undefined);
    },
    reset() {
      live();
      reset();
    },
    peek(name) {
      const found = peek(name);
      return fromBits(found.type, known(name, found.type, found));
    },
    observe(name) {
      const { type, bits, unknown = 0n } = peek(name);
      return { value: fromBits(type, bits), unknown };
    },
    batch(stimulus, cycles) {
      const { columns, unknown } = simulation.observeBatch(stimulus, cycles);
      refuseUnknown(columns, unknown);
      return columns;
    },
    observeBatch(stimulus, cycles) {
      checkedCount(cycles);
      const complete = completeColumns({ module, inputs, held }, stimulus, cycles);
      for (const name of driven.keys()) if (Object.hasOwn(stimulus, name)) refuseDriven(name);
      const response = printer
        ? printer.batch(live(), complete, cycles)
        : live().batch(complete, cycles);
      if (cycles > 0) {
        for (const { name, type } of inputs) {
          const last = BigInt.asUintN(type.width, BigInt(complete[name]?.[cycles - 1] ?? 0));
          held.set(name, last);
          backend.write(name, last);
        }
      }
      monitor?.passed(cycles, response);
      return response;
    },
    run(work, maxCycles) {
      checkedCount(maxCycles);
      const tasks = readTasks(work);
      live();
      runner ??= makeRunner();
      const stopped = runner(tasks, maxCycles);
      monitor?.passed(stopped.cycles, undefined);
      return outcomeOf<M>(module, models, tasks, stopped);
    },
    close() {
      if (open) backend.close();
      open = false;
    },
  };
  return { simulation, live };
}

/** The ports of a backend, for models that are run from outside of it. */
function pinsOf(module: ir.ModuleIr, backend: Backend, edge: () => void): Pins {
  const types = new Map(module.portList.map(({ name, type }) => [name, type]));
  return {
    read(name) {
      const type = types.get(name);
      const found = type ? { type, ...backend.read(name) } : backend.peek(name);
      if (!found) throw new Error(`there is no signal ${name}`);
      return known(name, found.type, found);
    },
    write: (port, bits) => backend.write(port, bits),
    edge,
  };
}
