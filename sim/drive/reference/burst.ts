// The reference of a memory that answers requests with bursts.

import type { BurstMemory } from "../memories.ts";
import { type Done, violation } from "../outcome.ts";
import { stalled } from "../stalls.ts";
import { type Agent, Packed, type Pins, type Surroundings } from "./agent.ts";
import { Offer } from "./offer.ts";

/** A request under way. */
interface Pending {
  address: number;
  beats: number;
  /** The first cycle in which a beat can come. */
  readonly from: number;
}

export class Burst implements Agent {
  readonly left = 0;
  readonly #model: BurstMemory;
  readonly #pins: Pins;
  readonly #stalls: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #beat: Packed;
  readonly #requests: Offer;
  readonly #stores: Offer;
  readonly #queue: Pending[] = [];
  #isValid = false;
  #ready = { request: false, store: false };
  /** Beats come an interval apart from this cycle on, of which so many have come. */
  #since = 0;
  #beats = 0;
  /** The first cycle in which the next of them can come. */
  #free = 0;
  /** Cycles in a row in which the circuit has waited. */
  #waited = 0;
  #violation = 0;
  #address = 0;

  constructor(model: BurstMemory, { module, pins, task, kept }: Surroundings) {
    this.#model = model;
    this.#pins = pins;
    this.#stalls = task.pattern;
    this.#bytes = kept;
    if (task.contents) {
      kept.set(task.contents);
      kept.fill(0, task.contents.length);
    }
    const { request, data, store } = model;
    this.#beat = new Packed(module, pins, [data.bits]);
    this.#requests = new Offer(module, pins, request.valid, [request.address, request.beats]);
    this.#stores = new Offer(module, pins, store.valid, [store.address, store.byte]);
  }

  get violation(): number {
    return this.#stores.violation || this.#requests.violation || this.#violation;
  }

  #violate(kind: keyof typeof violation): void {
    this.#violation ||= violation[kind];
  }

  /** Whether a byte exists. */
  #has(address: number): boolean {
    if (address < this.#bytes.length) return true;
    if (this.#violation === 0) this.#address = address;
    this.#violate("beyond");
    return false;
  }

  present(cycle: number): void {
    const { request, data, store, outstanding } = this.#model;
    const stalls = this.#stalls.at(cycle % this.#stalls.length) ?? 0;
    const [first] = this.#queue;
    if (!this.#isValid) {
      const isDue = first !== undefined && cycle >= first.from && cycle >= this.#free;
      if (first && isDue && !(stalls & stalled.data) && this.#has(first.address)) {
        const beat = new Uint8Array(this.#beat.size);
        beat.set(this.#bytes.subarray(first.address, first.address + beat.length));
        this.#beat.write(beat);
        this.#isValid = true;
      }
      this.#pins.write(data.valid, this.#isValid ? 1n : 0n);
    }
    this.#ready = {
      request: this.#queue.length < outstanding && !(stalls & stalled.request),
      store: !(stalls & stalled.store),
    };
    this.#pins.write(request.ready, this.#ready.request ? 1n : 0n);
    this.#pins.write(store.ready, this.#ready.store ? 1n : 0n);
  }

  observe(cycle: number): void {
    const { data, patience } = this.#model;
    const [owes, shown] = [this.#queue.length > 0, this.#isValid];
    const gives = shown && this.#pins.read(data.ready) === 1n;
    if (gives) this.#given(cycle);
    const asks = this.#requests.seen(this.#ready.request) !== undefined;
    const takes = asks && this.#ready.request;
    if (takes) this.#take(cycle);
    const stores = this.#stores.seen(this.#ready.store) !== undefined;
    const keeps = stores && this.#ready.store;
    if (keeps) this.#store();
    const waits = stores || ((owes || asks) && !shown);
    this.#waited = waits && !gives && !takes && !keeps ? this.#waited + 1 : 0;
    if (this.#waited === patience) this.#violate("silent");
  }

  /** A beat was accepted. */
  #given(cycle: number): void {
    const [first] = this.#queue;
    if (!first) return;
    if (cycle > this.#free) {
      this.#since = cycle;
      this.#beats = 0;
    }
    this.#beats += 1;
    this.#free = this.#since + Math.ceil(this.#beats * this.#model.interval);
    first.address += this.#beat.size;
    first.beats -= 1;
    if (first.beats === 0) this.#queue.shift();
    this.#isValid = false;
  }

  #take(cycle: number): void {
    const { request, latency, interval } = this.#model;
    const address = Number(this.#pins.read(request.address));
    const beats = Number(this.#pins.read(request.beats));
    if (beats === 0) this.#violate("empty");
    else this.#queue.push({ address, beats, from: cycle + Math.max(latency, Math.ceil(interval)) });
  }

  #store(): void {
    const { store } = this.#model;
    const address = Number(this.#pins.read(store.address));
    if (this.#has(address)) this.#bytes[address] = Number(this.#pins.read(store.byte));
  }

  done(): Partial<Done> {
    return { bytes: this.#bytes, address: this.#address };
  }
}
