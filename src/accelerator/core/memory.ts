import type { CorePorts } from "../../../hdl/core/core.ts";
import type { Simulation } from "../../../sim/index.ts";

/** How a memory answers the core. */
export interface CoreMemoryModel {
  /** Cycles from a request to its first beat. */
  readonly latency: number;
  /** Requests that it holds at a time. */
  readonly outstanding: number;
  /** Whether it gives and takes nothing in this cycle; asked up to three times a cycle. Never where it is absent. */
  stalls?(): boolean;
}

interface Pending {
  address: number;
  beats: number;
  /** The first cycle in which a beat can come. */
  readonly ready: number;
}

/** A memory on the ports of a core: requests are answered in order, a beat a cycle at most. */
export class CoreMemory {
  readonly bytes: Uint8Array;
  readonly #lanes: number;
  readonly #model: CoreMemoryModel;
  readonly #queue: Pending[] = [];
  #cycle = 0;

  /** @param lanes bytes of a beat */
  constructor(bytes: Uint8Array, lanes: number, model: CoreMemoryModel) {
    this.bytes = bytes;
    this.#lanes = lanes;
    this.#model = model;
  }

  /** A cycle of core and memory. */
  step({ in: inputs, out: outputs, step }: Simulation<CorePorts>): void {
    const stalls = (): boolean => this.#model.stalls?.() ?? false;
    const [head] = this.#queue;
    const gives = head !== undefined && head.ready <= this.#cycle && !stalls();
    const takesRequest = this.#queue.length < this.#model.outstanding && !stalls();
    const takesCode = !stalls();
    inputs.data.valid = gives;
    if (gives) inputs.data.bits = this.#beat(head.address);
    inputs.request.ready = takesRequest;
    inputs.store.ready = takesCode;
    if (takesRequest && outputs.request.valid)
      this.#queue.push({
        address: Number(outputs.request.bits.address),
        beats: Number(outputs.request.bits.beats),
        ready: this.#cycle + this.#model.latency,
      });
    if (takesCode && outputs.store.valid)
      this.bytes[Number(outputs.store.bits.address)] = Number(outputs.store.bits.code);
    if (gives && outputs.data.ready) {
      head.address += this.#lanes;
      head.beats -= 1;
      if (head.beats === 0) this.#queue.shift();
    }
    step();
    this.#cycle += 1;
  }

  /** Bytes beyond the memory are 0. */
  #beat(address: number): bigint {
    let text = "0x";
    for (let i = address + this.#lanes - 1; i >= address; i--)
      text += hexadecimal[this.bytes[i] ?? 0];
    return BigInt(text);
  }
}

const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
