// The reference of what waits for a signal.

import type { Until } from "../models.ts";
import type { Done } from "../outcome.ts";
import type { Agent, Pins, Surroundings } from "./agent.ts";

export class Waiting implements Agent {
  left = 1;
  readonly violation = 0;
  readonly #model: Until;
  readonly #pins: Pins;
  #value = 0;

  constructor(model: Until, { pins }: Surroundings) {
    this.#model = model;
    this.#pins = pins;
  }

  present(): void {}

  look(): void {
    this.#value = Number(this.#pins.read(this.#model.signal));
    this.left = this.#model.values.includes(this.#value) ? 0 : 1;
  }

  observe(): void {}

  done(): Partial<Done> {
    return { reads: Uint32Array.of(this.#value) };
  }
}
