// The rule for what a circuit offers: it stays until it is accepted.

import type { ir } from "@chisel-ts/core";
import { violation } from "../outcome.ts";
import { Packed, type Pins } from "./agent.ts";

/** What a circuit offers must stay until it is taken. */
export class Offer {
  violation = 0;
  readonly #pins: Pins;
  readonly #valid: string;
  readonly #data: Packed;
  #held: Uint8Array | undefined;

  constructor(module: ir.ModuleIr, pins: Pins, valid: string, data: readonly string[]) {
    this.#pins = pins;
    this.#valid = valid;
    this.#data = new Packed(module, pins, data);
  }

  /** The data that are valid in this cycle, if any are. */
  seen(ready: boolean): Uint8Array | undefined {
    if (this.#pins.read(this.#valid) === 0n) {
      if (this.#held) this.violation = violation.dropped;
      return undefined;
    }
    const data = this.#data.read();
    if (this.#held?.some((byte, i) => byte !== data[i])) this.violation = violation.changed;
    this.#held = ready ? undefined : data;
    return data;
  }
}
