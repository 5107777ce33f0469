// A model in a run of the reference, and the ports that it drives and reads.

import type { HardwareType, ir } from "@chisel-ts/core";
import { elementBytes } from "../../column.ts";
import type { Done } from "../outcome.ts";
import { bytesOf, type Task } from "../task.ts";

/** The ports of a running circuit, as bit patterns; what models do between two clock edges. */
export interface Pins {
  read(port: string): bigint;
  write(port: string, bits: bigint): void;
  edge(): void;
}

/** What a model runs with. */
export interface Surroundings {
  readonly module: ir.ModuleIr;
  readonly pins: Pins;
  readonly task: Task;
  /** Whether the models of these bits are done. */
  readonly over: (models: number) => boolean;
  /** What a memory of bursts has kept from run to run. */
  readonly kept: Uint8Array;
}

/** A model in a run. */
export interface Agent {
  left: number;
  violation: number;
  /** Sets the inputs of a cycle, from what it has seen in those before. */
  present(cycle: number): void;
  /** Finds out whether there is something left. */
  look?(): void;
  /** Looks at the outputs of a cycle. */
  observe(cycle: number): void;
  done(): Partial<Done>;
}

/** Values of some ports as packed bytes, and back. */
export class Packed {
  readonly size: number;
  readonly #pins: Pins;
  readonly #ports: readonly { readonly name: string; readonly type: HardwareType }[];

  constructor(module: ir.ModuleIr, pins: Pins, names: readonly string[]) {
    this.#pins = pins;
    this.#ports = names.map((name) => ({ name, type: typeOf(module, name) }));
    this.size = bytesOf(this.#ports.map(({ type }) => type));
  }

  read(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const { name, type } of this.#ports) {
      let bits = this.#pins.read(name);
      if (type.kind === "sint") bits = BigInt.asIntN(type.width, bits);
      for (let i = 0; i < elementBytes(type.width); i++)
        bytes[at++] = Number((bits >> BigInt(8 * i)) & 255n);
    }
    return bytes;
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    for (const { name, type } of this.#ports) {
      let bits = 0n;
      for (let i = 0; i < elementBytes(type.width); i++)
        bits |= BigInt(bytes[at++] as number) << BigInt(8 * i);
      this.#pins.write(name, BigInt.asUintN(type.width, bits));
    }
  }
}

export const typeOf = (module: ir.ModuleIr, name: string): HardwareType => {
  const port = module.portList.find((one) => one.name === name);
  if (!port) throw new Error(`there is no port ${name}`);
  return port.type;
};
