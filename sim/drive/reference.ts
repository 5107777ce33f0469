// Runs models on any engine, port by port: the reference for the compiled ones.

import type { HardwareType, ir } from "@chisel-ts/core";
import { elementBytes } from "../column.ts";
import {
  drivenPorts,
  type MemoryModel,
  type Model,
  type NamedModel,
  type RegisterScript,
  type StreamPorts,
  type StreamSink,
  type StreamSource,
} from "./models.ts";
import {
  bytesOf,
  type Done,
  type Runner,
  stepCode,
  stepWords,
  type Task,
  violation,
} from "./work.ts";

/** The ports of a running circuit, as bit patterns; what models do between two clock edges. */
export interface Pins {
  read(port: string): bigint;
  write(port: string, bits: bigint): void;
  edge(): void;
}

/** A model in a run. */
interface Agent {
  left: number;
  violation: number;
  /** Sets the inputs of a cycle, from what it has seen in those before. */
  present(cycle: number): void;
  /** Looks at the outputs of a cycle. */
  observe(cycle: number): void;
  done(): Partial<Done>;
}

/** Values of some ports as packed bytes, and back. */
class Packed {
  readonly size: number;
  readonly #pins: Pins;
  readonly #ports: readonly { readonly name: string; readonly type: HardwareType }[];

  constructor(module: ir.ModuleIr, pins: Pins, names: readonly string[]) {
    this.#pins = pins;
    this.#ports = names.map((name) => ({ name, type: typeOf(module, name) }));
    this.size = bytesOf(this.#ports.map(({ type }) => type));
  }

  read(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const { name, type } of this.#ports) {
      let bits = this.#pins.read(name);
      if (type.kind === "sint") bits = BigInt.asIntN(type.width, bits);
      for (let i = 0; i < elementBytes(type.width); i++)
        bytes[at++] = Number((bits >> BigInt(8 * i)) & 255n);
    }
    return bytes;
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    for (const { name, type } of this.#ports) {
      let bits = 0n;
      for (let i = 0; i < elementBytes(type.width); i++)
        bits |= BigInt(bytes[at++] as number) << BigInt(8 * i);
      this.#pins.write(name, BigInt.asUintN(type.width, bits));
    }
  }
}

const typeOf = (module: ir.ModuleIr, name: string): HardwareType => {
  const port = module.portList.find((one) => one.name === name);
  if (!port) throw new Error(`there is no port ${name}`);
  return port.type;
};

/**
 * Runs models on any engine, a call for every port and edge: the meaning of models, as plainly as it can be said. In every
 * cycle each sets its inputs from what it saw before, so that none depends on an output of the same cycle; then all
 * look at the outputs.
 */
export const referenceRunner =
  (module: ir.ModuleIr, models: readonly NamedModel[], pins: Pins): Runner =>
  (tasks, maxCycles) => {
    const agents: Agent[] = [];
    models.forEach(({ model }, index) => {
      const task = tasks[index];
      if (task)
        agents.push(
          agentOf(module, model, task, pins, (bits) =>
            agents.every(({ left }, i) => ((bits >>> i) & 1) === 0 || left === 0),
          ),
        );
    });
    const present = (cycle: number): void => {
      for (const agent of agents) agent.present(cycle);
    };
    let cycle = 0;
    for (present(0); agents.some(({ left }) => left > 0) && cycle < maxCycles; present(++cycle)) {
      for (const agent of agents) agent.observe(cycle);
      if (agents.some((agent) => agent.violation > 0)) break;
      pins.edge();
    }
    for (const port of drivenPorts(models).keys()) pins.write(port, 0n);
    return {
      cycles: cycle,
      done: agents.map((agent) => ({
        ...{
          transfers: new Uint32Array(),
          bytes: new Uint8Array(),
          last: new Uint8Array(),
          reads: new Uint32Array(),
        },
        ...{ left: agent.left, violation: agent.violation, ...agent.done() },
      })),
    };
  };

function agentOf(
  module: ir.ModuleIr,
  model: Model,
  task: Task,
  pins: Pins,
  over: (models: number) => boolean,
): Agent {
  switch (model.kind) {
    case "source":
      return new Source(module, model, task, pins);
    case "sink":
      return new Sink(module, model, task, pins);
    case "registers":
      return new Script(module, model, task, pins, over);
    case "memory":
      return new Memory(module, model, task, pins);
  }
}

class Source implements Agent {
  left: number;
  violation = 0;
  readonly #model: StreamSource;
  readonly #task: Task;
  readonly #pins: Pins;
  readonly #data: Packed;
  readonly #transfers: number[] = [];
  #next: number;
  #isValid = false;

  constructor(module: ir.ModuleIr, model: StreamSource, task: Task, pins: Pins) {
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

/** What a circuit offers must stay until it is taken. */
class Offer {
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

class Sink implements Agent {
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

  constructor(module: ir.ModuleIr, model: StreamSink, task: Task, pins: Pins) {
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

class Script implements Agent {
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

  constructor(
    module: ir.ModuleIr,
    { ports }: RegisterScript,
    task: Task,
    pins: Pins,
    over: (models: number) => boolean,
  ) {
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

class Memory implements Agent {
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
  #beyond = false;

  constructor(module: ir.ModuleIr, model: MemoryModel, task: Task, pins: Pins) {
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
    return this.#offer.violation || (this.#beyond ? violation.beyond : 0);
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
      this.#beyond = true;
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
    return { bytes: this.#words };
  }
}
