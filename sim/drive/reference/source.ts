// The reference of a stream source.

import type { StreamSource } from "../models.ts";
import type { Done } from "../outcome.ts";
import type { Task } from "../task.ts";
import { type Agent, Packed, type Pins, type Surroundings } from "./agent.ts";

export class Source implements Agent {
  left: number;
  violation = 0;
  readonly #model: StreamSource;
  readonly #task: Task;
  readonly #pins: Pins;
  readonly #data: Packed;
  readonly #transfers: number[] = [];
  #next: number;
  #isValid = false;

  constructor(model: StreamSource, { module, task, pins }: Surroundings) {
    this.left = task.count;
    this.#model = model;
    this.#task = task;
    this.#pins = pins;
    this.#data = new Packed(module, pins, model.data);
    this.#next = this.#gap(0);
  }

  #gap(beat: number): number {
    const { pattern } = this.#task;
    return pattern.at(beat % pattern.length) ?? 0;
  }

  present(cycle: number): void {
    if (this.#isValid) return;
    const beat = this.#transfers.length;
    const { bytes, size, arrivals } = this.#task;
    const isValid = this.left > 0 && cycle >= this.#next && cycle >= (arrivals.at(beat) ?? 0);
    if (isValid) this.#data.write(bytes.subarray(size * beat, size * beat + size));
    this.#pins.write(this.#model.valid, isValid ? 1n : 0n);
    if (this.#model.last !== undefined)
      this.#pins.write(this.#model.last, isValid && this.left === 1 ? 1n : 0n);
    this.#isValid = isValid;
  }

  observe(cycle: number): void {
    if (!this.#isValid || this.#pins.read(this.#model.ready) === 0n) return;
    this.#transfers.push(cycle);
    this.left -= 1;
    this.#isValid = false;
    this.#next = cycle + 1 + this.#gap(this.#transfers.length);
  }

  done(): Partial<Done> {
    return { transfers: Uint32Array.from(this.#transfers) };
  }
}
