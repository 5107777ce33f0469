// What `reset()` does to a circuit with an asynchronous reset or with none.

import { type ir, resetPortOf } from "@chisel-ts/core";
import { putSnapshot, type Snapshot, type StateElement, takeSnapshot } from "./state.ts";

/** What a reset of a running module does beside a clock edge with the reset at its active level. */
export class Resets {
  /** Registers that take their reset values before the edge. */
  readonly #atOnce: readonly Loaded[];
  /** Of a module without a reset: all state as it is at power-up. */
  readonly #powerUp: Snapshot | undefined;
  readonly #state: readonly StateElement[];

  constructor(module: ir.ModuleIr, state: () => readonly StateElement[]) {
    const registers = registersOf(module);
    this.#state = registers.length > 0 ? state() : [];
    const byName = new Map(this.#state.map((element) => [element.name, element]));
    const loaded = (kind: ir.ResetStyle["kind"]): Loaded[] =>
      registers
        .filter(({ style }) => style === kind)
        .map(({ name, value }) => {
          const element = byName.get(name);
          if (!element) throw new Error(`there is no register ${name}`);
          return { element, value };
        });
    for (const { element, value } of loaded("none")) element.write(0, value);
    this.#atOnce = loaded("asynchronous");
    const starts = module.clocked && resetPortOf(module) === undefined;
    if (starts && registers.length === 0) this.#state = state();
    this.#powerUp = starts ? takeSnapshot(this.#state) : undefined;
  }

  /** @param edge a clock edge with the reset active. */
  reset(edge: () => void): void {
    if (this.#powerUp) {
      putSnapshot(this.#state, this.#powerUp);
      return;
    }
    for (const { element, value } of this.#atOnce) element.write(0, value);
    edge();
  }
}

/** Whether a clock edge with the reset active is all that a reset of a module does. */
export const resetsWithClock = (module: ir.ModuleIr): boolean =>
  registersOf(module).length === 0 && (!module.clocked || resetPortOf(module) !== undefined);

interface Loaded {
  readonly element: StateElement;
  readonly value: bigint;
}

/** Registers with a reset value that another style than a synchronous reset gives them. */
function registersOf(
  top: ir.ModuleIr,
): { readonly name: string; readonly value: bigint; readonly style: ir.ResetStyle["kind"] }[] {
  const found: ReturnType<typeof registersOf> = [];
  const open: (readonly [ir.ModuleIr, string])[] = [[top, ""]];
  for (let place = open.pop(); place; place = open.pop()) {
    const [module, prefix] = place;
    const { kind: style } = module.reset;
    for (const { name, reset } of style === "synchronous" ? [] : module.registers.keys()) {
      if (reset !== undefined) found.push({ name: `${prefix}${name}`, value: reset, style });
    }
    for (const { name, module: child } of module.instances) open.push([child, `${prefix}${name}.`]);
  }
  return found;
}
