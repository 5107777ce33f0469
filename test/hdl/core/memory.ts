import type { CorePorts } from "../../../hdl/core/core.ts";
import type { Simulation } from "../../../sim/index.ts";

/** When a memory gives a beat and takes a byte. */
export interface MemoryModel {
  /** Cycles from a request to its first beat. */
  readonly latency: number;
  /** Requests that it holds at a time. */
  readonly outstanding: number;
  /** Whether it stalls in this cycle. */
  stalls(): boolean;
}

/** A memory on the ports of a core: requests are answered in order, a beat a cycle at most. */
export class CoreMemory {
  readonly bytes: Uint8Array;
  readonly #lanes: number;
  readonly #model: MemoryModel;
  readonly #queue: { address: number; beats: number; ready: number }[] = [];
  #cycle = 0;

  constructor(bytes: Uint8Array, lanes: number, model: MemoryModel) {
    this.bytes = bytes;
    this.#lanes = lanes;
    this.#model = model;
  }

  /** A cycle of core and memory. */
  step(dut: Simulation<CorePorts>): void {
    const [head] = this.#queue;
    const gives = head !== undefined && head.ready <= this.#cycle && !this.#model.stalls();
    dut.in.data.valid = gives;
    if (gives) dut.in.data.bits = this.#beat(head.address);
    const takesRequest = this.#queue.length < this.#model.outstanding && !this.#model.stalls();
    const takesByte = !this.#model.stalls();
    dut.in.request.ready = takesRequest;
    dut.in.store.ready = takesByte;
    if (takesRequest && dut.out.request.valid)
      this.#queue.push({
        address: Number(dut.out.request.bits.address),
        beats: Number(dut.out.request.bits.beats),
        ready: this.#cycle + this.#model.latency,
      });
    if (takesByte && dut.out.store.valid)
      this.bytes[Number(dut.out.store.bits.address)] = Number(dut.out.store.bits.code);
    if (gives && dut.out.data.ready) {
      head.address += this.#lanes;
      head.beats -= 1;
      if (head.beats === 0) this.#queue.shift();
    }
    dut.step();
    this.#cycle += 1;
  }

  #beat(address: number): bigint {
    let value = 0n;
    for (let i = this.#lanes - 1; i >= 0; i--)
      value = (value << 8n) | BigInt(this.bytes[address + i] ?? 0);
    return value;
  }
}
