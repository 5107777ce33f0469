// The reference of a stream sink.

import type { StreamPorts, StreamSink } from "../models.ts";
import { type Done, violation } from "../outcome.ts";
import type { Task } from "../task.ts";
import type { Agent, Pins, Surroundings } from "./agent.ts";
import { Offer } from "./offer.ts";

export class Sink implements Agent {
  left: number;
  readonly #model: StreamSink;
  readonly #task: Task;
  readonly #pins: Pins;
  readonly #offer: Offer;
  readonly #transfers: number[] = [];
  readonly #beats: Uint8Array;
  readonly #last: Uint8Array;
  #waited = 0;
  #ready = false;
  #surplus = false;

  constructor(model: StreamSink, { module, task, pins }: Surroundings) {
    this.left = task.count;
    this.#model = model;
    this.#task = task;
    this.#pins = pins;
    this.#offer = new Offer(module, pins, model.valid, portsWritten(model));
    this.#beats = new Uint8Array(task.size * task.count);
    this.#last = new Uint8Array(task.count);
  }

  get violation(): number {
    return this.#surplus ? violation.surplus : this.#offer.violation;
  }

  present(): void {
    const { pattern } = this.#task;
    this.#ready =
      this.left > 0 && this.#waited >= (pattern.at(this.#transfers.length % pattern.length) ?? 0);
    this.#pins.write(this.#model.ready, this.#ready ? 1n : 0n);
  }

  observe(cycle: number): void {
    const data = this.#offer.seen(this.#ready);
    if (!data) return;
    this.#waited += 1;
    if (this.left === 0) this.#surplus = true;
    if (!this.#ready) return;
    const { size } = this.#task;
    const beat = this.#transfers.length;
    this.#beats.set(data.subarray(0, size), size * beat);
    this.#last[beat] = data[size] as number;
    this.#transfers.push(cycle);
    this.left -= 1;
    this.#waited = 0;
  }

  done(): Partial<Done> {
    const beats = this.#transfers.length;
    const bytes = this.#beats.subarray(0, this.#task.size * beats);
    return {
      transfers: Uint32Array.from(this.#transfers),
      bytes,
      last: this.#last.subarray(0, beats),
    };
  }
}

const portsWritten = ({ data, last }: StreamPorts): string[] => [
  ...data,
  ...(last === undefined ? [] : [last]),
];
