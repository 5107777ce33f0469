import type { CorePorts } from "../../../hdl/core/core.ts";
import type { Simulation } from "../../../sim/index.ts";
import { CoreError } from "./error.ts";

/** How a memory answers the core. */
export interface CoreMemoryModel {
  /** Cycles from a request to its first beat. */
  readonly latency: number;
  /** Requests that it holds at a time. */
  readonly outstanding: number;
  /** Cycles from a beat to the next, 1 or more, such as 1.25; 1 where it is absent. */
  readonly interval?: number;
  /** Whether it gives and takes nothing in this cycle; asked up to three times a cycle. Never where it is absent. */
  stalls?(): boolean;
}

/** A memory that never stalls. */
export type SteadyMemory = Omit<CoreMemoryModel, "stalls">;

interface Pending {
  address: number;
  beats: number;
  /** The first cycle in which a beat can come. */
  readonly ready: number;
}

/**
 * A memory on the ports of a core: requests are answered in order, a beat a cycle at most.
 *
 * @example
 * const program = tinyProgram("int8", 8);
 * const bytes = new Uint8Array(program.header.memoryBytes); // the image, and behind it the cache
 * bytes.set(imageOf(program));
 * const memory = new CoreMemory(bytes, program.core.lanes, { latency: 10, outstanding: 4 });
 * console.log(memory.bytes.length > program.header.imageBytes); // true
 */
export class CoreMemory {
  readonly bytes: Uint8Array;
  readonly #lanes: number;
  readonly #model: CoreMemoryModel;
  readonly #queue: Pending[] = [];
  readonly #interval: number;
  #cycle = 0;
  /** Beats come `interval` cycles apart from this cycle on, of which so many have come. */
  #since = 0;
  #beats = 0;

  /** @param lanes bytes of a beat */
  constructor(bytes: Uint8Array, lanes: number, model: CoreMemoryModel) {
    this.bytes = bytes;
    this.#lanes = lanes;
    this.#model = model;
    this.#interval = model.interval ?? 1;
  }

  /** A cycle of core and memory. @throws CoreError for an address beyond the memory. */
  step({ in: inputs, out: outputs, step }: Simulation<CorePorts>): void {
    const stalls = (): boolean => this.#model.stalls?.() ?? false;
    const [head] = this.#queue;
    const paced = this.#cycle - this.#since >= this.#beats * this.#interval;
    const gives = head !== undefined && head.ready <= this.#cycle && paced && !stalls();
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
        ready: this.#cycle + Math.max(this.#model.latency, Math.ceil(this.#interval)),
      });
    if (takesCode && outputs.store.valid)
      this.bytes[this.#within(Number(outputs.store.bits.address))] = Number(
        outputs.store.bits.code,
      );
    if (gives && outputs.data.ready) {
      if (this.#cycle - this.#since - 1 >= this.#beats * this.#interval) {
        this.#since = this.#cycle;
        this.#beats = 0;
      }
      this.#beats += 1;
      head.address += this.#lanes;
      head.beats -= 1;
      if (head.beats === 0) this.#queue.shift();
    }
    step();
    this.#cycle += 1;
  }

  #within(address: number): number {
    if (address < this.bytes.length) return address;
    throw new CoreError(`byte ${address} is asked for; the memory has ${this.bytes.length}`);
  }

  /** What the last beat has beyond the memory is 0. */
  #beat(address: number): bigint {
    let text = "0x";
    for (let i = this.#within(address) + this.#lanes - 1; i >= address; i--)
      text += hexadecimal[this.bytes.at(i) ?? 0];
    return BigInt(text);
  }
}

const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
