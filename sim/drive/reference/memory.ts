// The reference of a memory with latency.

import { elementBytes } from "../../column.ts";
import type { MemoryModel } from "../memories.ts";
import { type Done, violation } from "../outcome.ts";
import type { Task } from "../task.ts";
import { type Agent, Packed, type Pins, type Surroundings, typeOf } from "./agent.ts";
import { Offer } from "./offer.ts";

export class Memory implements Agent {
  readonly left = 0;
  readonly #model: MemoryModel;
  readonly #task: Task;
  readonly #pins: Pins;
  readonly #offer: Offer;
  readonly #data: Packed;
  readonly #words: Uint8Array;
  readonly #queue: { readonly from: number; readonly word: Uint8Array }[] = [];
  readonly #addressBytes: number;
  #isValid = false;
  #ready = false;
  #free = 0;
  #beyond: number | undefined;

  constructor(model: MemoryModel, { module, task, pins }: Surroundings) {
    this.#model = model;
    this.#task = task;
    this.#pins = pins;
    const { request, response } = model;
    const flags = request.write === undefined ? [] : [request.write];
    this.#offer = new Offer(module, pins, request.valid, [
      request.address,
      ...flags,
      ...(request.data ?? []),
    ]);
    this.#addressBytes = elementBytes(typeOf(module, request.address).width);
    this.#data = new Packed(module, pins, response.data);
    this.#words = task.bytes.slice();
  }

  get violation(): number {
    return this.#offer.violation || (this.#beyond === undefined ? 0 : violation.beyond);
  }

  present(cycle: number): void {
    const [first] = this.#queue;
    if (!this.#isValid) {
      this.#isValid = first !== undefined && cycle >= first.from && cycle >= this.#free;
      if (first && this.#isValid) this.#data.write(first.word);
      this.#pins.write(this.#model.response.valid, this.#isValid ? 1n : 0n);
    }
    this.#ready = this.#queue.length < this.#model.outstanding;
    this.#pins.write(this.#model.request.ready, this.#ready ? 1n : 0n);
  }

  observe(cycle: number): void {
    const { request, response, latency, interval } = this.#model;
    if (this.#isValid && this.#pins.read(response.ready) === 1n) {
      this.#queue.shift();
      this.#isValid = false;
      this.#free = cycle + interval;
    }
    const data = this.#offer.seen(this.#ready);
    if (!data || !this.#ready) return;
    const { size, count } = this.#task;
    const address = Number(this.#pins.read(request.address));
    if (address >= count) {
      this.#beyond = address;
      return;
    }
    if (request.write !== undefined && this.#pins.read(request.write) === 1n) {
      this.#words.set(data.subarray(this.#addressBytes + 1), size * address);
    } else {
      this.#queue.push({
        from: cycle + latency,
        word: this.#words.slice(size * address, size * address + size),
      });
    }
  }

  done(): Partial<Done> {
    return { bytes: this.#words, address: this.#beyond ?? 0 };
  }
}
