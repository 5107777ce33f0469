// Builds the simulation of a module whose state is shown: checks, displays, snapshots.

import { type Bundle, type Module, valueAt } from "@chisel-ts/core";
import type { StateBackend } from "./backend.ts";
import { integerBits } from "./check.ts";
import { CheckMonitor } from "./checks/monitor.ts";
import { Printer } from "./displays/printer.ts";
import type { Models } from "./drive/models.ts";
import type { NamedModel } from "./drive/ports.ts";
import type { InProcessSimulation } from "./engine.ts";
import type { Netlist } from "./netlist.ts";
import type { Handling } from "./options.ts";
import { Resets } from "./resets.ts";
import { typeOfSignal } from "./signals.ts";
import { start, withSides } from "./simulation.ts";
import { putSnapshot, randomSnapshot, type StateElement, takeSnapshot } from "./state.ts";

/** What a simulation has besides its backend. */
interface Parts {
  readonly models: readonly NamedModel[];
  readonly netlist: Pick<Netlist, "checks" | "displays">;
  readonly handling: Handling;
}

/** The typed interface of a module on a backend that shows its state. */
export function inProcessSimulation<P extends Bundle, M extends Models>(
  module: Module<P>,
  backend: StateBackend,
  { models, netlist: { checks, displays }, handling }: Parts,
): InProcessSimulation<P, M> {
  const monitor =
    checks.cells.length > 0
      ? new CheckMonitor(module, checks, backend.state(), handling.checks)
      : undefined;
  const printer =
    displays.cells.length > 0
      ? new Printer(displays, backend.state(), handling.display)
      : undefined;
  const observers = { resets: new Resets(module, () => backend.state()), monitor, printer };
  const { simulation: base, live } = start<P, M, StateBackend>(module, backend, models, observers);
  const hidden = new Set(
    [checks, displays].flatMap(({ registers, memories }) =>
      [...registers, ...memories].map(({ name }) => name),
    ),
  );
  let byName: ReadonlyMap<string, StateElement> | undefined;
  const inputs = new Map(
    module.portList.filter((port) => port.direction === "input").map((port) => [port.name, port]),
  );
  const elements = (): readonly StateElement[] => {
    const all = live().state();
    return hidden.size > 0 ? all.filter(({ name }) => !hidden.has(name)) : all;
  };
  return withSides(base, {
    ...base,
    poke(name: string, value: bigint) {
      byName ??= new Map(elements().map((element) => [element.name, element]));
      live();
      const port = inputs.get(name);
      const register = byName.get(name);
      const type = port?.type ?? (register?.words === 1 && typeOfSignal(module, name));
      if (!type) throw new RangeError(`${module.name} has no input or register ${name}`);
      const bits = integerBits(name, type, value);
      if (!port) register?.write(0, bits);
      else {
        const given = type.kind === "bool" ? value === 1n : value;
        const level = valueAt(base.in, port.path.slice(0, -1)) as Record<string, unknown>;
        level[port.path.at(-1) ?? name] = given;
      }
    },
    save: () => takeSnapshot(elements()),
    restore: (snapshot: ReadonlyMap<string, readonly bigint[]>) =>
      putSnapshot(elements(), snapshot),
    randomize: (seed: number) => putSnapshot(elements(), randomSnapshot(elements(), seed)),
    checks() {
      live();
      return monitor?.results() ?? [];
    },
  });
}
