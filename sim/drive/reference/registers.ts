// The reference of a register script over AXI4-Lite.

import type { RegisterScript } from "../models.ts";
import { type Done, violation } from "../outcome.ts";
import { stepCode, stepWords } from "../script.ts";
import { type Agent, type Pins, type Surroundings, typeOf } from "./agent.ts";

export class Script implements Agent {
  left: number;
  violation = 0;
  readonly #ports: RegisterScript["ports"];
  readonly #steps: Uint32Array;
  readonly #pins: Pins;
  readonly #over: (models: number) => boolean;
  readonly #reads: number[] = [];
  readonly #strobe: bigint;
  /** Of the step that is under way: address, data and read address that are not taken, and whether there is one. */
  #pending = { aw: false, w: false, ar: false };
  #busy = false;
  #idle = 0;
  #step = 0;

  constructor({ ports }: RegisterScript, { module, task, pins, over }: Surroundings) {
    this.left = task.count;
    this.#ports = ports;
    this.#steps = task.steps;
    this.#pins = pins;
    this.#over = over;
    this.#strobe =
      ports.wstrb === undefined ? 0n : (1n << BigInt(typeOf(module, ports.wstrb).width)) - 1n;
  }

  #word(index: number): number {
    return this.#steps[stepWords * this.#step + index] as number;
  }

  #set(port: keyof RegisterScript["ports"], value: number | boolean): void {
    this.#pins.write(this.#ports[port] ?? "", BigInt(value));
  }

  #get(port: keyof RegisterScript["ports"]): number {
    return Number(this.#pins.read(this.#ports[port] ?? ""));
  }

  #advance(): void {
    this.#step += 1;
    this.left -= 1;
    this.#busy = false;
    this.#idle = 0;
  }

  present(): void {
    if (this.left > 0 && !this.#busy) {
      const [code, first, second] = [this.#word(0), this.#word(1), this.#word(2)];
      if (code === stepCode.after) {
        if (this.#over(first)) this.#advance();
      } else if (code === stepCode.idle) {
        this.#idle += 1;
        if (this.#idle === first) this.#advance();
      } else {
        this.#busy = true;
        const writes = code === stepCode.write;
        this.#pending = { aw: writes, w: writes, ar: !writes };
        this.#set(writes ? "awaddr" : "araddr", first);
        if (writes) this.#set("wdata", second);
      }
    }
    this.#set("awvalid", this.#pending.aw);
    this.#set("wvalid", this.#pending.w);
    this.#set("arvalid", this.#pending.ar);
    this.#set("bready", true);
    this.#set("rready", true);
    if (this.#ports.wstrb !== undefined) this.#pins.write(this.#ports.wstrb, this.#strobe);
  }

  observe(): void {
    const waiting = this.#pending;
    const writes = this.#busy && this.#word(0) === stepCode.write;
    const reads = this.#busy && !writes;
    this.#pending = {
      aw: waiting.aw && this.#get("awready") === 0,
      w: waiting.w && this.#get("wready") === 0,
      ar: waiting.ar && this.#get("arready") === 0,
    };
    const answered = this.#get("bvalid") === 1;
    const read = this.#get("rvalid") === 1;
    if ((answered && !writes) || (read && !reads)) this.violation = violation.surplus;
    else if (answered || read) {
      if (waiting.aw || waiting.w || waiting.ar) this.violation = violation.early;
      else if (this.#get(writes ? "bresp" : "rresp") !== 0) this.violation = violation.error;
      else if (writes) this.#advance();
      else this.#take(this.#get("rdata"));
    }
  }

  #take(data: number): void {
    if (this.#word(0) === stepCode.poll && (data & this.#word(2)) >>> 0 !== this.#word(3)) {
      this.#pending = { ...this.#pending, ar: true };
      return;
    }
    this.#reads.push(data);
    this.#advance();
  }

  done(): Partial<Done> {
    return { reads: Uint32Array.from(this.#reads) };
  }
}
