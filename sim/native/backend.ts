// What Icarus and Verilator share: held inputs, and one evaluation for many reads.

import { type HardwareType, type ir, resetPortOf } from "@chisel-ts/core";
import type { Backend, Bits } from "../backend.ts";
import type { Columns } from "../column.ts";
import type { Observation } from "../observation.ts";
import type { WatchedSignal } from "./watch.ts";

/** The common half of the engines that are built by other programs: held inputs, and one evaluation for many reads. */
export abstract class NativeBackend implements Backend {
  readonly #program: { close(): void };
  protected readonly inputs: readonly ir.PortInfo[];
  protected readonly outputs: readonly ir.PortInfo[];
  /** What an evaluation answers: outputs, then watched signals. */
  protected readonly answered: readonly (ir.PortInfo | WatchedSignal)[];
  protected readonly held: Map<string, bigint>;
  readonly #types: ReadonlyMap<string, HardwareType>;
  readonly #name: string;
  /** Whether the module has state and no reset. */
  readonly #powersUp: boolean;
  #hasStarted = false;
  #answers: ReadonlyMap<string, Bits> | undefined;

  constructor(module: ir.ModuleIr, watched: readonly WatchedSignal[], program: { close(): void }) {
    this.#program = program;
    this.#name = module.name;
    this.#powersUp = module.clocked && resetPortOf(module) === undefined;
    this.inputs = module.portList.filter((port) => port.direction === "input");
    this.outputs = module.portList.filter((port) => port.direction === "output");
    this.answered = [...this.outputs, ...watched];
    this.held = new Map(this.inputs.map(({ name }) => [name, 0n]));
    this.#types = new Map([...this.inputs, ...this.answered].map(({ name, type }) => [name, type]));
  }

  write(port: string, bits: bigint): void {
    this.held.set(port, bits);
    this.#answers = undefined;
  }

  read(port: string): Bits {
    return this.peek(port) ?? { bits: 0n };
  }

  peek(name: string): ReturnType<Backend["peek"]> {
    const type = this.#types.get(name);
    if (!type) return undefined;
    const held = this.held.get(name);
    if (held !== undefined) return { type, bits: held };
    this.#answers ??= this.evaluate();
    const answer = this.#answers.get(name);
    return answer && { type, ...answer };
  }

  edges(cycles: number, reset: boolean): void {
    this.#answers = undefined;
    if (reset && this.#powersUp) {
      // Nothing has happened before the first one: the module is as it is at power-up.
      if (!this.#hasStarted) this.#hasStarted = true;
      else throw new Error(`${this.#name} has no reset; open it again, or use wasm or interpreter`);
      return;
    }
    this.clock(cycles, reset);
  }

  batch(stimulus: Columns, cycles: number): Observation {
    this.#answers = undefined;
    return this.run(stimulus, cycles);
  }

  close(): void {
    this.#program.close();
  }

  /** The present value of everything in `answered`. */
  protected abstract evaluate(): ReadonlyMap<string, Bits>;
  protected abstract clock(cycles: number, reset: boolean): void;
  protected abstract run(stimulus: Columns, cycles: number): Observation;
}
